import type { Transfers } from '../../policies/schema';
import { instant, plusMs } from '../shared/clock';
import { isAnswered, type Notice } from './model';

/** How the state of a notice changes. Pure and total: nothing leaves `acknowledged` and `evidenced`. */

export type NoticeRules = Transfers['notices'];

/** What came of one try to tell a processor, or to ask how far it is. */
export type Answer =
  /** It says that it has erased. */
  | 'completed'
  /** It has taken the request and says no more yet. */
  | 'pending'
  /** It says that it will not erase. */
  | 'refused'
  /** It does not take the message as it is: asking again alone will not help. */
  | 'rejected'
  /** No answer, or one that asks for patience. */
  | 'unreachable';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Delay after the first failure; doubled with each further one. */
const FIRST_DELAY_MS = 5 * MINUTE_MS;
/** After this long the sweep takes it that the first message got lost. */
const LOST_AFTER_MS = 15 * MINUTE_MS;

/** A notice that nobody has acted on yet. */
export function newNotice(
  of: Pick<Notice, 'requestId' | 'tenantId' | 'processorId' | 'route' | 'scope' | 'reference'>,
  deadlineDays: number,
  now: Date,
): Notice {
  return {
    ...of,
    state: of.route === 'api' ? 'to-tell' : 'by-hand',
    createdAt: instant(now),
    toldAt: null,
    answeredAt: null,
    deadline: instant(plusMs(now, deadlineDays * DAY_MS)),
    attempts: 0,
    escalatedAt: null,
    evidence: null,
    version: 1,
  };
}

/** The notice after one try. A refusal, and a message that is not taken, are for people at once. */
export function afterTry(notice: Notice, answer: Answer, now: Date): Notice {
  if (isAnswered(notice) || notice.state === 'by-hand') return notice;
  const at = instant(now);
  const tried = changed(notice, { attempts: notice.attempts + 1 });
  const toldAt = notice.toldAt ?? at;
  switch (answer) {
    case 'completed':
      return { ...tried, state: 'acknowledged', toldAt, answeredAt: at };
    case 'pending':
      return { ...tried, state: 'told', toldAt };
    case 'refused':
      return { ...tried, state: 'refused', toldAt, answeredAt: at, escalatedAt: notice.escalatedAt ?? at };
    case 'rejected':
      return { ...tried, escalatedAt: notice.escalatedAt ?? at };
    case 'unreachable':
      return tried;
    default:
      return answer satisfies never;
  }
}

/** Nothing can be sent any more: a person has to tell. */
export function byHand(notice: Notice): Notice {
  if (isAnswered(notice) || notice.state === 'by-hand') return notice;
  return changed(notice, { state: 'by-hand', route: 'manual' });
}

/** A person has shown that the processor erased; also where it had refused, or was told by hand in the end. */
export function evidenced(notice: Notice, evidence: { sha256: string; by: string }, now: Date): Notice {
  if (notice.state === 'acknowledged' || notice.state === 'evidenced') return notice;
  const at = instant(now);
  return changed(notice, { state: 'evidenced', answeredAt: at, evidence: { ...evidence, at } });
}

/** People are told of it, once. */
export function escalated(notice: Notice, now: Date): Notice {
  return needsEscalation(notice, now) ? changed(notice, { escalatedAt: instant(now) }) : notice;
}

/** From when on a silent processor is for people: some days before its day, and never in the first half of its time. */
export function escalateAt({ deadline, createdAt }: Notice, rules: NoticeRules): Date {
  const [from, to] = [Date.parse(createdAt), Date.parse(deadline)];
  return new Date(Math.max(to - rules.escalateBeforeDays * DAY_MS, (from + to) / 2));
}

/** True from that moment on, until people were told or an answer came. */
export function isOverdue(notice: Notice, now: Date, rules: NoticeRules): boolean {
  return needsEscalation(notice, now) && escalateAt(notice, rules) <= now;
}

function needsEscalation(notice: Notice, now: Date): boolean {
  return notice.escalatedAt === null && !isAnswered(notice) && instant(now) >= notice.createdAt;
}

/** When to look at a notice again; null when never. A silent processor is asked for ever. */
export function nextLook(notice: Notice, now: Date, rules: NoticeRules): Date | null {
  if (isAnswered(notice)) return null;
  const escalation = notice.escalatedAt === null ? escalateAt(notice, rules) : null;
  if (notice.state === 'by-hand') return escalation;
  const next = plusMs(now, delayMs(notice, rules));
  return escalation !== null && escalation < next ? escalation : next;
}

/** Milliseconds until the next try: longer with each failure, and never longer than between two questions. */
export function delayMs({ state, attempts }: Notice, rules: NoticeRules): number {
  const longest = rules.askAgainAfterHours * HOUR_MS;
  if (state === 'told') return longest;
  if (attempts === 0) return LOST_AFTER_MS;
  return Math.min(longest, FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, 20));
}

/** Whether a processor has not answered by its day, or answered after it. */
export function isLate({ answeredAt, deadline }: Pick<Notice, 'answeredAt' | 'deadline'>, now: Date): boolean {
  return (answeredAt ?? instant(now)) > deadline;
}

function changed(notice: Notice, change: Partial<Notice>): Notice {
  return { ...notice, ...change, version: notice.version + 1 };
}
