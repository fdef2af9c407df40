import { addCounts, subtractCounts, sumCounts } from './counts';
import type { Counts, Step } from './model';

/** What the workers took away from one store in all rounds: what they saw and was neither held nor refused. */
export function takenFrom(storeId: string, steps: readonly Step[]): Counts {
  const own = steps.filter((step) => step.storeId === storeId);
  const kept = addCounts(sumCounts(own.map((x) => x.held)), sumCounts(own.map((x) => x.refused)));
  return subtractCounts(sumCounts(own.map((x) => x.found)), kept);
}

/** What of it went through a seal: to the vault or the books, unless no law kept it any more. */
export function movedFrom(storeId: string, steps: readonly Step[]): Counts {
  const seals = steps.filter((step) => step.action === 'seal');
  // An unfinished upload is nothing that anybody could read, so it is not kept.
  return { ...takenFrom(storeId, seals), uploads: 0 };
}
