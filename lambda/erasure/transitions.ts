import { instant, plusMs } from '../shared/clock';
import { waitsForPerson } from './decide';
import { type RequestRecord, type Status, TERMINAL, WAITING } from './model';
import type { StoredPlan } from './ports';
import type { RecorderDeps } from './recorder-deps';
import type { Situation } from './situation';

/** Writes the request's next state and when the sweeper should look at it. @throws StaleRecordError */
export async function moveTo(
  s: Situation,
  status: Status,
  change: Partial<RequestRecord>,
  deps: RecorderDeps,
): Promise<void> {
  const { request, now } = s;
  const next = { ...request, ...change, status, revivals: 0, updatedAt: instant(now), version: request.version + 1 };
  await deps.requests.update(next, request.version, nextLook(next, s));
  if (WAITING.includes(status)) await tellTermination(next, deps);
}

/** Counts a revival; `updatedAt` stays, since nothing has moved yet. */
export async function revived(s: Situation, deps: RecorderDeps): Promise<void> {
  if (!s.revive) return;
  const next = { ...s.request, revivals: s.request.revivals + 1, version: s.request.version + 1 };
  await deps.requests.update(next, s.request.version, nextLook(next, s));
}

/** Work goes on: earlier revivals were worth it and are forgotten. */
export async function postpone(s: Situation, deps: RecorderDeps): Promise<void> {
  const next = { ...s.request, revivals: 0, version: s.request.version + 1 };
  await deps.requests.update(next, s.request.version, nextLook(next, s));
}

const HOUR_MS = 3_600_000;

/** When the sweeper should look at a request; never while it waits for a person. */
export function nextLook(request: RequestRecord, s: Situation): Date | null {
  const { status, executeAfter, heldBy } = request;
  const { rules, now } = s;
  const tomorrow = plusMs(now, rules.recheckHoldsAfterHours * HOUR_MS);
  const seals = request.sealed
    .filter((entry) => entry.state === 'sealed')
    .map(({ freeOn }) => dayBegins(freeOn))
    // Its day has come and it is still there: a hold stops it, or its erasure failed.
    .map((day) => (day > now ? day : tomorrow));
  if (TERMINAL.includes(status)) return status === 'failed' ? earliest(seals) : null;
  if (status === 'deferred') return earliest([...seals, ...(seals.length === 0 ? [tomorrow] : [])]);
  if (status === 'held')
    return earliest([...seals, heldBy.length > 0 ? tomorrow : plusMs(now, rules.recheckLocksAfterHours * HOUR_MS)]);
  if (status === 'planned' && waitsForPerson(request)) return null;
  if (status === 'confirmed' && executeAfter !== undefined && executeAfter > instant(now))
    return new Date(executeAfter);
  return plusMs(now, rules.stalledAfterMinutes * 60_000);
}

function earliest(dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((first, date) => (first === null || date < first ? date : first), null);
}

/** Midnight in India at which a calendar day begins. */
function dayBegins(day: string): Date {
  return new Date(`${day}T00:00:00+05:30`);
}

/** What the request takes over from its plan. */
export function planShown({ plan, planHash }: StoredPlan): Pick<RequestRecord, 'planHash' | 'subjectHash'> {
  return { planHash, ...(plan.subject && { subjectHash: plan.subject }) };
}

/** The end of a contract waits for what becomes of its erasure. */
export async function tellTermination(request: RequestRecord, deps: RecorderDeps): Promise<void> {
  if (request.termination !== undefined) await deps.terminations.changed(request);
}
