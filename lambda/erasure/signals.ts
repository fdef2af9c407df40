import { METRIC } from '../shared/names';
import { totalOf } from './counts';
import { type RequestRecord, type Status, WAITING } from './model';
import type { ErasureMetric } from './ports';
import type { RecorderDeps } from './recorder-deps';
import type { Move, Situation } from './situation';

/** States in which something is at work by itself. The others wait, and the sweeper is how they are meant to go on. */
const AT_WORK: readonly Status[] = ['accepted', 'planned', 'executing', 'verifying'];

/** The recorder's dependencies, where each write that succeeds counts what it made true: so nothing is counted twice. */
export function counting(deps: RecorderDeps, s: Situation, move: Move): RecorderDeps {
  return {
    ...deps,
    requests: {
      ...deps.requests,
      async update(next, expectedVersion, dueAt) {
        await deps.requests.update(next, expectedVersion, dueAt);
        for (const metric of signalsOf(s, move, next)) deps.meter.count(metric, 1, next.requestId);
      },
    },
  };
}

/** What people should hear of when a move has made `next` of the request. */
export function signalsOf(s: Situation, move: Move, next: RequestRecord): ErasureMetric[] {
  const { request } = s;
  return [
    ...stateEntered(request, next),
    ...(isRescue(s, next) ? [METRIC.erasuresRescued] : []),
    ...(isDisagreement(s, next) ? [METRIC.verifierDisagreements] : []),
    ...(move.move === 'rest' && !WAITING.includes(request.status) ? [METRIC.erasuresSetBack] : []),
    ...(next.overdueSince !== undefined && request.overdueSince === undefined ? [METRIC.erasuresOverdue] : []),
  ];
}

function stateEntered(before: RequestRecord, { status }: RequestRecord): ErasureMetric[] {
  // The API counts as neither: what it writes is not for the recorder to tell.
  if (status === before.status || status === 'accepted' || status === 'confirmed') return [];
  // Failed before, it was only looked after what it had sealed.
  if (status === 'failed' && before.endedAt !== undefined) return [];
  return [METRIC.erasuresIn[status]];
}

/** The first time that the sweeper had to set a request going since that had moved. */
function isRescue({ request, revive }: Situation, next: RequestRecord): boolean {
  const goesOn = next.revivals > 0 || next.status !== request.status;
  return revive && goesOn && next.status !== 'failed' && request.revivals === 0 && AT_WORK.includes(request.status);
}

/** Its eraser had finished, and the second reader found something: told of the first round alone. */
function isDisagreement({ request, verifications }: Situation, next: RequestRecord): boolean {
  const { status, round, firstRound } = request;
  if (status !== 'verifying' || next.status === 'verifying' || round !== firstRound) return false;
  return verifications.some((seen) => seen.round === round && totalOf(seen.left) > 0);
}
