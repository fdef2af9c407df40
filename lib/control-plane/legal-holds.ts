import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { HOLD_ROUTES } from '../../lambda/holds/paths';
import { ENV, PK } from '../../lambda/shared/names';
import { storesVariable } from '../data/inventory';
import type { HoldableStore } from '../data/personal-data';
import type { DataKey } from '../keys/data-key';
import type { ComplianceApi } from './compliance-api';
import { API_TIMEOUT, ComplianceFunction, type FunctionDefaults } from './compliance-function';
import type { ControlTable } from './control-table';
import type { WorkerPace } from './erasure-engine';
import { WorkQueue } from './work-queue';

/** Properties of LegalHolds. */
export interface LegalHoldsProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where holds are kept. */
  readonly table: ControlTable;
  /** Key of the queue. */
  readonly key: DataKey;
  /** What a hold can be about. */
  readonly stores: readonly HoldableStore[];
  /** Longest run of the worker, and how much of it one message may use. */
  readonly pace: WorkerPace;
  /** Where the erasure engine hears that a request may go on. */
  readonly recordQueue: WorkQueue;
}

/** Passes that run at the same time; each makes dozens of calls at once. */
const CONCURRENCY = 5;

/** Places and lifts legal holds, has S3 obey them, and reminds of their review. */
export class LegalHolds extends Construct {
  /** Names of the functions that a schedule runs. */
  readonly scheduled: Readonly<Record<'holds', string>>;
  private readonly queue: WorkQueue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LegalHoldsProps,
  ) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'LocksQueue', {
      key: props.key,
      functionTimeout: props.pace.timeout,
      deadLetters: {
        meaning: 'S3 legal holds could not be brought in line with the legal holds that stand.',
        runbook: 'docs/runbooks/legal-holds.md#dead-letters',
      },
    });
    props.api.serve(this.apiFunction(), HOLD_ROUTES);
    this.queue.feed(this.locker(), CONCURRENCY);
    this.scheduled = { holds: this.daily().functionName };
  }

  /** Writes holds. Reaches no store. */
  private apiFunction(): ComplianceFunction {
    const { defaults, table } = this.props;
    const api = new ComplianceFunction(this, 'Api', {
      ...defaults,
      entry: 'holds/api.handler.ts',
      description: 'Places, shows and lifts legal holds',
      timeout: API_TIMEOUT,
      environment: { [ENV.controlTable]: table.tableName, [ENV.locksQueueUrl]: this.queue.url },
    });
    const role = api.executionRole;
    table.grantRead(role);
    table.grantListByTenant(role);
    table.grantWrite(role, PK.hold);
    this.queue.grantSend(role);
    return api;
  }

  /** Sets and removes S3 legal holds, and wakes requests. Cannot read, write or delete an object. */
  private locker(): ComplianceFunction {
    const { defaults, table, pace, recordQueue, stores } = this.props;
    const locker = new ComplianceFunction(this, 'Locker', {
      ...defaults,
      entry: 'holds/locks.handler.ts',
      description: 'Brings S3 legal holds in line with the legal holds that stand',
      timeout: pace.timeout,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.inventory]: storesVariable(this),
        [ENV.locksQueueUrl]: this.queue.url,
        [ENV.recordQueueUrl]: recordQueue.url,
        [ENV.stepBudgetSeconds]: String(pace.stepBudget.toSeconds()),
      },
    });
    const role = locker.executionRole;
    table.grantRead(role);
    table.grantListByTenant(role);
    table.grantWrite(role, PK.hold);
    for (const store of stores) store.grantLegalHold(role);
    this.queue.grantSend(role);
    recordQueue.grantSend(role);
    return locker;
  }

  /** Finds open holds in the index of what is due; reads nothing else. */
  private daily(): ComplianceFunction {
    const { defaults, table } = this.props;
    const daily = new ComplianceFunction(this, 'Daily', {
      ...defaults,
      entry: 'holds/daily.handler.ts',
      description: 'Looks at every legal hold once a day: newer objects are locked, and overdue reviews counted',
      timeout: Duration.minutes(5),
      environment: { [ENV.controlTable]: table.tableName, [ENV.locksQueueUrl]: this.queue.url },
    });
    table.grantFindDue(daily.executionRole);
    this.queue.grantSend(daily.executionRole);
    new Rule(this, 'DailySchedule', {
      description: 'Runs the daily look at legal holds, after midnight in India',
      schedule: Schedule.cron({ minute: '0', hour: '20' }),
      targets: [new LambdaFunction(daily, { retryAttempts: 2 })],
    });
    return daily;
  }
}
