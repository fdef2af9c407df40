import type { Processor } from '../../policies/schema';
import { untilFresh } from '../erasure/ending';
import { UnknownWorkError } from '../erasure/errors';
import type { Clock } from '../shared/clock';
import type { Meter } from '../shared/metrics-meter';
import { METRIC } from '../shared/names';
import type { Deliverer } from '../transfer/deliver';
import type { EgressQueue } from '../transfer/ports';
import { isAnswered, type Notice } from './model';
import { type Answer, afterTry, byHand, delayMs, type NoticeRules, nextLook } from './notice';
import { answerOf, erasureBody, isUnknownThere, subjectRequestId } from './opendsr';
import type { NoticeLedger } from './ports';

export interface NotifyDeps {
  readonly notices: Pick<NoticeLedger, 'get' | 'update'>;
  readonly deliverer: Deliverer;
  readonly egress: EgressQueue;
  /** Processors of the stage, by id. */
  readonly processors: ReadonlyMap<string, Processor>;
  readonly rules: NoticeRules;
  readonly meter: Meter<NotifyMetric>;
  readonly clock: Clock;
}

export type NotifyMetric = (typeof METRIC)['noticesAcknowledged' | 'noticesEscalated' | 'noticesByHand'];

/** Longest delay SQS offers; a longer one is the sweep's. */
const MAX_DELAY_SECONDS = 900;

/**
 * Tells one processor to erase, or asks it how far it is, and keeps what it says. It is told whatever is restricted
 * by now and whether or not its contract still runs: what it has is to be erased, and nothing but its own
 * reference goes to it. Bears being called again at any time.
 *
 * @throws UnknownWorkError when there is no such notice
 * @throws StaleRecordError when others kept changing it; the message should be delivered again
 */
export async function notify(
  { requestId, processorId }: Pick<Notice, 'requestId' | 'processorId'>,
  deps: NotifyDeps,
): Promise<void> {
  const notice = await read(requestId, processorId, deps);
  if (isAnswered(notice) || notice.state === 'by-hand') return;
  const erasure = deps.processors.get(processorId)?.erasure;
  if (erasure?.route !== 'api') {
    await change(notice, byHand, deps);
    return;
  }
  const answer = await ask(notice, erasure.endpoint, deps.deliverer);
  const next = await change(notice, (current) => afterTry(current, answer, deps.clock.now()), deps);
  await retrySoon(next, deps);
}

async function read(requestId: string, processorId: string, deps: NotifyDeps): Promise<Notice> {
  const notice = await deps.notices.get(requestId, processorId);
  if (notice === undefined) throw new UnknownWorkError(`notice of ${requestId} to ${processorId}`);
  return notice;
}

/** One that has taken the request is asked about it; where it knows nothing of that, it is told again. */
async function ask(notice: Notice, endpoint: string, deliverer: Deliverer): Promise<Answer> {
  const id = subjectRequestId(notice);
  if (notice.state === 'told') {
    const delivery = await deliverer.get(endpoint, id);
    if (!isUnknownThere(delivery)) return answerOf(delivery, notice);
  }
  const idempotencyKey = `${id}.${notice.processorId}`;
  return answerOf(await deliverer.post({ endpoint, body: erasureBody(notice), idempotencyKey }), notice);
}

/** What was heard counts whatever others wrote meanwhile: it is applied to what stands now. */
async function change(notice: Notice, to: (current: Notice) => Notice, deps: NotifyDeps): Promise<Notice> {
  const { requestId, processorId } = notice;
  return untilFresh(async () => {
    const current = await read(requestId, processorId, deps);
    const next = to(current);
    if (next === current) return current;
    await deps.notices.update(next, current.version, nextLook(next, deps.clock.now(), deps.rules));
    count(current, next, deps);
    return next;
  });
}

/** Counted once it stands, so that each is counted once. */
function count(before: Notice, { state, escalatedAt, requestId }: Notice, { meter }: NotifyDeps): void {
  if (state === 'acknowledged') meter.count(METRIC.noticesAcknowledged, 1, requestId);
  if (state === 'by-hand') meter.count(METRIC.noticesByHand, 1, requestId);
  if (before.escalatedAt === null && escalatedAt !== null) meter.count(METRIC.noticesEscalated, 1, requestId);
}

async function retrySoon(notice: Notice, { egress, rules }: NotifyDeps): Promise<void> {
  if (notice.state !== 'to-tell') return;
  const seconds = Math.ceil(delayMs(notice, rules) / 1000);
  const { requestId, processorId } = notice;
  if (seconds <= MAX_DELAY_SECONDS) await egress.send({ type: 'notify', requestId, processorId }, seconds);
}
