import type { Register } from '../../policies/schema';
import { instant } from '../shared/clock';
import { erasesNotBefore } from './decide';
import type { Notice, State, TerminationRecord } from './model';

const HOUR_MS = 3_600_000;

/** Source of all events on the bus. */
export const EVENT_SOURCE = 'digicrm.compliance';
export const NOTICE_DETAIL_TYPE = 'Erasure notice';
export const STATE_DETAIL_TYPE = 'Termination state';

/** What will happen, as codes that the CRM has texts for. */
export const WHAT_HAPPENS = [
  'data-is-hidden-and-restorable',
  'restore-or-login-cancels-the-erasure',
  'after-that-data-is-erased-and-cannot-be-brought-back',
  'what-a-law-keeps-is-sealed-and-erased-when-the-law-ends',
  'backups-lapse-some-weeks-later',
] as const;

/** Facts of one warning; the CRM knows the people and delivers it in their language. */
export interface NoticeEvent {
  /** The same for every repetition of this warning. */
  readonly noticeId: string;
  readonly tenantId: string;
  readonly terminationId: string;
  /** Id of the warning in policies/retention.yaml. */
  readonly kind: string;
  readonly terminatedAt: string;
  /** No erasure before this instant. */
  readonly eraseAt: string;
  readonly restorableUntil: string;
  readonly hoursLeft: number;
  readonly daysLeft: number;
  readonly citations: readonly string[];
  readonly whatHappens: readonly string[];
  /** Path below the API's base URL; a POST there cancels. */
  readonly restorePath: string;
}

export interface StateEvent {
  /** The same for every repetition. */
  readonly eventId: string;
  readonly tenantId: string;
  readonly terminationId: string;
  readonly state: State;
  readonly terminatedAt: string;
  readonly eraseAt: string;
  /** First day in India on which no law keeps the rest; null where nothing is sealed. */
  readonly sealedUntil: string | null;
  readonly requestId: string | null;
  readonly restoreCause: string | null;
}

/** The facts of a warning that goes out now. */
export function noticeEvent(
  record: TerminationRecord,
  notice: Notice,
  now: Date,
  { notices }: Pick<Register['retention'], 'notices'>,
): NoticeEvent {
  // As if it and those before it had gone out now: the erasure waits for the last warning's hours.
  const eraseAt =
    erasesNotBefore({
      eraseAt: record.eraseAt,
      notices: record.notices.map((each) => ({ ...each, sentAt: each.sentAt ?? sendingAt(each, notice, now) })),
    }) ?? record.eraseAt;
  const hoursLeft = Math.max(0, Math.floor((Date.parse(eraseAt) - now.getTime()) / HOUR_MS));
  const citation = notices.before.find(({ id }) => id === notice.id)?.citation.source;
  return {
    noticeId: `${record.terminationId}/${notice.id}`,
    tenantId: record.tenantId,
    terminationId: record.terminationId,
    kind: notice.id,
    terminatedAt: record.terminatedAt,
    eraseAt,
    // Where the erasure has to wait for a late warning, S3 does not.
    restorableUntil: record.eraseAt,
    hoursLeft,
    daysLeft: Math.floor(hoursLeft / 24),
    citations: citation === undefined ? [] : [citation],
    whatHappens: WHAT_HAPPENS,
    restorePath: restorePath(record.tenantId),
  };
}

/** When a warning goes out at the earliest, given that another goes out now. */
function sendingAt(each: Notice, sending: Notice, now: Date): string {
  const at = instant(now);
  return each.id === sending.id || each.dueAt < at ? at : each.dueAt;
}

export function stateEvent(record: TerminationRecord): StateEvent {
  return {
    eventId: `${record.terminationId}/${record.state.toLowerCase()}`,
    tenantId: record.tenantId,
    terminationId: record.terminationId,
    state: record.state,
    terminatedAt: record.terminatedAt,
    eraseAt: record.eraseAt,
    sealedUntil: record.until ?? null,
    requestId: record.requestId ?? null,
    restoreCause: record.restoreCause ?? null,
  };
}

/** Where a termination is read. */
export function terminationPath(tenantId: string): string {
  return `/v1/tenants/${tenantId}/termination`;
}

export function restorePath(tenantId: string): string {
  return `${terminationPath(tenantId)}/restore`;
}
