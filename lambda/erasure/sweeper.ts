import type { Clock } from '../shared/clock';
import type { Outbox, RequestLedger } from './ports';

export interface SweeperDeps {
  readonly requests: Pick<RequestLedger, 'due'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Requests looked at in one sweep; the next one, minutes later, takes the rest. */
const MOST = 500;

/**
 * Wakes every request that is due: its cooling-off has ended, or nothing was heard of it for too
 * long. The recorder decides what to do. Reads only what is due.
 *
 * @returns how many were woken
 */
export async function sweep(deps: SweeperDeps): Promise<number> {
  const due = await deps.requests.due(deps.clock.now(), MOST);
  for (const requestId of due) await deps.outbox.send({ type: 'advance', requestId, revive: true });
  return due.length;
}
