/**
 * Names shared by the construct that sets a value and the function that reads it.
 * This file imports nothing, so that synth, functions, CLI and tests can all use it.
 */

/** Environment variables of the functions. */
export const ENV = {
  /** Stage name, one of policies/stages.yaml. */
  stage: 'STAGE',
  /** Name of the table with requests, plans, steps, verifications and certificates. */
  controlTable: 'CONTROL_TABLE',
  /** JSON array of the stores that hold personal data (lambda/shared/inventory.ts). */
  inventory: 'INVENTORY',
  /** JSON object of what laws keep: the vault's bucket and table, and the books (lambda/shared/inventory.ts). */
  keepers: 'KEEPERS',
  /** Table of the numbers that stay of erased data. */
  statisticsTable: 'STATISTICS_TABLE',
  planQueueUrl: 'PLAN_QUEUE_URL',
  eraseQueueUrl: 'ERASE_QUEUE_URL',
  sealQueueUrl: 'SEAL_QUEUE_URL',
  verifyQueueUrl: 'VERIFY_QUEUE_URL',
  recordQueueUrl: 'RECORD_QUEUE_URL',
  hideQueueUrl: 'HIDE_QUEUE_URL',
  revealQueueUrl: 'REVEAL_QUEUE_URL',
  terminationQueueUrl: 'TERMINATION_QUEUE_URL',
  /** Queue of the worker that sets S3 legal holds. */
  locksQueueUrl: 'LOCKS_QUEUE_URL',
  terminationQueueArn: 'TERMINATION_QUEUE_ARN',
  /** Group of the one-time schedules, and the role with which they send. */
  scheduleGroup: 'SCHEDULE_GROUP',
  scheduleRoleArn: 'SCHEDULE_ROLE_ARN',
  /** EventBridge bus on which warnings and changes of terminations go out. */
  eventBus: 'EVENT_BUS',
  /** KMS key (ECC_NIST_P256) that signs certificates. */
  signingKeyId: 'SIGNING_KEY_ID',
  /** KMS key (HMAC_256) under which subject ids are hashed. */
  subjectHashKeyId: 'SUBJECT_HASH_KEY_ID',
  /** Seconds a worker may spend on one message before it re-queues the rest. */
  stepBudgetSeconds: 'STEP_BUDGET_SECONDS',
  /** How often SQS delivers a message before it goes to the dead-letter queue. */
  maxReceives: 'MAX_RECEIVES',
  userPoolId: 'USER_POOL_ID',
  /** JSON object, Cognito client id to client name of policies/clients.yaml. */
  clientNames: 'CLIENT_NAMES',
  /** Where the pool's keys are fetched; set only where the issuer is not on the internet. */
  jwksUri: 'JWKS_URI',
  /** Bucket of the trail's logs, where in it the digests of this account begin, and which trail's they are. */
  logArchive: 'LOG_ARCHIVE',
  digestPrefix: 'DIGEST_PREFIX',
  trailName: 'TRAIL_NAME',
  /** Table of decisions about transfers, transfers, restrictions and notices to processors. */
  transferTable: 'TRANSFER_TABLE',
  /** Stores of payloads on their way and of virtual tokens, as JSON entries of the inventory. */
  payloadStore: 'PAYLOAD_STORE',
  tokenVault: 'TOKEN_VAULT',
  /** JSON object, data role to the ARN of the key under which its payloads are encrypted. */
  payloadKeys: 'PAYLOAD_KEYS',
  egressQueueUrl: 'EGRESS_QUEUE_URL',
  /** Queue on which the erasure engine tells that processors have to hear of an erasure. */
  announceQueueUrl: 'ANNOUNCE_QUEUE_URL',
  /** KMS key (ECC_NIST_P256) that signs what goes to processors. */
  egressKeyId: 'EGRESS_KEY_ID',
  /** Table of places of events and of the head of the tree. */
  ledgerTable: 'LEDGER_TABLE',
  /** Bucket of the tree: tiles, bundles and checkpoints. */
  ledgerBucket: 'LEDGER_BUCKET',
  /** ARN of the key under which objects of the ledger are stored; each write names it. */
  ledgerStorageKey: 'LEDGER_STORAGE_KEY',
  /** KMS key (ECC_NIST_P256) that signs checkpoints. */
  ledgerKeyId: 'LEDGER_KEY_ID',
  /** Keys that signed checkpoints before it, ids separated by spaces; unset where there was none. */
  ledgerOldKeyIds: 'LEDGER_OLD_KEY_IDS',
  /** First line of every checkpoint, and name of the key that signs them. */
  ledgerOrigin: 'LEDGER_ORIGIN',
  /** Seconds within which a write has its place in the ledger, with much to spare. */
  ledgerSettleSeconds: 'LEDGER_SETTLE_SECONDS',
  /** Bucket of another Region with a copy of each checkpoint, its Region and the ARN of its key; unset where the stage has none. */
  witnessBucket: 'WITNESS_BUCKET',
  witnessRegion: 'WITNESS_REGION',
  witnessKey: 'WITNESS_KEY',
  /** File with the addresses of servers that stand for processors, and their certificate; set only in stage local. */
  processorHosts: 'PROCESSOR_HOSTS',
  /** File with the milliseconds that decisions are ahead of the system's time; set only in stage local. */
  clockFile: 'CLOCK_FILE',
} as const;

/** Control table: keys, and the prefixes that decide which role may write an item. */
export const CONTROL_TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Lists a tenant's requests, newest first: `tenantId` + `listKey`. */
  tenantIndex: 'by-tenant',
  tenantIndexPartitionKey: 'tenantId',
  tenantIndexSortKey: 'listKey',
  /** Sparse: only requests that still have something to do: `open` + `dueAt`. */
  dueIndex: 'by-due',
  dueIndexPartitionKey: 'open',
  dueIndexSortKey: 'dueAt',
  /** Seconds since the epoch after which an idempotency record may go. */
  ttl: 'expiresAt',
} as const;

/** Table of transfers: keys and indexes. */
export const TRANSFER_TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Decisions and transfers about one person, newest last: `subjectKey` + `listKey` (instant # id). */
  subjectIndex: 'by-subject',
  subjectIndexPartitionKey: 'subjectKey',
  /** Decisions by processor and month, `msg91#2026-12`, for the preview of a restriction. */
  processorIndex: 'by-processor',
  processorIndexPartitionKey: 'processorMonth',
  /** Beside the record, for who asks by processor whose data went there. */
  tenant: 'tenantId',
  /** Sort key of the two above. */
  listKey: 'listKey',
  /** Sparse: notices and transfers that still have something to do: `open` + `dueAt`. */
  dueIndex: 'by-due',
  dueIndexPartitionKey: 'open',
  dueIndexSortKey: 'dueAt',
  /** Seconds since the epoch. */
  ttl: 'expiresAt',
} as const;

/** First part of `pk` in the table of transfers; gives each role its own items, as in the control table. */
export const TRANSFER_PK = {
  /** `DEC#decisionId`, sk `decision`. Written by the functions that decide: decider, relay and egress. */
  decision: 'DEC#',
  /** `RCPT#tenantId`, sk processorId: processors that were allowed something of the tenant. */
  recipient: 'RCPT#',
  /** `XFER#transferId`, sk `transfer`. Written by relay and egress. */
  transfer: 'XFER#',
  /** `IDEM#hash`, sk `idempotency`. Written by the relay. */
  idempotency: 'IDEM#',
  /** `RESTRICT#standing`, sk `all`: those that stand; `RESTRICT#lifted`, sk restrictionId. Written by the desk alone. */
  restriction: 'RESTRICT#',
  /** `NOTICE#requestId`, sk processorId. Written by announcer, egress and disclosure desk. */
  notice: 'NOTICE#',
  /** `SLOT#processorId`, sk number: who is delivering to a processor. Written by the egress alone. */
  slot: 'SLOT#',
  /** `ACCESS#accessId`, sk `access`: who turned which token back, and for what. Written by the function of tokens alone. */
  access: 'ACCESS#',
} as const;

/** Index of the vault of virtual tokens, by the token; it has the keys of a row and nothing else. */
export const TOKEN_INDEX = { name: 'by-token', partitionKey: 'token' } as const;

/** Table of the ledger: key attributes. Everything in it follows from the tree, but for what is put aside. */
export const LEDGER_TABLE = { partitionKey: 'pk', sortKey: 'sk' } as const;

/** First part of `pk` in the table of the ledger; gives each role its own items. */
export const LEDGER_PK = {
  /** `PLACE#about`, sk the sequence in 40 digits: where an event lies. Written by the sequencer alone. */
  place: 'PLACE#',
  /** `HEAD`, sk `tree`: how far the tree is. Written by the sequencer alone. */
  head: 'HEAD',
  /** `QUARANTINE#day`, sk a hash: writes that nobody could describe. Written by the sequencer alone. */
  quarantine: 'QUARANTINE#',
  /** `SEEN`, sk `tree`: the largest tree that the watchman read. Written by the watchman alone. */
  seen: 'SEEN',
} as const;

/**
 * First part of `pk`. IAM's `dynamodb:LeadingKeys` gives each role only its own: API and recorder
 * write REQ, the API writes IDEM, the planner PLAN, the verifier VERIFY, the recorder CERT. STEP is
 * created by the recorder and counted by the eraser; LINE is written once, by eraser or API.
 */
export const PK = {
  request: 'REQ#',
  idempotency: 'IDEM#',
  plan: 'PLAN#',
  step: 'STEP#',
  line: 'LINE#',
  verification: 'VERIFY#',
  certificate: 'CERT#',
  /** One tenant's legal holds, or the tenant of one. Written by the API of holds, and by the worker that sets S3 legal holds. */
  hold: 'HOLD#',
  /** What of a store was published as numbers before its erasure. Written by the sealer alone. */
  anonymised: 'ANON#',
  /** One tenant's termination. Written by the API and the keeper of terminations alone. */
  termination: 'TERM#',
  /** How far the hiding and revealing of one tenant has come. Written by those two workers alone. */
  hiding: 'HIDE#',
} as const;

/** Names of buckets and tables that a backup was restored to begin so; no live store's does. */
export const RESTORED_PREFIX = 'digicrm-restored-';

/** CloudWatch metrics that functions emit and alarms watch; counts only. */
export const METRIC = {
  namespace: 'DigiCRM',
  /** Dimension `service` of the metrics of legal holds. */
  holdsService: 'legal-holds',
  /** Legal holds whose review day has come. */
  holdsOverdueForReview: 'HoldsOverdueForReview',
  /** Dimension `service` of what the keeper of terminations counts. */
  terminationService: 'termination',
  /** Something a schedule should have set off and the sweeper did. */
  terminationsMissed: 'TerminationsMissedBySchedule',
  /** A warning that came later than it promises, so that the erasure has to wait. */
  noticesLate: 'ErasureNoticesLate',
  /** A termination asks for a person's attention for the first time. */
  terminationAlarms: 'TerminationAlarms',
  /** Dimension `service` of what the daily validation of the trail counts. */
  integrityService: 'log-integrity',
  /** Digests and logs that were read again, whatever came of it. */
  digestsValidated: 'DigestsValidated',
  logsValidated: 'LogsValidated',
  /** Digests of Regions whose public keys cannot be had here: all but their signatures was checked. */
  digestsUnsigned: 'DigestsWithoutSignatureCheck',
  /** What was found missing, changed or forged. */
  digestProblems: 'DigestProblems',
  /** Terminations that a sweep found due and that no schedule had moved on; zero is told too. */
  terminationsDue: 'TerminationsDue',
  /** Dimension `service` of what the erasure engine counts. */
  erasureService: 'erasure',
  /** Requests that entered a state; each enters each state once, but for those between which rounds go back and forth. */
  erasuresIn: {
    planned: 'ErasuresPlanned',
    executing: 'ErasuresExecuting',
    verifying: 'ErasuresVerifying',
    completed: 'ErasuresCompleted',
    held: 'ErasuresHeld',
    deferred: 'ErasuresDeferred',
    refused: 'ErasuresRefused',
    cancelled: 'ErasuresCancelled',
    failed: 'ErasuresFailed',
  },
  /** Requests that are past their day with nothing certified, each once. */
  erasuresOverdue: 'ErasuresOverdue',
  /** Requests that failed when they went on after waiting, and so wait again. */
  erasuresSetBack: 'ErasuresSetBack',
  /** Requests of which the second reader found something left where the eraser had finished. */
  verifierDisagreements: 'VerifierDisagreements',
  /** Requests that had stopped moving and that the sweeper set going again. */
  erasuresRescued: 'ErasuresRescued',
  /** Requests that a sweep found due; zero is told too. */
  erasuresDue: 'ErasuresDue',
  /** Dimension `service` of what is counted about transfers. */
  transferService: 'transfer',
  transfersAllowed: 'TransfersAllowed',
  transfersDenied: 'TransfersDenied',
  /** Decisions that were answered with a denial because they could not be recorded, or the moment not be read. */
  transfersDeniedBlind: 'TransfersDeniedBlind',
  transfersDelivered: 'TransfersDelivered',
  /** Transfers that ended without delivery: no longer allowed, or given up. */
  transfersStopped: 'TransfersStopped',
  transfersFailed: 'TransfersFailed',
  /** Dimension `service` of what is counted about processors that are told to erase. */
  disclosureService: 'disclosure',
  noticesAcknowledged: 'NoticesAcknowledged',
  /** Processors that a person has to tell, because nothing can be sent to them; each once. */
  noticesByHand: 'NoticesByHand',
  /** Processors that are late or refused, or a person that has not told one by hand; each once. */
  noticesEscalated: 'NoticesEscalated',
  /** Dimension `service` of what is counted about the ledger. */
  ledgerService: 'ledger',
  /** Events that got their place in the tree. */
  eventsSequenced: 'LedgerEvents',
  /** Checkpoints that were signed. */
  checkpointsSigned: 'LedgerCheckpoints',
  /** Writes that nobody could describe, and that were put aside. */
  eventsQuarantined: 'LedgerQuarantined',
  /** Tries to give a copy of a checkpoint away that failed. */
  witnessesFailed: 'LedgerWitnessFailures',
  /** Readings of the ledger that came to their end, whatever they found. */
  ledgerReadings: 'LedgerReadings',
  /** What of the ledger does not hold. */
  ledgerFindings: 'LedgerFindings',
  /** Log lines that hold a canary, which is planted where personal data is. */
  canariesInLogs: 'CanariesInLogs',
} as const;

/** File beside a bundle with the processors of policies/processors.yaml; only in bundles of functions that need them. */
export const PROCESSORS_FILE = 'processors.json';
/** File beside a bundle with the policies of policies/transfers as Cedar's JSON, made at synth. */
export const POLICIES_FILE = 'policies.json';

/** Personal-data tables: the two key attributes that PersonalDataTable sets. */
export const DATA_TABLE = { partitionKey: 'pk', sortKey: 'sk' } as const;

/**
 * The item that suspends a tenant's rows, in every table that takes it (`hasFlags`): shared partition of the tenant,
 * this sort key and these attributes. An erasure takes it with the tenant's other rows.
 */
export const ACCESS_FLAG = { sortKey: '_#access', attributes: ['state', 'since', 'terminationId'] } as const;

/**
 * How Node runs the functions. A small young generation is collected often and does not grow with the
 * work: an eraser's memory stays flat from ten thousand versions to millions (docs/bench.md).
 */
export const NODE_ARGUMENTS = ['--enable-source-maps', '--max-semi-space-size=4'] as const;

/** File in each function's bundle that holds the parsed register as JSON. */
export const REGISTER_FILE = 'register.json';

/** OAuth resource server whose scopes are the second lock. */
export const RESOURCE_SERVER = 'digicrm';

/** CloudFormation output keys that the CLI and the local cloud read. */
export const OUTPUT = {
  apiUrl: 'ApiUrl',
  userPoolId: 'UserPoolId',
  tokenEndpoint: 'TokenEndpoint',
  signingKeyId: 'SigningKeyId',
  inventory: 'Inventory',
  controlTable: 'ControlTableName',
  dataKeys: 'DataKeys',
  scheduledFunctions: 'ScheduledFunctions',
  eventBus: 'EventBusName',
  transferTable: 'TransferTableName',
  egressKeyId: 'EgressKeyId',
  egressQueueUrl: 'EgressQueueUrl',
  ledgerBucket: 'LedgerBucketName',
  ledgerKeyId: 'LedgerKeyId',
  ledgerTable: 'LedgerTableName',
  ledgerOrigin: 'LedgerOrigin',
} as const;
