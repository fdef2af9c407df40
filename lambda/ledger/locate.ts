import { PK, TRANSFER_PK } from '../shared/names';
import type { EventType } from './event';

/** A table whose writes are told. */
export type TableName = 'control' | 'transfers';

/** Key of an item in one of them. */
export interface ItemKey {
  readonly table: TableName;
  readonly pk: string;
  readonly sk: string;
}

type Locate = (id: string, rest: string) => ItemKey;

const control = (prefix: string, sk: (rest: string) => string): Locate => {
  return (id, rest) => ({ table: 'control', pk: prefix + id, sk: sk(rest) });
};
const transfers = (prefix: string, sk: (rest: string) => string): Locate => {
  return (id, rest) => ({ table: 'transfers', pk: prefix + id, sk: sk(rest) });
};

/**
 * Where the item of an event is. Those of a tenant's are under the tenant's id, which no event has: there are few of
 * them, and they are found by reading the tables.
 */
const LOCATIONS: Readonly<Record<EventType, Locate | null>> = {
  'erasure.request': control(PK.request, () => 'META'),
  'erasure.plan': control(PK.plan, () => 'PLAN'),
  'erasure.line': control(PK.line, () => 'LINE'),
  'erasure.step': control(PK.step, (rest) => rest),
  'erasure.verification': control(PK.verification, (rest) => rest),
  'erasure.certificate': control(PK.certificate, (rest) => PK.certificate + rest),
  hold: null,
  'hold.past': null,
  termination: null,
  'transfer.decision': transfers(TRANSFER_PK.decision, () => 'decision'),
  transfer: transfers(TRANSFER_PK.transfer, () => 'transfer'),
  'transfer.restriction': null,
  'disclosure.recipient': null,
  'disclosure.notice': transfers(TRANSFER_PK.notice, (rest) => (rest === 'announced' ? `_${rest}` : rest)),
  'token.access': transfers(TRANSFER_PK.access, () => 'access'),
};

/** Key of the item that an event is about; undefined where the event does not tell. */
export function itemKeyOf(type: EventType, about: string): ItemKey | undefined {
  const locate = LOCATIONS[type];
  if (locate === null) return undefined;
  const [id = '', ...parts] = about.split('/');
  // `er-…/step/…`: the word in the middle tells the kind and is in no key. `er-…/announced` has none after it.
  return locate(id, (parts.length > 1 ? parts.slice(1) : parts).join('/'));
}
