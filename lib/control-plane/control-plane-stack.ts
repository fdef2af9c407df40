import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OUTPUT } from '../../lambda/shared/names';
import type { Register } from '../../policies/schema';
import type { CertificateKeys } from '../audit/certificate-keys';
import { DigestValidation } from '../audit/digest-validation';
import type { EgressKey } from '../audit/egress-key';
import type { LedgerBucket } from '../audit/ledger-bucket';
import type { LedgerStorage } from '../audit/ledger-storage';
import type { LogArchive } from '../audit/log-archive';
import type { Trail } from '../audit/trail';
import type { BooksBucket } from '../data/books';
import { Inventory } from '../data/inventory';
import type { ErasableStore, HoldableStore, RecoverableStore } from '../data/personal-data';
import type { TransferStores } from '../data/transfer-stores';
import type { UsageStatistics } from '../data/usage-statistics';
import type { Vault } from '../data/vault';
import { DataKey } from '../keys/data-key';
import type { WatchedControlPlane } from '../monitoring/watched';
import type { FunctionNetwork } from '../network/function-network';
import type { AppStage } from '../stage';
import { ApiClients } from './api-clients';
import { Authorizer } from './authorizer';
import { ComplianceApi } from './compliance-api';
import { ControlTable } from './control-table';
import { Disclosures } from './disclosures';
import { ErasureApi } from './erasure-api';
import { ErasureEngine, type WorkerPace } from './erasure-engine';
import { Ledger } from './ledger';
import { LedgerApi } from './ledger-api';
import { LegalHolds } from './legal-holds';
import { retentionOfAtLeast } from './log-retention';
import { Recovery } from './recovery';
import { ReplayOperator } from './replay-operator';
import { RetentionApi } from './retention-api';
import { Terminations } from './terminations';
import { TokenApi } from './token-api';
import { TransferTable } from './transfer-table';
import { Transfers } from './transfers';
import { WorkQueue } from './work-queue';

/** Properties of the ControlPlaneStack. */
export interface ControlPlaneStackProps extends StackProps {
  /** The parsed register; goes into every function's bundle. */
  readonly register: Register;
  /** The deployment this stack belongs to. */
  readonly stage: AppStage;
  /** The network in which the functions run. */
  readonly network: FunctionNetwork;
  /** Stores of personal data that the engine erases, and that the end of a contract hides. */
  readonly stores: readonly (ErasableStore & RecoverableStore & HoldableStore)[];
  /** Where goes what a law still keeps. */
  readonly vault: Vault;
  /** Where goes what laws name of a document. */
  readonly books: BooksBucket;
  /** Numbers that stay where nobody is in them. */
  readonly statistics: UsageStatistics;
  /** Payloads on their way to processors, and virtual tokens. */
  readonly transferStores: TransferStores;
  /** Keys that sign certificates and hash subject ids. */
  readonly certificateKeys: CertificateKeys;
  /** Key that signs what goes to processors. */
  readonly egressKey: EgressKey;
  /** The ledger's tree, and the key that signs it. */
  readonly ledger: LedgerStorage;
  /** Where copies of the ledger's checkpoints go in the other Region. @default - the stage has no other Region */
  readonly checkpoints?: LedgerBucket;
  /** Where the trail's logs and digests are. */
  readonly logArchive: LogArchive;
  /** The trail, whose logs are validated every day. @default - there is none */
  readonly trail?: Trail;
}

/** Workers in AWS, and on a computer where a demonstration should hand over often. */
const AWS_PACE: WorkerPace = { timeout: Duration.minutes(5), stepBudget: Duration.seconds(240) };
const LOCAL_PACE: WorkerPace = { timeout: Duration.seconds(15), stepBudget: Duration.seconds(10) };
/** The sealer reads every byte of what it copies: what it has begun gets ten minutes after the budget to end. */
const AWS_SEAL_PACE: WorkerPace = { timeout: Duration.minutes(15), stepBudget: Duration.minutes(5) };
/** Half of the minute within which a checkpoint is signed; on a computer somebody waits for it. */
const AWS_LEDGER_WINDOW = Duration.seconds(30);
const LOCAL_LEDGER_WINDOW = Duration.seconds(5);

/** The API, the erasure engine behind it, and the records of what they did. Holds no personal data. */
export class ControlPlaneStack extends Stack implements WatchedControlPlane {
  readonly api: WatchedControlPlane['api'];
  readonly sweepers: WatchedControlPlane['sweepers'];
  readonly ledger: WatchedControlPlane['ledger'];

  constructor(scope: Construct, id: string, props: ControlPlaneStackProps) {
    super(scope, id, props);
    const { register, stage, certificateKeys, stores } = props;
    const key = new DataKey(this, 'Key', {
      description: 'DigiCRM: requests, plans, queues and logs of the control plane',
      userTag: 'digicrm:control-key-user',
      services: ['dynamodb', 'sqs'],
      encryptsLogs: true,
    });
    const table = new ControlTable(this, 'Table', { key });
    const logs = {
      logKey: key.key,
      logRetention: retentionOfAtLeast(register.retention.lifecycle.functionLogDays.days),
    };
    const clockFile = stage.local?.clockFile;
    const defaults = { register, stageName: stage.name, network: props.network, ...logs, clockFile };
    const pace = stage.local ? LOCAL_PACE : AWS_PACE;
    const terminationQueue = new WorkQueue(this, 'TerminationQueue', {
      key,
      functionTimeout: pace.timeout,
      deadLetters: {
        meaning: 'A tick of a termination failed for the last time.',
        runbook: 'docs/runbooks/termination.md#dead-letters',
      },
    });
    const transferTable = new TransferTable(this, 'TransferTable', { key });
    const announceQueue = new WorkQueue(this, 'AnnounceQueue', {
      key,
      functionTimeout: pace.timeout,
      deadLetters: {
        meaning: 'The processors that have to hear of an erasure could not be found.',
        runbook: 'docs/runbooks/transfers.md#announce-queue',
      },
    });
    const working = { defaults, table, key, stores, pace };
    const engine = new ErasureEngine(this, 'Engine', {
      ...working,
      terminationQueue,
      transferTable,
      announceQueue,
      vault: props.vault,
      books: props.books,
      statistics: props.statistics,
      certificateKeys,
      sealPace: stage.local ? LOCAL_PACE : AWS_SEAL_PACE,
    });
    const { recordQueue } = engine;
    const { hideQueue, revealQueue } = new Recovery(this, 'Recovery', { ...working, terminationQueue });
    const clients = new ApiClients(this, 'Clients', { register, stage });
    const authorizer = new Authorizer(this, 'Authorizer', { defaults, clients, stage });
    // Its id is older than the other routes; another one would give every client another address.
    const api = new ComplianceApi(this, 'ErasureApi', { stage, authorizer, ...logs });
    const erasureApi = new ErasureApi(this, 'Api', { api, defaults, table, recordQueue });
    if (stage.config.switches.backups.enabled)
      new ReplayOperator(this, 'ReplayOperator', { table, stores, certificateKeys });
    new RetentionApi(this, 'Retention', { api, defaults, table });
    if (props.trail)
      new DigestValidation(this, 'LogIntegrity', { defaults, archive: props.logArchive, trail: props.trail });
    const holds = new LegalHolds(this, 'LegalHolds', { ...working, api, recordQueue });
    const queues = { queue: terminationQueue, hideQueue, revealQueue, recordQueue };
    const { timeout } = pace;
    const terminations = new Terminations(this, 'Terminations', { api, defaults, table, ...queues, timeout });
    const recording = { api, defaults, table, transferTable, certificateKeys };
    new TokenApi(this, 'Tokens', { api, defaults, transferTable, stores: props.transferStores });
    const { egressQueue } = new Transfers(this, 'Transfers', {
      ...recording,
      key,
      stores: props.transferStores,
      egressKey: props.egressKey,
      processorHosts: stage.local?.processorHosts,
    });
    const disclosures = new Disclosures(this, 'Disclosures', {
      ...recording,
      announceQueue,
      egressQueue,
      recordQueue,
      timeout,
    });
    const ledger = new Ledger(this, 'Ledger', {
      ...{ defaults, key, table, transferTable, certificateKeys },
      storage: props.ledger,
      eventBus: terminations.eventBus,
      checkpoints: props.checkpoints,
      window: stage.local ? LOCAL_LEDGER_WINDOW : AWS_LEDGER_WINDOW,
    });
    ledger.letProve(erasureApi);
    new LedgerApi(this, 'LedgerApi', { api, defaults, ledger });
    this.ledger = ledger;
    this.api = api;
    this.sweepers = {
      erasure: engine.sweeper,
      termination: terminations.sweeper,
      disclosure: disclosures.sweeper,
    };

    const inventory = Inventory.of(this);
    this.output(OUTPUT.apiUrl, api.url, 'Address of the API, before /v1');
    this.output(OUTPUT.userPoolId, clients.userPoolId, 'User pool that issues access tokens');
    this.output(OUTPUT.tokenEndpoint, clients.tokenEndpoint, 'Where a client gets its access token');
    this.output(OUTPUT.signingKeyId, certificateKeys.signing.keyId, 'KMS key that signs certificates');
    this.output(OUTPUT.inventory, this.toJsonString(inventory.stores), 'Stores of personal data, as JSON');
    this.output(OUTPUT.controlTable, table.tableName, 'Table of requests, plans, steps and certificates');
    this.output(
      OUTPUT.scheduledFunctions,
      this.toJsonString({
        ...engine.scheduled,
        ...holds.scheduled,
        ...terminations.scheduled,
        ...disclosures.scheduled,
        ...ledger.scheduled,
      }),
      'Functions run by a schedule, as JSON',
    );
    this.output(
      OUTPUT.eventBus,
      terminations.eventBus.eventBusName,
      'Bus with the warnings before an erasure, for the CRM to deliver',
    );
    this.output(
      OUTPUT.transferTable,
      transferTable.tableName,
      'Table of decisions, transfers, restrictions and notices',
    );
    this.output(OUTPUT.egressKeyId, props.egressKey.key.keyId, 'KMS key that signs what goes to processors');
    this.output(OUTPUT.egressQueueUrl, egressQueue.url, 'Queue of deliveries and notices to processors');
    this.output(OUTPUT.ledgerTable, ledger.ledgerTable.tableName, 'Table of the places of events in the ledger');
    this.output(OUTPUT.ledgerBucket, props.ledger.bucket.bucketName, 'Bucket of the ledger');
    this.output(OUTPUT.ledgerKeyId, props.ledger.signing.keyId, 'KMS key that signs checkpoints of the ledger');
    this.output(OUTPUT.ledgerOrigin, props.ledger.origin, 'Name of the ledger: first line of every checkpoint');
    this.output(OUTPUT.dataKeys, this.toJsonString(inventory.dataKeys), 'Key ARN of each store, as JSON');
  }

  private output(key: string, value: string, description: string): void {
    new CfnOutput(this, key, { value, description });
  }
}
