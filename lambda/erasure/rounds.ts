import { instant } from '../shared/clock';
import { noCounts, totalOf } from './counts';
import { UnknownWorkError } from './errors';
import { partCount } from './lanes';
import type { Step } from './model';
import type { RecorderDeps } from './recorder-deps';
import type { Move, Situation, Work } from './situation';
import { moveTo, revived } from './transitions';
import { storesOf } from './work';

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
    await verifyAll(round, s, deps);
    return;
  }
  for (const { requestId, storeId, part, action } of steps)
    await deps.outbox.send({ type: action === 'erase' ? 'erase' : 'seal', requestId, round, storeId, part });
  if (s.request.status === 'executing' && s.request.round === round) await revived(s, deps);
  else await moveTo(s, 'executing', { ...change, round }, deps);
}

/** Asks for a second reading of every store. */
export async function verifyAll(round: number, s: Situation, deps: RecorderDeps): Promise<void> {
  const { requestId } = s.request;
  for (const { id: storeId } of storesOf(s)) await deps.outbox.send({ type: 'verify', requestId, round, storeId });
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
