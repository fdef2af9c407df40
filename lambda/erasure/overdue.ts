import { instant } from '../shared/clock';
import { waitsForPerson } from './decide';
import { TERMINAL, WAITING } from './model';
import type { RecorderDeps } from './recorder-deps';
import type { Situation } from './situation';
import { nextLook } from './transitions';

/**
 * Notes on a request, once, that its day has passed. What waits for a person, or for the end of a law or a hold
 * with all the rest erased and certified, is not late.
 *
 * @returns the situation as it is now
 * @throws StaleRecordError
 */
export async function noteOverdue(s: Situation, deps: Pick<RecorderDeps, 'requests'>): Promise<Situation> {
  if (!isOverdue(s)) return s;
  const { request, now } = s;
  const next = { ...request, overdueSince: instant(now), version: request.version + 1 };
  await deps.requests.update(next, request.version, nextLook(next, s));
  return { ...s, request: next };
}

function isOverdue({ request, line, now }: Situation): boolean {
  const { status, overdueSince, certificates, completeBy } = request;
  if (overdueSince !== undefined || completeBy >= instant(now)) return false;
  if (certificates > 0 || line.state === 'cancelled') return false;
  if (TERMINAL.includes(status) || WAITING.includes(status)) return false;
  return !(status === 'planned' && waitsForPerson(request));
}
