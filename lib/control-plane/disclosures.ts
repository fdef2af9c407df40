import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { DISCLOSURE_ROUTES } from '../../lambda/disclosure/paths';
import { ENV, PK, TRANSFER_PK, TRANSFER_TABLE } from '../../lambda/shared/names';
import type { CertificateKeys } from '../audit/certificate-keys';
import type { ComplianceApi } from './compliance-api';
import {
  API_TIMEOUT,
  ComplianceFunction,
  type FunctionDefaults,
  type FunctionEnvironment,
} from './compliance-function';
import type { ControlTable } from './control-table';
import type { TransferTable } from './transfer-table';
import type { WorkQueue } from './work-queue';

/** Properties of Disclosures. */
export interface DisclosuresProps {
  /** Where the routes are added. */
  readonly api: ComplianceApi;
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where erasure requests are kept. */
  readonly table: ControlTable;
  /** Where decisions about transfers and notices to processors are kept. */
  readonly transferTable: TransferTable;
  /** The key under which people are hashed. */
  readonly certificateKeys: CertificateKeys;
  /** Where the erasure engine says that processors have to hear of an erasure. */
  readonly announceQueue: WorkQueue;
  /** Where notices are sent from. */
  readonly egressQueue: WorkQueue;
  /** Where the erasure engine hears that all that had to be noted is noted. */
  readonly recordQueue: WorkQueue;
  /** Longest run of the workers. */
  readonly timeout: Duration;
}

/** Erasures that are announced at the same time. */
const CONCURRENCY = 5;

/** Shows who received what about whom, has every one of them told of an erasure, and does not let the silent ones be forgotten. */
export class Disclosures extends Construct {
  /** Names of the functions that a schedule runs. */
  readonly scheduled: Readonly<Record<'disclosures', string>>;
  /** Has to come every hour. */
  readonly sweeper: ComplianceFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DisclosuresProps,
  ) {
    super(scope, id);
    props.api.serve(this.apiFunction(), DISCLOSURE_ROUTES);
    props.announceQueue.feed(this.announcer(), CONCURRENCY);
    this.sweeper = this.sweeperFunction();
    this.scheduled = { disclosures: this.sweeper.functionName };
  }

  /** Reads decisions and notices, and takes the evidence of what was done by hand. Sends nothing. */
  private apiFunction(): ComplianceFunction {
    const { table, transferTable, certificateKeys } = this.props;
    const api = this.function('Api', 'api', 'Shows who received what about whom, and which processor has erased', {
      timeout: API_TIMEOUT,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.subjectHashKeyId]: certificateKeys.subjectHash.keyId,
      },
    });
    const role = api.executionRole;
    table.grantReadOf(role, PK.request, PK.plan);
    transferTable.grantList(role, TRANSFER_TABLE.subjectIndex);
    transferTable.grantRead(role, TRANSFER_PK.transfer, TRANSFER_PK.notice);
    transferTable.grantWrite(role, TRANSFER_PK.notice);
    certificateKeys.grantHash(role);
    return api;
  }

  /** Finds who has the data of an erasure, and notes that each has to hear of it. Speaks to nobody itself. */
  private announcer(): ComplianceFunction {
    const { table, transferTable, certificateKeys, egressQueue, recordQueue, timeout } = this.props;
    const announcer = this.function('Announcer', 'announce', 'Finds the processors that have to hear of an erasure', {
      timeout,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.subjectHashKeyId]: certificateKeys.subjectHash.keyId,
        [ENV.egressQueueUrl]: egressQueue.url,
        [ENV.recordQueueUrl]: recordQueue.url,
      },
    });
    const role = announcer.executionRole;
    table.grantReadOf(role, PK.request, PK.plan, PK.line);
    // What was told cannot be taken back: the request crosses the line beyond which nobody can cancel it.
    table.grantWrite(role, PK.line);
    transferTable.grantList(role, TRANSFER_TABLE.subjectIndex);
    transferTable.grantRead(role, TRANSFER_PK.recipient, TRANSFER_PK.notice);
    transferTable.grantWrite(role, TRANSFER_PK.notice);
    certificateKeys.grantHash(role);
    egressQueue.grantSend(role);
    recordQueue.grantSend(role);
    return announcer;
  }

  /** Finds notices and transfers that are due, and has them tried again; escalates the late ones. */
  private sweeperFunction(): ComplianceFunction {
    const { transferTable, egressQueue, timeout } = this.props;
    const sweeper = this.function(
      'Sweeper',
      'sweep',
      'Finds processors that have not answered, and transfers left behind',
      {
        timeout,
        environment: { [ENV.egressQueueUrl]: egressQueue.url },
      },
    );
    const role = sweeper.executionRole;
    transferTable.grantList(role, TRANSFER_TABLE.dueIndex);
    transferTable.grantRead(role, TRANSFER_PK.notice);
    transferTable.grantWrite(role, TRANSFER_PK.notice);
    egressQueue.grantSend(role);
    new Rule(this, 'SweeperSchedule', {
      description: 'Runs the sweeper of notices and transfers',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(sweeper, { retryAttempts: 2 })],
    });
    return sweeper;
  }

  private function(
    id: string,
    entry: string,
    description: string,
    { timeout, environment }: { readonly timeout: Duration; readonly environment: FunctionEnvironment },
  ): ComplianceFunction {
    const { defaults, transferTable } = this.props;
    return new ComplianceFunction(this, id, {
      ...defaults,
      entry: `disclosure/${entry}.handler.ts`,
      description,
      timeout,
      environment: { [ENV.transferTable]: transferTable.tableName, ...environment },
    });
  }
}
