import type { TerminationRecord } from './model';
import type { ScheduledTick, Schedules } from './ports';

/** The one-time schedules of a termination: one for each warning, one for the erasure. */
export function schedulesOf({ tenantId, terminationId, notices, eraseAt }: TerminationRecord): ScheduledTick[] {
  const at = [...notices.map(({ id, dueAt }) => [id, dueAt] as const), ['erasure', eraseAt] as const];
  return at.map(([what, instant]) => ({
    name: `${terminationId}-${what}`,
    at: new Date(instant),
    tenantId,
    terminationId,
  }));
}

/** @throws ScheduleFaultError */
export async function putSchedules(record: TerminationRecord, schedules: Schedules): Promise<void> {
  for (const each of schedulesOf(record)) await schedules.put(each);
}

/** @throws ScheduleFaultError */
export async function cancelSchedules(record: TerminationRecord, schedules: Schedules): Promise<void> {
  for (const { name, terminationId } of schedulesOf(record)) await schedules.cancel(name, terminationId);
}
