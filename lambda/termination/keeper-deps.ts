import type { Register } from '../../policies/schema';
import type { Outbox, RequestLedger } from '../erasure/ports';
import type { Clock } from '../shared/clock';
import type { Meter } from '../shared/metrics-meter';
import type { EventBus, Schedules, StoresDone, TerminationLedger, TerminationMetric, TerminationOutbox } from './ports';

/** What the keeper of terminations works with. */
export interface KeeperDeps {
  readonly terminations: Pick<TerminationLedger, 'get' | 'update'>;
  readonly requests: Pick<RequestLedger, 'get' | 'create'>;
  readonly requestOutbox: Outbox;
  readonly outbox: TerminationOutbox;
  readonly stores: StoresDone;
  /** Stores that hide and reveal, by the inventory. */
  readonly storeIds: readonly string[];
  readonly schedules: Schedules;
  readonly events: EventBus;
  readonly meter: Meter<TerminationMetric>;
  readonly register: Pick<Register, 'retention' | 'erasure'>;
  /** Days until the last backup of what was erased is gone. */
  readonly backupDays: number;
  readonly clock: Clock;
}
