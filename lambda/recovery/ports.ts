import type { Direction, Done, RecoveryMessage, TickMessage } from './model';

/** What has been hidden and revealed, in the control table. */
export interface RecoveryLedger {
  /** Ids of the stores that are hidden, or revealed, to the end. Consistent. */
  done(tenantId: string, terminationId: string, direction: Direction): Promise<string[]>;
  /** The first one written stands, so that a repeated message changes nothing. */
  markDone(tenantId: string, terminationId: string, done: Done): Promise<void>;
}

/** Sends work to the queues of hiding and revealing. */
export interface RecoveryOutbox {
  send(message: RecoveryMessage, delaySeconds?: number): Promise<void>;
}

/** Wakes the termination. */
export interface TickOutbox {
  tick(message: TickMessage): Promise<void>;
}
