import { AwsResidueReader } from '../../lambda/erasure/adapters/residue-reader';
import { dataClients, erasableStores } from '../../lambda/erasure/aws';
import { totalOf } from '../../lambda/erasure/counts';
import { eraseStep } from '../../lambda/erasure/eraser';
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
  /** Processor time of the whole process. */
  readonly cpuMs: number;
}

const REQUEST_ID = 'er-bench';
const TENANT_ID = 'tenant';

async function main(task: EraserTask): Promise<EraserResult> {
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
    recovery: 'restorable',
    documents: null,
  };
  const [erasable] = erasableStores([store]);
  if (erasable === undefined) throw new Error('no store');
  let ledgerRequests = 0;
  if (task.plan) await plan(erasable, task);
  if (task.erase) ledgerRequests += await erase(erasable, task);
  if (task.verify) ledgerRequests += await verify(store, task);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { ledgerRequests, maxRssMb: maxRSS / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
}

async function erase(store: ErasableStore, task: EraserTask): Promise<number> {
  const ledger = new CountingLedger({ scope: 'tenant', tenantId: TENANT_ID }, task.planned, task.ledgerLatencyMs);
  const { s3KeysPerSecond, dynamodbItemsPerSecond } = task.register.erasure.pace;
  const pace = task.kind === 's3' ? s3KeysPerSecond : dynamodbItemsPerSecond;
  const outcome = await eraseStep({ requestId: REQUEST_ID, round: 1, storeId: store.store.id, part: 0 }, store, {
    steps: ledger,
    line: ledger,
    targetOf: ledger.targetOf,
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

async function verify(store: Store, task: EraserTask): Promise<number> {
  const { s3For, db } = dataClients();
  let ledgerRequests = 0;
  const ledgerRequest = async () => {
    ledgerRequests++;
    await systemSleep(task.ledgerLatencyMs);
  };
  const verification = await verifyStore(
    { requestId: REQUEST_ID, round: 1, storeId: store.id },
    {
      requests: { get: async () => ledgerRequest().then(() => request('verifying')) },
      verifications: { putVerification: ledgerRequest, verifications: async () => [] },
      reader: new AwsResidueReader(s3For, db, systemClock),
      seals: { count: () => Promise.reject(new Error('nothing is sealed here')) },
      holds: { holdsOf: async () => [] },
      inventory: [store],
      clock: systemClock,
    },
  );
  const left = verification === undefined ? Number.NaN : totalOf(verification.left);
  if (left !== 0) throw new Error(`the verifier found ${left} left`);
  return ledgerRequests;
}

async function plan(store: ErasableStore, task: EraserTask): Promise<void> {
  await planErasure(REQUEST_ID, {
    requests: { get: async () => request('accepted') },
    plans: { putPlan: async () => undefined, getPlan: async () => undefined },
    stores: [store],
    hasher: { hash: async () => ({ algorithm: 'HMAC_SHA_256', keyId: 'bench', value: 'c3ViamVjdA' }) },
    holds: { holdsOf: async () => [] },
    recipients: { recipients: async () => [] },
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
    firstRound: 1,
    sealed: [],
    heldBy: [],
    certificates: 0,
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
