import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ENV, PK, TRANSFER_PK, TRANSFER_TABLE } from '../../lambda/shared/names';
import type { CertificateKeys } from '../audit/certificate-keys';
import type { BooksBucket } from '../data/books';
import { keepersVariable, storesVariable } from '../data/inventory';
import type { ErasableStore } from '../data/personal-data';
import type { UsageStatistics } from '../data/usage-statistics';
import type { Vault } from '../data/vault';
import type { DataKey } from '../keys/data-key';
import { ComplianceFunction, type FunctionDefaults, type FunctionEnvironment } from './compliance-function';
import type { ControlTable } from './control-table';
import { Sealer } from './sealer';
import type { TransferTable } from './transfer-table';
import { MAX_RECEIVES, WorkQueue } from './work-queue';

/** Properties of an ErasureEngine. */
export interface ErasureEngineProps {
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where requests, plans, steps and certificates are kept. */
  readonly table: ControlTable;
  /** Key of the queues. */
  readonly key: DataKey;
  /** What is to be erased. */
  readonly stores: readonly ErasableStore[];
  /** Where goes what a law still keeps. */
  readonly vault: Vault;
  /** Where goes what laws name of a document. */
  readonly books: BooksBucket;
  /** Numbers that stay where nobody is in them. */
  readonly statistics: UsageStatistics;
  /** Keys that sign certificates and hash subject ids. */
  readonly certificateKeys: CertificateKeys;
  /** The same for the sealer, to which every byte takes time. */
  readonly sealPace: WorkerPace;
  /** Longest run of a worker, and how much of it one message may use. */
  readonly pace: WorkerPace;
  /** Queue of the terminations, which hear of the erasures that they made. */
  readonly terminationQueue: WorkQueue;
  /** Where it is kept who received what, and which processor was told of an erasure. */
  readonly transferTable: TransferTable;
  /** Where the engine says that processors have to hear of an erasure. */
  readonly announceQueue: WorkQueue;
}

/** Time limits of the workers. */
export interface WorkerPace {
  /** Longest run of one invocation. */
  readonly timeout: Duration;
  /** Part of it after which a worker re-queues what is left. */
  readonly stepBudget: Duration;
}

/** Most messages that are worked on at the same time, per queue. */
const CONCURRENCY = { plan: 5, erase: 10, verify: 5, record: 5 };

/** What it means when a message failed for the last time. */
const DEAD_LETTERS = {
  Plan: 'An erasure could not be planned.',
  Erase: 'A step of an erasure could not be carried out.',
  Seal: 'What a law keeps could not be sealed.',
  Verify: 'A store could not be read for the second time.',
  Record: 'A request could not be moved on.',
};
type QueueName = keyof typeof DEAD_LETTERS;

/** Five roles that watch each other: planner, eraser, sealer, verifier and recorder; and a sweeper that wakes what fell asleep. */
export class ErasureEngine extends Construct {
  /** Where the API says that there is something to do. */
  readonly recordQueue: WorkQueue;
  /** Names of the functions that a schedule runs, so that a demonstration need not wait for it. */
  readonly scheduled: Readonly<Record<'sweeper', string>>;
  /** Has to come every five minutes. */
  readonly sweeper: ComplianceFunction;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ErasureEngineProps,
  ) {
    super(scope, id);
    const queue = (name: QueueName, pace = props.pace) =>
      new WorkQueue(this, `${name}Queue`, {
        key: props.key,
        functionTimeout: pace.timeout,
        deadLetters: {
          meaning: DEAD_LETTERS[name],
          runbook: `docs/runbooks/dead-letters.md#${name.toLowerCase()}-queue`,
        },
      });
    const queues = {
      plan: queue('Plan'),
      erase: queue('Erase'),
      seal: queue('Seal', props.sealPace),
      verify: queue('Verify'),
      record: queue('Record'),
    };
    this.recordQueue = queues.record;
    queues.plan.feed(this.planner(queues), CONCURRENCY.plan);
    queues.erase.feed(this.eraser(queues), CONCURRENCY.erase);
    new Sealer(this, 'Sealer', { ...props, pace: props.sealPace, queue: queues.seal, recordQueue: queues.record });
    queues.verify.feed(this.verifier(queues), CONCURRENCY.verify);
    queues.record.feed(this.recorder(queues), CONCURRENCY.record);
    this.sweeper = this.sweeperFunction(queues);
    this.scheduled = { sweeper: this.sweeper.functionName };
  }

  /** Counts what would be erased. Writes plans; deletes nothing. */
  private planner(queues: Queues): ComplianceFunction {
    const { table, stores, certificateKeys, transferTable } = this.props;
    const planner = this.worker('Planner', 'planner', 'Counts what an erasure would take and writes the plan', {
      ...this.storeEnvironment(),
      [ENV.recordQueueUrl]: queues.record.url,
      [ENV.subjectHashKeyId]: certificateKeys.subjectHash.keyId,
      [ENV.transferTable]: transferTable.tableName,
    });
    const role = planner.executionRole;
    table.grantRead(role);
    table.grantWrite(role, PK.plan);
    for (const store of stores) store.grantCount(role);
    certificateKeys.grantHash(role);
    transferTable.grantRead(role, TRANSFER_PK.recipient);
    transferTable.grantList(role, TRANSFER_TABLE.subjectIndex);
    queues.record.grantSend(role);
    return planner;
  }

  /** Deletes what the plan says. Writes its own steps and the line; no verification, no certificate. */
  private eraser(queues: Queues): ComplianceFunction {
    const { table, stores, vault, books } = this.props;
    const eraser = this.worker(
      'Eraser',
      'eraser',
      'Erases what the plan says, step by step',
      {
        ...this.storeEnvironment(),
        [ENV.eraseQueueUrl]: queues.erase.url,
        [ENV.recordQueueUrl]: queues.record.url,
      },
      1024,
    );
    const role = eraser.executionRole;
    table.grantRead(role);
    table.grantWrite(role, PK.step, PK.line);
    for (const store of stores) store.grantErase(role);
    vault.grantErase(role);
    books.grantErase(role);
    queues.erase.grantSend(role);
    queues.record.grantSend(role);
    return eraser;
  }

  /** Looks for what is left. Writes verifications; cannot delete. */
  private verifier(queues: Queues): ComplianceFunction {
    const { table, stores, vault, books } = this.props;
    const verifier = this.worker('Verifier', 'verifier', 'Looks for anything that an erasure left', {
      ...this.storeEnvironment(),
      [ENV.recordQueueUrl]: queues.record.url,
    });
    const role = verifier.executionRole;
    table.grantRead(role);
    table.grantWrite(role, PK.verification);
    for (const store of stores) store.grantVerify(role);
    vault.grantVerify(role);
    books.grantVerify(role);
    queues.record.grantSend(role);
    return verifier;
  }

  /** Decides what happens next and signs the certificate. Touches no personal data. */
  private recorder(queues: Queues): ComplianceFunction {
    const { table, certificateKeys, terminationQueue, transferTable, announceQueue } = this.props;
    const recorder = this.worker('Recorder', 'recorder', 'Moves requests on and signs certificates', {
      [ENV.inventory]: storesVariable(this),
      [ENV.keepers]: keepersVariable(this),
      [ENV.planQueueUrl]: queues.plan.url,
      [ENV.eraseQueueUrl]: queues.erase.url,
      [ENV.sealQueueUrl]: queues.seal.url,
      [ENV.verifyQueueUrl]: queues.verify.url,
      [ENV.recordQueueUrl]: queues.record.url,
      [ENV.signingKeyId]: certificateKeys.signing.keyId,
      [ENV.terminationQueueUrl]: terminationQueue.url,
      [ENV.transferTable]: transferTable.tableName,
      [ENV.announceQueueUrl]: announceQueue.url,
    });
    const role = recorder.executionRole;
    table.grantRead(role);
    table.grantWrite(role, PK.request, PK.step, PK.certificate);
    certificateKeys.grantSign(role);
    transferTable.grantRead(role, TRANSFER_PK.notice);
    for (const queue of [...Object.values(queues), terminationQueue, announceQueue]) queue.grantSend(role);
    return recorder;
  }

  /** Asks the recorder to look again at requests that nothing has moved for a while. */
  private sweeperFunction(queues: Queues): ComplianceFunction {
    const sweeper = this.worker('Sweeper', 'sweeper', 'Finds requests that are due or stalled', {
      [ENV.recordQueueUrl]: queues.record.url,
    });
    this.props.table.grantFindDue(sweeper.executionRole);
    queues.record.grantSend(sweeper.executionRole);
    new Rule(this, 'SweeperSchedule', {
      description: 'Runs the sweeper of the erasure engine',
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(sweeper, { retryAttempts: 2 })],
    });
    return sweeper;
  }

  private worker(
    id: string,
    entry: string,
    description: string,
    environment: FunctionEnvironment,
    memorySize?: number,
  ): ComplianceFunction {
    const { defaults, table, pace } = this.props;
    return new ComplianceFunction(this, id, {
      ...defaults,
      entry: `erasure/${entry}.handler.ts`,
      description,
      memorySize,
      timeout: pace.timeout,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.maxReceives]: String(MAX_RECEIVES),
        ...environment,
      },
    });
  }

  private storeEnvironment(): FunctionEnvironment {
    return {
      [ENV.inventory]: storesVariable(this),
      [ENV.keepers]: keepersVariable(this),
      [ENV.stepBudgetSeconds]: String(this.props.pace.stepBudget.toSeconds()),
    };
  }
}

type Queues = Readonly<Record<'plan' | 'erase' | 'seal' | 'verify' | 'record', WorkQueue>>;
