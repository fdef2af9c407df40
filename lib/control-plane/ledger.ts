import { Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/shared/names';
import type { CertificateKeys } from '../audit/certificate-keys';
import type { LedgerBucket } from '../audit/ledger-bucket';
import type { LedgerStorage } from '../audit/ledger-storage';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import { queuePerimeter } from '../guardrails/perimeter';
import type { DataKey } from '../keys/data-key';
import { ComplianceFunction, type FunctionDefaults, type FunctionEnvironment } from './compliance-function';
import type { ControlTable } from './control-table';
import { LedgerTable } from './ledger-table';
import type { TransferTable } from './transfer-table';

/** Properties of a Ledger. */
export interface LedgerProps {
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Key of the control plane. */
  readonly key: DataKey;
  /** The tables whose writes are the ledger's events. */
  readonly table: ControlTable;
  /** As above. */
  readonly transferTable: TransferTable;
  /** The tree and the key that signs it. */
  readonly storage: LedgerStorage;
  /** The key under which tenants are hashed. */
  readonly certificateKeys: CertificateKeys;
  /** Bus on which checkpoints are told. */
  readonly eventBus: { readonly eventBusName: string; readonly eventBusArn: string };
  /** Where copies of checkpoints go in the other Region. @default - there is none */
  readonly checkpoints?: LedgerBucket;
  /** The longest that the first write of a turn waits for others: one checkpoint for all of them. */
  readonly window: Duration;
}

/** Most writes of one turn. */
const BATCH = 1_000;
/** Windows after which a write has its place: one for waiting, one for the turn before it, and as much to spare. */
const SETTLED_AFTER = 4;

/** Puts what the tables tell into the tree, and has somebody else read it again. */
export class Ledger extends Construct {
  /** Places of events. */
  readonly ledgerTable: LedgerTable;
  /** Has to come every hour, as have the writes. */
  readonly sequencer: ComplianceFunction;
  /** Has to come every hour. */
  readonly watchman: ComplianceFunction;
  /** Names of the functions that a schedule runs. */
  readonly scheduled: Readonly<Record<'ledger' | 'ledgerWatchman', string>>;
  private readonly failures: Queue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LedgerProps,
  ) {
    super(scope, id);
    this.ledgerTable = new LedgerTable(this, 'Table', { key: props.key });
    this.failures = this.failuresQueue();
    this.sequencer = this.sequencerFunction();
    this.watchman = this.watchmanFunction();
    for (const [name, fn, description] of [
      ['SequencerSchedule', this.sequencer, 'Has a checkpoint signed when nothing happens'],
      ['WatchmanSchedule', this.watchman, 'Has the ledger read again'],
    ] as const)
      new Rule(this, name, {
        description,
        schedule: Schedule.rate(Duration.hours(1)),
        targets: [new LambdaFunction(fn, { retryAttempts: 2 })],
      });
    this.scheduled = { ledger: this.sequencer.functionName, ledgerWatchman: this.watchman.functionName };
  }

  /** Batches that were tried for a day and are lost to the streams. */
  lostBatches(): Metric {
    return this.failures.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    });
  }

  /** Milliseconds that the oldest write has waited. */
  oldestWrite(): Metric {
    return this.sequencer.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(5) });
  }

  /** The one function that writes into the ledger. It reads no table: writes come to it. */
  private sequencerFunction(): ComplianceFunction {
    const { defaults, table, transferTable, storage, certificateKeys, eventBus, checkpoints } = this.props;
    const sequencer = new ComplianceFunction(this, 'Sequencer', {
      ...defaults,
      entry: 'ledger/sequencer.handler.ts',
      description: 'Puts what was written to the tables into the ledger, and signs it',
      timeout: Duration.minutes(2),
      memorySize: 1024,
      environment: {
        ...this.ledgerNames(),
        [ENV.ledgerStorageKey]: storage.bucket.dataKey.key.keyArn,
        [ENV.subjectHashKeyId]: certificateKeys.subjectHash.keyId,
        [ENV.eventBus]: eventBus.eventBusName,
        ...(checkpoints && {
          [ENV.witnessBucket]: checkpoints.bucketName,
          [ENV.witnessRegion]: Stack.of(checkpoints).region,
          [ENV.witnessKey]: checkpoints.dataKey.key.keyArn,
        }),
      },
    });
    const role = sequencer.executionRole;
    this.ledgerTable.grantSequence(role);
    storage.bucket.grantSequence(role);
    storage.grantSign(role);
    certificateKeys.grantHash(role);
    checkpoints?.grantDeposit(role);
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [eventBus.eventBusArn] }));
    for (const [name, told] of [
      ['Control', table],
      ['Transfers', transferTable],
    ] as const)
      this.listen(name, told, sequencer);
    return sequencer;
  }

  /** Reads everything and writes nothing but how far it read. */
  private watchmanFunction(): ComplianceFunction {
    const { defaults, table, transferTable, storage } = this.props;
    const watchman = new ComplianceFunction(this, 'Watchman', {
      ...defaults,
      entry: 'ledger/watchman.handler.ts',
      description: 'Reads the ledger again and compares it with the tables',
      timeout: Duration.minutes(15),
      // A whole processor: the work is hashing.
      memorySize: 1769,
      environment: {
        ...this.ledgerNames(),
        [ENV.controlTable]: table.tableName,
        [ENV.transferTable]: transferTable.tableName,
        [ENV.ledgerSettleSeconds]: String(SETTLED_AFTER * this.props.window.toSeconds()),
      },
    });
    const role = watchman.executionRole;
    this.ledgerTable.grantWatch(role);
    storage.bucket.grantReadLedger(role);
    table.grantReadAll(role);
    transferTable.grantReadAll(role);
    this.grantPublicKey(role);
    return watchman;
  }

  /** Lets a function prove that something is in the ledger: it reads tree, places and public key. */
  letProve(fn: ComplianceFunction): void {
    for (const [name, value] of Object.entries(this.ledgerNames())) fn.addEnvironment(name, value);
    this.ledgerTable.grantFind(fn.executionRole);
    this.props.storage.bucket.grantReadLedger(fn.executionRole);
    this.grantPublicKey(fn.executionRole);
  }

  private grantPublicKey(role: Role): void {
    const { signing, retired } = this.props.storage;
    const resources = [signing, ...retired].map((key) => key.keyArn);
    role.addToPolicy(new PolicyStatement({ actions: ['kms:GetPublicKey'], resources }));
  }

  private ledgerNames(): FunctionEnvironment {
    const { storage } = this.props;
    return {
      [ENV.ledgerTable]: this.ledgerTable.tableName,
      [ENV.ledgerBucket]: storage.bucket.bucketName,
      [ENV.ledgerKeyId]: storage.signing.keyId,
      ...(storage.retired.length > 0 && { [ENV.ledgerOldKeyIds]: storage.retired.map((key) => key.keyId).join(' ') }),
      [ENV.ledgerOrigin]: storage.origin,
    };
  }

  /** Every write is told, whatever its key: one that nobody knows has to be put aside, and not be passed over. */
  private listen(name: string, table: ControlTable | TransferTable, sequencer: ComplianceFunction): void {
    const eventSourceArn = table.tableStreamArn;
    if (eventSourceArn === undefined) throw new Error(`${table.node.path} has no stream.`);
    new EventSourceMapping(this, `${name}Writes`, {
      target: sequencer,
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH,
      maxBatchingWindow: this.props.window,
      // Tried for as long as the stream has it. A batch with one that fails is halved, so that the others go on.
      bisectBatchOnError: true,
      // The CDK's own destination would write into the key's policy.
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) },
    });
    grantReadStream(sequencer.executionRole, eventSourceArn);
    const role = sequencer.executionRole;
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.failures.queueArn] }));
    for (const service of ['dynamodb', 'sqs'] as const) this.props.key.grantUse(role, service);
  }

  private failuresQueue(): Queue {
    const queue = new Queue(this, 'LostBatches', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.props.key.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    for (const statement of queuePerimeter(queue.queueArn)) queue.addToResourcePolicy(statement);
    acknowledge(
      queue,
      {
        ...RISKS.lastQueue,
        reason: 'It is itself where what failed for the last time waits for a person; nothing takes messages from it.',
      },
      'AwsSolutions::AwsSolutions-SQS3',
    );
    return queue;
  }
}

/** What Lambda needs to read a stream for the function: with the function's role, from outside any network. */
function grantReadStream(role: Role, streamArn: string): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [streamArn],
    }),
  );
  // Lists the streams of all tables: there is no one of them that a policy could name.
  role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
}
