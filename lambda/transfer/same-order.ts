import type { Restriction } from './model';

type Order = Pick<Restriction, 'scope' | 'from' | 'authority'>;

/** Whether two restrictions close the same from the same day on the same word: then one of them is enough. */
export function sameOrder(a: Order, b: Order): boolean {
  return a.scope.kind === b.scope.kind && closes(a) === closes(b) && a.from === b.from && a.authority === b.authority;
}

function closes({ scope }: Order): string {
  return scope.kind === 'country' ? scope.country : scope.processorId;
}
