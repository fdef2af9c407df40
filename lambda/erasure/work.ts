import { coversTarget } from '../holds/cover';
import type { RetentionDecision } from '../retention/decision';
import { instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { totalOf } from './counts';
import type { Sealed, SealTarget, Verification } from './model';
import { type BooksYear, fail, type Move, type Situation, type StoreDecision, type Work } from './situation';
import { movedFrom } from './taken';

/** The plan's stores as they stand in today's inventory. */
export function storesOf(s: Situation): Store[] {
  const planned = s.plan?.plan.stores ?? [];
  return s.inventory.filter((store) => planned.some(({ storeId }) => storeId === store.id));
}

/** The stores that keep what goes into the vault or the books. */
export function keepersFor(into: SealTarget, { keepers }: Pick<Situation, 'keepers'>): Store[] {
  return into === 'vault' ? [keepers.vaultBucket, keepers.vaultTable] : [keepers.books];
}

/** Whether a legal hold covers everything that the request would take from the store. */
export function isHeldWhole(store: Store, { holds, request }: Pick<Situation, 'holds' | 'request'>): boolean {
  return holds.some((hold) => coversTarget(hold, store, request));
}

/** The first round: what the plan says, where the law still says the same and no hold covers all of it. */
export function firstWork(s: Situation): Move {
  const planned = s.plan?.plan.stores ?? [];
  const changed = planned.find(({ storeId, action }) => actionToday(storeId, s) !== action);
  if (changed !== undefined)
    return fail(
      'decision-changed',
      `the law on ${changed.storeId} has changed since the plan was made; make a new request`,
    );
  const work = storesOf(s)
    .filter((store) => !isHeldWhole(store, s))
    .flatMap((store) => workOn(store.id, s));
  const sealed = newlySealed(work, s);
  const change = { firstRound: 1, useCeasedAt: instant(s.now), sealed, heldBy: [] };
  return { move: 'execute', round: 1, work, change };
}

/** What is to be done with one store today; nothing where the facts do not add up. */
export function workOn(storeId: string, s: Situation): Work[] {
  const action = actionToday(storeId, s);
  return action === null ? [] : [{ storeId, action }];
}

/** What of this work will be kept by law, and until when. What is sealed already stays as it is. */
export function newlySealed(work: readonly Work[], s: Situation): Sealed[] {
  return work
    .filter(({ storeId, action }) => action === 'seal' && !s.request.sealed.some((each) => each.storeId === storeId))
    .flatMap(({ storeId }) => {
      const decision = s.decisions.find((each) => each.storeId === storeId);
      return decision === undefined ? [] : [...inVault(decision, s.now), ...inBooks(decision, s.now)];
    });
}

function inVault({ storeId, whole }: StoreDecision, now: Date): Sealed[] {
  if (whole.outcome !== 'seal' || whole.notBefore === null) return [];
  const days = { freeOn: whole.notBefore, until: whole.notBefore, years: [], freeYears: [] };
  return [{ storeId, into: 'vault', since: instant(now), ...days, law: floorsOf(whole), state: 'sealed' }];
}

function inBooks({ storeId, books }: StoreDecision, now: Date): Sealed[] {
  const years = books.toSorted((a, b) => (a.until < b.until ? -1 : 1));
  const [first, last] = [years.at(0), years.at(-1)];
  if (first === undefined || last === undefined) return [];
  const locked = years.map(({ financialYearEnd, until }) => ({ financialYearEnd, until }));
  const days = { freeOn: first.until, until: last.until, years: locked, freeYears: [] };
  return [{ storeId, into: 'books', since: instant(now), ...days, law: floorsOf(last.decision), state: 'sealed' }];
}

function floorsOf({ rules }: RetentionDecision): Sealed['law'] {
  return rules.filter(({ kind }) => kind === 'floor');
}

/** Keepers that still hold something whose day has come, and that no hold explains. */
export function keeperWork(seen: readonly Verification[], s: Situation): Work[] {
  const left = endings(seen, s).filter(({ isLeft, isHeld }) => isLeft && !isHeld);
  const stores = left.flatMap(({ entry }) => keepersFor(entry.into, s));
  return [...new Set(stores.map((store) => store.id))].map((storeId) => ({ storeId, action: 'erase' }));
}

/** What was sealed and is being erased in this round. */
export function endings(seen: readonly Verification[], s: Situation) {
  return s.request.sealed
    .filter((entry) => entry.state === 'ending')
    .map((entry) => {
      const lies = seen.find((v) => v.storeId === entry.storeId)?.sealed[entry.into];
      const keepers = keepersFor(entry.into, s).map((store) => store.id);
      const held = s.steps.filter((step) => step.round === s.request.round && keepers.includes(step.storeId));
      return {
        entry,
        // Not read is not empty.
        isLeft: lies === undefined || totalOf(lies) > keptOn(entry, s),
        isHeld: held.some((step) => totalOf(step.held) > 0),
        /** The documents of other years stay. */
        isKept: keptOn(entry, s) > 0,
      };
    });
}

/** Documents whose own day has not come yet; each is locked until then. */
function keptOn({ storeId, into }: Sealed, s: Situation): number {
  if (into === 'vault') return 0;
  return booksToday(storeId, s).reduce((sum, { documents }) => sum + documents, 0);
}

/** The years of a store's documents that a law keeps in the books today. */
export function booksToday(storeId: string, s: Situation): readonly BooksYear[] {
  return s.decisions.find((each) => each.storeId === storeId)?.books ?? [];
}

/** What was taken away and has to lie there: documents that no law kept any more went for good. */
export function expectedIn({ storeId, into }: Pick<Sealed, 'storeId' | 'into'>, s: Situation): number {
  const moved = totalOf(movedFrom(storeId, s.steps));
  if (into === 'vault') return moved;
  const years = s.plan?.plan.stores.find((store) => store.storeId === storeId)?.years ?? [];
  const planned = years.reduce((sum, { documents }) => sum + documents, 0);
  const kept = booksToday(storeId, s).reduce((sum, { documents }) => sum + documents, 0);
  return Math.max(0, moved - (planned - kept));
}

export function decisionToday(storeId: string, s: Situation): StoreDecision | undefined {
  return s.decisions.find((each) => each.storeId === storeId);
}

export function actionToday(storeId: string, s: Situation) {
  return decisionToday(storeId, s)?.action ?? null;
}
