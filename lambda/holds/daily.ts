import { type Clock, instant } from '../shared/clock';
import type { LocksOutbox, OpenHolds } from './ports';

export interface DailyDeps {
  readonly holds: OpenHolds;
  readonly outbox: LocksOutbox;
  readonly clock: Clock;
}

/** What the daily look found, in numbers. */
export interface DailyFindings {
  /** Holds that stand. */
  readonly standing: number;
  /** Of these: with a review day that has come. */
  readonly overdue: number;
  /** Lifted ones whose objects are not released yet. */
  readonly unreleased: number;
}

/**
 * Looks at every open hold: has the objects in its scope looked through again, because some are newer than it
 * and a message may have been lost, and counts the holds that wait for their review. Reads only what is open.
 */
export async function lookAtHolds({ holds, outbox, clock }: DailyDeps): Promise<DailyFindings> {
  const now = instant(clock.now());
  const found = { standing: 0, overdue: 0, unreleased: 0 };
  for await (const { tenantId, holdId, dueAt, state } of holds.open()) {
    if (state === 'lifted') found.unreleased += 1;
    else {
      found.standing += 1;
      if (dueAt <= now) found.overdue += 1;
    }
    await outbox.send({ type: 'set-locks', tenantId, holdId, pass: now });
  }
  return found;
}
