import { instant } from '../shared/clock';
import { mayAnnounce } from './announcing';
import { noCounts, totalOf } from './counts';
import { UnknownWorkError } from './errors';
import { partCount } from './lanes';
import type { Step } from './model';
import type { RecorderDeps } from './recorder-deps';
import { mayBegin, originalsOf } from './replicas';
import type { Move, Situation, Work } from './situation';
import { moveTo, revived } from './transitions';

/** Creates the round's steps and sends them out. */
export async function startRound(
  move: Extract<Move, { move: 'execute' }>,
  s: Situation,
  deps: RecorderDeps,
): Promise<void> {
  const { round, change } = move;
  const steps = newSteps(move, s);
  await deps.work.createSteps(steps);
  if (steps.length === 0) {
    // A legal hold covers everything: there is nothing to do, and the second reader counts what stays.
    await moveTo(s, 'verifying', { ...change, round }, deps);
    const storeIds = originalsOf(s).map(({ id }) => id);
    await askToVerify(storeIds, round, s, deps);
    return;
  }
  const all = [...s.steps.filter((step) => step.round === round), ...steps.filter((step) => !isKnown(step, s))];
  for (const { requestId, storeId, part, action } of steps.filter((step) => mayBegin(step.storeId, all, s)))
    await deps.outbox.send({ type: action === 'erase' ? 'erase' : 'seal', requestId, round, storeId, part });
  // Last, so that the state has moved by the time at which it is heard.
  if (mayAnnounce(s)) await deps.announcer.announce(s.request.requestId);
  if (s.request.status === 'executing' && s.request.round === round) await revived(s, deps);
  else await moveTo(s, 'executing', { ...change, round }, deps);
}

/** Asks for a second reading of these stores. */
export async function askToVerify(
  storeIds: readonly string[],
  round: number,
  { request: { requestId } }: Situation,
  deps: RecorderDeps,
): Promise<void> {
  for (const storeId of storeIds) await deps.outbox.send({ type: 'verify', requestId, round, storeId });
}

/** Steps are created once; what became of them since is in the situation. */
function isKnown({ round, storeId, part }: Step, s: Situation): boolean {
  return s.steps.some((step) => step.round === round && step.storeId === storeId && step.part === part);
}

function newSteps({ round, work }: { round: number; work: readonly Work[] }, s: Situation): Step[] {
  const { requestId } = s.request;
  const updatedAt = instant(s.now);
  const { vaultBucket, vaultTable, books } = s.keepers;
  const stores = [...s.inventory, vaultBucket, vaultTable, books];
  return work.flatMap(({ storeId, action }) => {
    const store = stores.find(({ id }) => id === storeId);
    if (store === undefined) throw new UnknownWorkError(`store ${storeId}`);
    const expected = expectedIn(storeId, s);
    return Array.from(
      { length: partCount(store, expected) },
      (_, part): Step => ({
        requestId,
        round,
        storeId,
        part,
        action,
        expected,
        state: 'waiting',
        found: noCounts(),
        held: noCounts(),
        refused: noCounts(),
        updatedAt,
      }),
    );
  });
}

function expectedIn(storeId: string, s: Situation): number {
  const planned = s.plan?.plan.stores.find((x) => x.storeId === storeId);
  return planned === undefined ? 0 : totalOf(planned.counts);
}
