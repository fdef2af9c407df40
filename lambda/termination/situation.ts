import type { RequestRecord } from '../erasure/model';
import type { AlarmCode, Notice, TerminationRecord } from './model';

const MINUTE_MS = 60_000;
/** How far the clock of whoever sent a tick is trusted beyond what it said. */
const TRUST_MS = 15 * MINUTE_MS;
/** After this time a message to a store counts as lost, and running work is looked at again. */
export const ASK_AGAIN_MS = 60 * MINUTE_MS;

/** Everything known of a termination when the next move is decided. */
export interface Situation {
  readonly record: TerminationRecord;
  /** The keeper's own clock. */
  readonly now: Date;
  /** The clock of whoever sent the tick. */
  readonly observedAt: Date;
  /** Erasure request of the present attempt; undefined where there is none (yet). */
  readonly request: RequestRecord | undefined;
  /** Stores that have not yet hidden or revealed the data, whichever the state asks of them. */
  readonly storesMissing: readonly string[];
}

export type Move =
  /** Nothing to do before `until`; null: never again. */
  | { readonly move: 'wait'; readonly until: string | null; readonly alarms: readonly AlarmCode[] }
  | { readonly move: 'announce' }
  | { readonly move: 'schedule' }
  | { readonly move: 'ask-stores'; readonly direction: 'hide' | 'reveal'; readonly storeIds: readonly string[] }
  | { readonly move: 'hidden' }
  | { readonly move: 'send-notice'; readonly notice: Notice; readonly late: boolean }
  /** No way back but by the line of the erasure request that follows. */
  | { readonly move: 'cease' }
  | { readonly move: 'request-erasure' }
  /** Take over what the erasure request has come to. */
  | { readonly move: 'follow'; readonly change: Partial<TerminationRecord> }
  | { readonly move: 'plan-retry'; readonly at: string; readonly alarm: AlarmCode }
  | { readonly move: 'retry' }
  | { readonly move: 'prove' }
  | { readonly move: 'finish-restore' };

/**
 * The time by which anything irreversible is decided: the earlier of the keeper's own clock and that of the
 * sender, trusted for a quarter of an hour more. One clock that is ahead brings no erasure forward.
 */
export function effectiveNow({ now, observedAt }: Pick<Situation, 'now' | 'observedAt'>): Date {
  return new Date(Math.min(now.getTime(), observedAt.getTime() + TRUST_MS));
}

/**
 * The time that is written on what was done: the later of the two clocks, so that a tick that lay in a queue
 * makes no warning look older than it is.
 */
export function latestNow({ now, observedAt }: Pick<Situation, 'now' | 'observedAt'>): Date {
  return new Date(Math.max(now.getTime(), observedAt.getTime()));
}
