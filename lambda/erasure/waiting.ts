import { coversAny } from '../holds/cover';
import { formatDay, parseDayInIndia } from '../retention/civil-date';
import { instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { isFreeToTell } from './announcing';
import { totalOf } from './counts';
import type { Reason, Sealed } from './model';
import { type Move, type Situation, WAIT, type Work } from './situation';
import { decisionToday, isHeldWhole, keepersFor, newlySealed, storesOf, workOn } from './work';

/** A request that waits goes on when a hold is lifted, a lock may have ended, or a law's day has come. */
export function resume(s: Situation): Move {
  // With processors to tell, every store is looked at again: what is certified then is certified as a whole.
  const telling = isFreeToTell(s);
  const freed = storesOf(s)
    .filter(({ id }) => telling || (isHeldBack(id, s) && isFree(id, s)))
    .flatMap(({ id }) => workOn(id, s));
  const sealed = reviewed(s);
  const work = [...freed, ...keepersOf(sealed, s)];
  if (work.length > 0) return goOn(work, [...sealed, ...newlySealed(freed, s)], s);
  const { reasons } = s.request;
  const status = s.request.status === 'held' ? 'held' : 'deferred';
  return sealed.some((entry, i) => entry !== s.request.sealed[i]) ? { move: 'rest', status, sealed, reasons } : WAIT;
}

/** A round that went on after waiting has failed: it waits again, and says why. */
export function backToWaiting(reasons: Reason[], { request }: Situation): Move {
  const sealed = unended(request.sealed);
  const status = sealed.some(({ state }) => state === 'sealed') ? 'deferred' : 'held';
  return { move: 'rest', status, sealed, reasons };
}

/** Nothing of it is known to be erased until a second reader has said so. */
export function unended(sealed: readonly Sealed[]): Sealed[] {
  return sealed.map((entry) => (entry.state === 'ending' ? { ...entry, state: 'sealed' } : entry));
}

/** The same for what a failed request had sealed before it failed. */
export function resumeSealed(s: Situation): Move {
  const sealed = reviewed(s);
  const work = keepersOf(sealed, s);
  return work.length > 0 ? goOn(work, sealed, s) : WAIT;
}

function goOn(work: readonly Work[], sealed: Sealed[], s: Situation): Move {
  const round = s.request.round + 1;
  return { move: 'execute', round, work, change: { firstRound: round, sealed, heldBy: [] } };
}

/** Whether the last round left something of the store behind, or did not touch it at all. */
function isHeldBack(storeId: string, s: Situation): boolean {
  const last = s.verifications.findLast((v) => v.storeId === storeId && v.round === s.request.round);
  return (last !== undefined && totalOf(last.held) > 0) || !s.steps.some((step) => step.storeId === storeId);
}

/** No hold is left; or it was an Object Lock, whose end only another try can tell. */
function isFree(storeId: string, s: Situation): boolean {
  const store = s.inventory.find(({ id }) => id === storeId);
  if (store === undefined || s.holds.some((hold) => coversAny(hold, store, s.request))) return false;
  return s.request.heldBy.length > 0 || s.woken;
}

/** Each sealed part, with its days as the law of today has them; `ending` where one has come and no hold is in the way. */
function reviewed(s: Situation): Sealed[] {
  const day = parseDayInIndia(instant(s.now));
  if (day === undefined) return s.request.sealed;
  const today = formatDay(day);
  return s.request.sealed.map((entry) => {
    if (entry.state !== 'sealed' || entry.freeOn > today) return entry;
    const source = s.inventory.find(({ id }) => id === entry.storeId);
    if (source !== undefined && (isHeldWhole(source, s) || wasTried(source, s))) return entry;
    return entry.into === 'vault' ? reviewedVault(entry, s) : reviewedBooks(entry, s);
  });
}

function reviewedVault(entry: Sealed, s: Situation): Sealed {
  const whole = decisionToday(entry.storeId, s)?.whole;
  if (whole?.outcome === 'erase') return { ...entry, state: 'ending' };
  // Not known is not over; a longer law moves the day.
  const until = whole?.outcome === 'seal' ? whole.notBefore : null;
  return until === null || until === entry.until ? entry : { ...entry, freeOn: until, until };
}

/** Books end year by year, each by the law of the day on which it is looked at. */
function reviewedBooks(entry: Sealed, s: Situation): Sealed {
  const decision = decisionToday(entry.storeId, s);
  const planned = s.plan?.plan.stores.find(({ storeId }) => storeId === entry.storeId)?.years;
  if (decision === undefined || decision.action === null || planned === undefined) return entry;
  const kept = decision.books.toSorted((a, b) => (a.until < b.until ? -1 : 1));
  const [first, last] = [kept.at(0), kept.at(-1)];
  const freeYears = planned
    .map(({ financialYearEnd }) => financialYearEnd)
    .filter((year) => !kept.some(({ financialYearEnd }) => financialYearEnd === year));
  const days = first !== undefined && last !== undefined ? { freeOn: first.until, until: last.until } : {};
  const isMore = freeYears.length > entry.freeYears.length;
  if (!isMore && days.freeOn === entry.freeOn) return entry;
  return { ...entry, ...days, freeYears, state: isMore ? 'ending' : 'sealed' };
}

/** What no hold covers is gone already, and the rest waits for the hold. */
function wasTried(source: Store, s: Situation): boolean {
  return s.request.heldBy.length > 0 && s.holds.some((hold) => coversAny(hold, source, s.request));
}

function keepersOf(sealed: readonly Sealed[], s: Situation): Work[] {
  const stores = sealed.filter(({ state }) => state === 'ending').flatMap(({ into }) => keepersFor(into, s));
  return [...new Set(stores.map(({ id }) => id))].map((storeId) => ({ storeId, action: 'erase' }));
}
