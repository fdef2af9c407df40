import { Construct } from 'constructs';
import { ENV, PK } from '../../lambda/shared/names';
import { storesVariable } from '../data/inventory';
import type { RecoverableStore } from '../data/personal-data';
import type { DataKey } from '../keys/data-key';
import { ComplianceFunction, type FunctionDefaults, type FunctionEnvironment } from './compliance-function';
import type { ControlTable } from './control-table';
import type { WorkerPace } from './erasure-engine';
import { WorkQueue } from './work-queue';

/** Properties of a Recovery. */
export interface RecoveryProps {
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where it is noted what is hidden and revealed. */
  readonly table: ControlTable;
  /** Key of the queues. */
  readonly key: DataKey;
  /** Whose data is hidden and revealed. */
  readonly stores: readonly RecoverableStore[];
  /** Longest run of a worker, and how much of it one message may use. */
  readonly pace: WorkerPace;
  /** Queue of the termination, which is told when a store is done. @default - nobody is told */
  readonly terminationQueue?: WorkQueue;
}

/** Stores that are worked on at the same time, per queue. */
const CONCURRENCY = 5;

/** Hides a terminated tenant's data and reveals it again: two functions, neither of which can read any of it. */
export class Recovery extends Construct {
  /** Takes `hide` messages (lambda/recovery/model.ts), one per store. */
  readonly hideQueue: WorkQueue;
  /** Takes `reveal` messages, one per store. */
  readonly revealQueue: WorkQueue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RecoveryProps,
  ) {
    super(scope, id);
    const { key, pace, stores } = props;
    this.hideQueue = new WorkQueue(this, 'HideQueue', {
      key,
      functionTimeout: pace.timeout,
      deadLetters: {
        meaning: "A terminated tenant's data could not be hidden.",
        runbook: 'docs/runbooks/dead-letters.md#hide-queue',
      },
    });
    this.revealQueue = new WorkQueue(this, 'RevealQueue', {
      key,
      functionTimeout: pace.timeout,
      deadLetters: {
        meaning: "A restored tenant's data could not be revealed.",
        runbook: 'docs/runbooks/dead-letters.md#reveal-queue',
      },
    });

    const hider = this.worker('Hider', 'hide', "Hides a terminated tenant's data, restorably", this.hideQueue, {
      [ENV.hideQueueUrl]: this.hideQueue.url,
    });
    for (const store of stores) store.grantHide(hider.executionRole);

    const revealer = this.worker('Revealer', 'reveal', "Reveals a restored tenant's data", this.revealQueue, {
      [ENV.revealQueueUrl]: this.revealQueue.url,
    });
    for (const store of stores) store.grantReveal(revealer.executionRole);
  }

  private worker(
    id: string,
    entry: 'hide' | 'reveal',
    description: string,
    queue: WorkQueue,
    environment: FunctionEnvironment,
  ): ComplianceFunction {
    const { defaults, table, pace, terminationQueue } = this.props;
    const worker = new ComplianceFunction(this, id, {
      ...defaults,
      entry: `recovery/${entry}.handler.ts`,
      description,
      timeout: pace.timeout,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.inventory]: storesVariable(this),
        [ENV.stepBudgetSeconds]: String(pace.stepBudget.toSeconds()),
        ...(terminationQueue && { [ENV.terminationQueueUrl]: terminationQueue.url }),
        ...environment,
      },
    });
    const role = worker.executionRole;
    table.grantRead(role);
    table.grantWrite(role, PK.hiding);
    queue.grantSend(role);
    terminationQueue?.grantSend(role);
    queue.feed(worker, CONCURRENCY);
    return worker;
  }
}
