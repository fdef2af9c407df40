import { Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV, PK } from '../../lambda/shared/names';
import { TERMINATION_ROUTES } from '../../lambda/termination/paths';
import { storesVariable } from '../data/inventory';
import type { ComplianceApi } from './compliance-api';
import { API_TIMEOUT, ComplianceFunction, type FunctionDefaults } from './compliance-function';
import type { ControlTable } from './control-table';
import { TerminationSchedules } from './termination-schedules';
import type { WorkQueue } from './work-queue';

/** Properties of Terminations. */
export interface TerminationsProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where terminations are kept. */
  readonly table: ControlTable;
  /** Takes ticks; others wake the keeper by it. */
  readonly queue: WorkQueue;
  /** Takes what stores are to hide. */
  readonly hideQueue: WorkQueue;
  /** Takes what stores are to reveal. */
  readonly revealQueue: WorkQueue;
  /** Where the erasure engine hears that there is something to do. */
  readonly recordQueue: WorkQueue;
  /** Longest run of the keeper. */
  readonly timeout: Duration;
}

/** Ticks that are worked on at the same time. */
const CONCURRENCY = 10;

/** Ends contracts: the API's calls, the keeper that moves terminations on, and the sweeper that finds what a schedule missed. */
export class Terminations extends Construct {
  /** Names of the functions that a schedule runs. */
  readonly scheduled: Readonly<Record<'terminations', string>>;
  /** The bus with warnings and changes, for the CRM's rules. */
  readonly eventBus: IEventBus;
  /** Has to come every hour. */
  readonly sweeper: ComplianceFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TerminationsProps,
  ) {
    super(scope, id);
    const bus = new EventBus(this, 'Bus', {
      description: 'Warnings before erasures and changes of terminations; ids and instants only',
    });
    this.eventBus = bus;
    props.api.serve(this.apiFunction(), TERMINATION_ROUTES);
    props.queue.feed(this.keeper(bus), CONCURRENCY);
    this.sweeper = this.sweeperFunction();
    this.scheduled = { terminations: this.sweeper.functionName };
  }

  /** Writes terminations and cancels their erasures. Reaches no store and no schedule. */
  private apiFunction(): ComplianceFunction {
    const { defaults, table, queue, recordQueue } = this.props;
    const api = new ComplianceFunction(this, 'Api', {
      ...defaults,
      entry: 'termination/api.handler.ts',
      description: 'Ends contracts, shows terminations and takes them back',
      timeout: API_TIMEOUT,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.terminationQueueUrl]: queue.url,
        [ENV.recordQueueUrl]: recordQueue.url,
      },
    });
    const role = api.executionRole;
    table.grantRead(role);
    table.grantListByTenant(role);
    table.grantWrite(role, PK.termination, PK.idempotency, PK.line);
    queue.grantSend(role);
    recordQueue.grantSend(role);
    return api;
  }

  /** Moves terminations on. Can write no line, so it can neither cancel an erasure nor begin one. */
  private keeper(bus: EventBus): ComplianceFunction {
    const { defaults, table, queue, hideQueue, revealQueue, recordQueue, timeout } = this.props;
    const schedules = new TerminationSchedules(this, 'Schedules', { queue });
    const keeper = new ComplianceFunction(this, 'Keeper', {
      ...defaults,
      entry: 'termination/keeper.handler.ts',
      description: 'Moves terminations on: hiding, warnings, erasure, restore',
      timeout,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.inventory]: storesVariable(this),
        [ENV.terminationQueueUrl]: queue.url,
        [ENV.terminationQueueArn]: queue.arn,
        [ENV.hideQueueUrl]: hideQueue.url,
        [ENV.revealQueueUrl]: revealQueue.url,
        [ENV.recordQueueUrl]: recordQueue.url,
        [ENV.scheduleGroup]: schedules.groupName,
        [ENV.scheduleRoleArn]: schedules.roleArn,
        [ENV.eventBus]: bus.eventBusName,
      },
    });
    const role = keeper.executionRole;
    table.grantRead(role);
    table.grantWrite(role, PK.termination, PK.request, PK.idempotency);
    for (const target of [queue, hideQueue, revealQueue, recordQueue]) target.grantSend(role);
    schedules.grantSchedule(role);
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }));
    return keeper;
  }

  /** Finds what is due in its index, and can read nothing else. */
  private sweeperFunction(): ComplianceFunction {
    const { defaults, table, queue, timeout } = this.props;
    const sweeper = new ComplianceFunction(this, 'Sweeper', {
      ...defaults,
      entry: 'termination/sweeper.handler.ts',
      description: 'Finds terminations that are due and that no schedule has moved on',
      timeout,
      environment: { [ENV.controlTable]: table.tableName, [ENV.terminationQueueUrl]: queue.url },
    });
    table.grantFindDue(sweeper.executionRole);
    queue.grantSend(sweeper.executionRole);
    new Rule(this, 'SweeperSchedule', {
      description: 'Runs the sweeper of terminations',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(sweeper, { retryAttempts: 2 })],
    });
    return sweeper;
  }
}
