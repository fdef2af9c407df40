import { type Clock, instant, plusMs } from '../shared/clock';
import type { DueReader, TerminationOutbox } from './ports';

export interface SweeperDeps {
  readonly terminations: DueReader;
  readonly outbox: Pick<TerminationOutbox, 'tick'>;
  readonly clock: Clock;
}

/** Schedules come first; what they missed by so much is the sweeper's. */
export const GRACE_MS = 10 * 60_000;
/** Terminations looked at in one sweep; the next one, an hour later, takes the rest. */
const MOST = 10_000;
/** Ticks sent at the same time. */
const AT_ONCE = 20;

/**
 * Wakes every termination that is due and that no schedule has moved on. The keeper decides what to do, and
 * counts what a schedule should have set off. Reads only what is due.
 *
 * @returns how many were woken
 */
export async function sweep(deps: SweeperDeps): Promise<number> {
  const now = deps.clock.now();
  const observedAt = instant(now);
  const due = await deps.terminations.due(plusMs(now, -GRACE_MS), MOST);
  for (let i = 0; i < due.length; i += AT_ONCE)
    await Promise.all(
      due.slice(i, i + AT_ONCE).map((each) => deps.outbox.tick({ type: 'tick', ...each, observedAt, missed: true })),
    );
  return due.length;
}
