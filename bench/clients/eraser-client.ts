import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDbStore } from '../../lambda/erasure/adapters/dynamodb-store';
import { AwsResidueReader } from '../../lambda/erasure/adapters/residue-reader';
import { S3Store } from '../../lambda/erasure/adapters/s3-store';
import { totalOf } from '../../lambda/erasure/counts';
import { eraseStep } from '../../lambda/erasure/eraser';
import { lanesOf } from '../../lambda/erasure/lanes';
import type { RequestRecord } from '../../lambda/erasure/model';
import { Pacer } from '../../lambda/erasure/pacer';
import { planErasure } from '../../lambda/erasure/planner';
import type { ErasableStore } from '../../lambda/erasure/ports';
import { verifyStore } from '../../lambda/erasure/verifier';
import { systemClock, systemSleep } from '../../lambda/shared/clock';
import type { Store } from '../../lambda/shared/inventory';
import type { Register } from '../../policies/schema';
import { CountingLedger } from './counting-ledger';

/** Runs the project's own eraser and verifier, with their adapters and the SDK, against a stub. */

/** What the client is to do. */
export interface EraserTask {
  readonly kind: 's3' | 'dynamodb';
  readonly shards: number;
  /** Things counted when the plan was made. */
  readonly planned: number;
  readonly plan: boolean;
  readonly erase: boolean;
  readonly verify: boolean;
  /** Milliseconds that a request to the control table takes. */
  readonly ledgerLatencyMs: number;
  /** Needed to make a plan, and for the pace. */
  readonly register: Register;
}

/** What the client reports. */
export interface EraserResult {
  /** Requests that eraser and verifier made to the control table. */
  readonly ledgerRequests: number;
  readonly maxRssMb: number;
}

const REQUEST_ID = 'er-bench';
const TENANT_ID = 'tenant';

async function main(task: EraserTask): Promise<EraserResult> {
  const s3 = new S3Client({ maxAttempts: 1 });
  const db = new DynamoDBClient({ maxAttempts: 1 });
  const store: Store = {
    id: 'customer-files',
    kind: task.kind,
    name: 'bucket',
    region: 'ap-south-1',
    dataRole: 'tenant',
    dataClass: 'customer-files',
    shards: task.shards,
    objectLock: false,
    subjectErasure: 'own',
  };
  const erasable = task.kind === 's3' ? new S3Store(store, s3, systemClock) : new DynamoDbStore(store, db);
  let ledgerRequests = 0;
  if (task.plan) await plan(erasable, task);
  if (task.erase) ledgerRequests += await erase(erasable, task);
  if (task.verify) ledgerRequests += await verify(store, new AwsResidueReader(s3, db, systemClock), task);
  return { ledgerRequests, maxRssMb: process.resourceUsage().maxRSS / 1024 };
}

async function erase(store: ErasableStore, task: EraserTask): Promise<number> {
  const lanes = lanesOf(store.store, { scope: 'tenant', tenantId: TENANT_ID }, task.planned);
  const ledger = new CountingLedger(lanes, task.ledgerLatencyMs);
  const { s3KeysPerSecond, dynamodbItemsPerSecond } = task.register.erasure.pace;
  const pace = task.kind === 's3' ? s3KeysPerSecond : dynamodbItemsPerSecond;
  const outcome = await eraseStep({ requestId: REQUEST_ID, round: 1, storeId: store.store.id, part: 0 }, store, {
    steps: ledger,
    line: ledger,
    pacer: new Pacer({ ratePerSecond: pace.rate, clock: systemClock, sleep: systemSleep }),
    clock: systemClock,
    sleep: systemSleep,
    owner: 'bench',
    budgetMs: 600_000,
    leaseMs: 600_000,
  });
  if (outcome !== 'finished') throw new Error(`the eraser ended with ${outcome}`);
  return ledger.requests;
}

/** Two requests to the control table: reading the request and writing the verification. */
async function verify(store: Store, reader: AwsResidueReader, task: EraserTask): Promise<number> {
  const verification = await verifyStore(
    { requestId: REQUEST_ID, round: 1, storeId: store.id },
    {
      requests: { get: async () => request('verifying') },
      verifications: { putVerification: async () => systemSleep(task.ledgerLatencyMs), verifications: async () => [] },
      reader,
      inventory: [store],
      clock: systemClock,
    },
  );
  const left = verification === undefined ? Number.NaN : totalOf(verification.left);
  if (left !== 0) throw new Error(`the verifier found ${left} left`);
  return 2;
}

async function plan(store: ErasableStore, task: EraserTask): Promise<void> {
  await planErasure(REQUEST_ID, {
    requests: { get: async () => request('accepted') },
    plans: { putPlan: async () => undefined, failPlan: async () => undefined, getPlan: async () => undefined },
    stores: [store],
    hasher: { hash: async () => ({ algorithm: 'HMAC_SHA_256', keyId: 'bench', value: 'c3ViamVjdA' }) },
    register: task.register,
    clock: systemClock,
    sleep: systemSleep,
  });
}

function request(status: RequestRecord['status']): RequestRecord {
  const at = systemClock.now().toISOString();
  return {
    requestId: REQUEST_ID,
    clientName: 'crm',
    tenantId: TENANT_ID,
    scope: 'tenant',
    reason: 'tenant-request',
    instruction: { by: 'admin', role: 'tenant-admin', authentication: 'mfa', at },
    dryRun: false,
    requestHash: '0'.repeat(64),
    status,
    reasons: [],
    createdAt: at,
    updatedAt: at,
    completeBy: at,
    round: 1,
    revivals: 0,
    version: 1,
  };
}

void main(JSON.parse(process.argv[2] ?? '{}') as EraserTask).then(
  (result) => process.send?.(result, () => process.disconnect()),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
