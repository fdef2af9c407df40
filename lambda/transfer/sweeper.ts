import type { Clock } from '../shared/clock';
import type { DueTransfers, EgressQueue } from './ports';

export interface TransferSweepDeps {
  readonly transfers: DueTransfers;
  readonly egress: EgressQueue;
  readonly clock: Clock;
}

/** Transfers looked at in one sweep; the next one takes the rest. */
const MOST = 500;

/**
 * Has every transfer looked at of which nothing was heard for too long: its message got lost, or it lies with the
 * dead letters. The egress decides what to do. Bears being called again at any time.
 *
 * @returns how many were due
 */
export async function sweepTransfers({ transfers, egress, clock }: TransferSweepDeps): Promise<number> {
  const due = await transfers.due(clock.now(), MOST);
  for (const transferId of due) await egress.send({ type: 'deliver', transferId });
  return due.length;
}
