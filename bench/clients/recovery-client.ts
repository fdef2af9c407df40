import { S3Client } from '@aws-sdk/client-s3';
import { Pacer } from '../../lambda/erasure/pacer';
import { S3HidingStore } from '../../lambda/recovery/adapters/s3-hiding-store';
import { S3RevealingStore } from '../../lambda/recovery/adapters/s3-revealing-store';
import { hideObjects } from '../../lambda/recovery/hide';
import { revealObjects } from '../../lambda/recovery/reveal';
import { plusMs, systemClock, systemSleep } from '../../lambda/shared/clock';
import type { Store } from '../../lambda/shared/inventory';

/** Runs the project's own hiding and revealing, with their adapters and the SDK, against a stub. */

export interface RecoveryTask {
  readonly direction: 'hide' | 'reveal';
  readonly tenantId: string;
  readonly shards: number;
  /** Start of the window that hiding noted; for revealing. */
  readonly since?: string;
}

export interface RecoveryResult {
  readonly count: number;
  /** Start of the window, when hiding noted one. */
  readonly since?: string;
  readonly maxRssMb: number;
}

async function main({ direction, tenantId, shards, since }: RecoveryTask): Promise<RecoveryResult> {
  const s3 = new S3Client({ maxAttempts: 1, forcePathStyle: true });
  const key = { tenantId, terminationId: 'tm-bench', storeId: 'customer-files' };
  let opened: Date | undefined;
  const deps = {
    // What the requests need, not what a real partition takes: pacing has a group of its own.
    pacer: new Pacer({ ratePerSecond: 1e6, clock: systemClock, sleep: systemSleep }),
    sleep: systemSleep,
    stopwatch: systemClock,
    deadline: plusMs(systemClock.now(), 600_000),
    ledger: {
      openWindow: async (_: unknown, at: Date) => {
        opened = at;
        return at;
      },
      closeWindow: async (_: unknown, at: Date) => at,
    },
  };
  const trace = {
    since: since === undefined ? undefined : new Date(since),
    hidingUntil: undefined,
    position: undefined,
  };
  const { count } =
    direction === 'hide'
      ? await hideObjects(key, new S3HidingStore(store(shards), s3), deps)
      : await revealObjects(key, trace, new S3RevealingStore(store(shards), s3), deps);
  return { count, since: opened?.toISOString(), maxRssMb: process.resourceUsage().maxRSS / 1024 };
}

function store(shards: number): Store {
  return {
    id: 'customer-files',
    kind: 's3',
    name: 'bucket',
    region: 'ap-south-1',
    dataRole: 'tenant',
    dataClass: 'customer-files',
    shards,
    objectLock: false,
    subjectErasure: 'own',
    recovery: 'restorable',
    documents: null,
  };
}

void main(JSON.parse(process.argv[2] ?? '{}') as RecoveryTask).then(
  (result) => process.send?.(result, () => process.disconnect()),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
