import { coversAny } from '../holds/cover';
import { holdsOnTelling } from './announcing';
import { totalOf } from './counts';
import type { Reason, Sealed, Verification } from './model';
import { fail, type Move, type Situation } from './situation';
import { endings, expectedIn, storesOf } from './work';

/** Nothing is left that could be erased: what the certificate says of the rest, or why there can be none. */
export function certifiable(seen: readonly Verification[], s: Situation): Move {
  const lost = s.request.sealed.find((entry) => isIncomplete(entry, seen, s));
  if (lost !== undefined)
    return fail('seal-incomplete', `less lies sealed of ${lost.storeId} than was moved; look at the vault at once`);
  const sealed = settled(seen, s);
  if (s.request.endedAt !== undefined) return { move: 'end', status: 'failed', reasons: s.request.reasons, sealed };

  const held = seen.filter((v) => totalOf(v.held) > 0);
  const heldInKeepers = endings(seen, s).filter(({ isLeft }) => isLeft);
  const stores = storesOf(s).filter(
    ({ id }) => held.some((v) => v.storeId === id) || heldInKeepers.some(({ entry }) => entry.storeId === id),
  );
  const untold = holdsOnTelling(s);
  const heldBy = s.holds.filter(
    (hold) => untold.includes(hold) || stores.some((store) => coversAny(hold, store, s.request)),
  );
  const waiting = sealed.filter((entry) => entry.state === 'sealed');
  return {
    move: 'certify',
    outcome: stores.length > 0 || untold.length > 0 ? 'held' : waiting.length > 0 ? 'deferred' : 'completed',
    reasons: [...held.map((v) => heldReason(v, heldBy)), ...untoldReasons(untold), ...waiting.map(sealedReason)],
    heldBy: heldBy.map(({ holdId }) => holdId),
    sealed,
  };
}

/** Whether less lies in vault or books than was taken from the source: then nothing may be certified. */
function isIncomplete(entry: Sealed, seen: readonly Verification[], s: Situation): boolean {
  if (entry.state !== 'sealed') return false;
  const lies = seen.find((v) => v.storeId === entry.storeId)?.sealed[entry.into];
  return (lies === undefined ? 0 : totalOf(lies)) < expectedIn(entry, s);
}

/** An entry for what really lies sealed, and for what was. */
function settled(seen: readonly Verification[], s: Situation): Sealed[] {
  const ending = endings(seen, s);
  return s.request.sealed.flatMap((entry): Sealed[] => {
    if (entry.state === 'erased') return [entry];
    const end = ending.find((each) => each.entry === entry);
    if (end !== undefined) return [{ ...entry, state: end.isLeft || end.isKept ? 'sealed' : 'erased' }];
    const lies = seen.find((v) => v.storeId === entry.storeId)?.sealed[entry.into];
    return lies !== undefined && totalOf(lies) > 0 ? [entry] : [];
  });
}

function heldReason({ storeId, held }: Verification, holds: Situation['holds']): Reason {
  const why =
    holds.length > 0
      ? `legal hold ${holds.map(({ holdId }) => holdId).join(', ')}`
      : 'Object Lock or a legal hold set on them in S3';
  return { code: 'held', storeId, message: `${totalOf(held)} things stay under ${why}` };
}

function untoldReasons(holds: Situation['holds']): Reason[] {
  if (holds.length === 0) return [];
  const ids = holds.map(({ holdId }) => holdId).join(', ');
  return [{ code: 'held', message: `processors are not told to erase under legal hold ${ids}` }];
}

function sealedReason({ storeId, into, until, law }: Sealed): Reason {
  const cited = [...new Set(law.map(({ citation }) => citation))].join('; ');
  const where = into === 'vault' ? 'sealed in the vault' : 'kept in the statutory books';
  return { code: 'deferred', storeId, message: `Out of use and ${where}; erased on ${until}. Kept by ${cited}.` };
}
