import { StoreBusyError, StoreFaultError } from '../../lambda/erasure/errors';
import { Pacer } from '../../lambda/erasure/pacer';
import type { Ref, Refusal } from '../../lambda/erasure/ports';
import type { Direction, RecoveryMessage, TickMessage } from '../../lambda/recovery/model';
import type { Entry, HidingStore, RevealingStore } from '../../lambda/recovery/ports';
import { hideStore, revealStore } from '../../lambda/recovery/workers';
import type { Store } from '../../lambda/shared/inventory';
import { shardPrefix, tenantPrefix } from '../../lambda/shared/layout';
import { type Call, MemoryFlags, MemoryRecovery } from './memory-recovery';
import { VersionedBucket } from './versioned-bucket';

const bucketStore: Store = {
  id: 'customer-files',
  kind: 's3',
  name: 'files',
  region: 'ap-south-1',
  dataRole: 'tenant',
  dataClass: 'customer-files',
  shards: 16,
  objectLock: true,
  subjectErasure: 'own',
  recovery: 'restorable',
  documents: null,
};
const copyStore: Store = {
  ...bucketStore,
  id: 'customer-files-replica',
  region: 'ap-south-2',
  replicaOf: 'customer-files',
};
const billingStore: Store = { ...bucketStore, id: 'billing-records', kind: 'dynamodb', documents: 'tax-invoice' };
const tableStore: Store = { ...bucketStore, id: 'crm-records', kind: 'dynamodb', name: 'records', objectLock: false };

export interface HarnessOptions {
  /** Entries of a list page, and keys of a delete call. */
  readonly page?: number;
  /** Milliseconds of an invocation's budget. */
  readonly budgetMs?: number;
  /** What happens to a call of a store; may throw. */
  readonly disturb?: () => void;
}

export const TENANT = 'acme';
export const CALM: Call = async (effect) => effect();

/** One bucket with its copy and one table of a tenant, with the workers that hide and reveal, and what they asked for. */
export class RecoveryHarness {
  /** The bucket's clock. The decisions' clock stands in another year altogether. */
  time = Date.parse('2026-11-22T09:00:00.250Z');
  readonly bucket = new VersionedBucket(() => this.time);
  /** The bucket's copy in the second Region. */
  readonly copy = new VersionedBucket(() => this.time, 'w');
  readonly flags = new MemoryFlags(tableStore);
  readonly billing = new MemoryFlags(billingStore);
  readonly control = new MemoryRecovery();
  readonly queue: RecoveryMessage[] = [];
  readonly ticks: TickMessage[] = [];
  readonly requests = { list: 0, mark: 0, unmark: 0 };
  /** Most keys that were listed and not yet worked on. */
  mostAtOnce = 0;
  private atOnce = 0;
  private owners = 0;

  constructor(private readonly options: HarnessOptions = {}) {}

  message(type: Direction, storeId = 'customer-files', terminationId = 'tm-1'): RecoveryMessage {
    return { type, tenantId: TENANT, terminationId, storeId };
  }

  /** One delivery of a message. */
  async deliver(message: RecoveryMessage, call: Call = CALM): Promise<void> {
    const deps = this.deps(call);
    if (message.type === 'hide')
      await hideStore(message, {
        ...deps,
        buckets: [this.hiding(call), this.hiding(call, copyStore, this.copy)],
        owner: `worker-${this.owners++}`,
        lifetimeMs: 30_000,
      });
    else
      await revealStore(message, {
        ...deps,
        buckets: [this.revealing(call), this.revealing(call, copyStore, this.copy)],
      });
  }

  /** Delivers a message and all that follows from it. */
  async carryOut(message: RecoveryMessage): Promise<void> {
    this.queue.push(message);
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) await this.deliver(next);
  }

  /** Current objects of the tenant. */
  readable(): string[] {
    return this.bucket.current(tenantPrefix(TENANT), '', Number.POSITIVE_INFINITY).keys;
  }

  private deps(call: Call) {
    const clock = { now: () => new Date('2031-04-01T00:00:00.000Z') };
    const stopwatch = { now: () => new Date(this.time) };
    const sleep = async (ms: number) => {
      this.time += ms;
    };
    return {
      ledger: this.control.ledger(call),
      tables: [this.flags.table(call), this.billing.table(call)],
      outbox: {
        send: (message: RecoveryMessage, delaySeconds = 0) =>
          call(() => {
            this.time += delaySeconds * 1_000;
            this.queue.push(message);
          }),
      },
      ticks: { tick: (message: TickMessage) => call(() => void this.ticks.push(message)) },
      clock,
      stopwatch,
      sleep,
      pacerOf: () => new Pacer({ ratePerSecond: 1e9, clock: stopwatch, sleep }),
      budgetMs: this.options.budgetMs ?? 10_000,
    };
  }

  private hiding(call: Call, store = bucketStore, bucket = this.bucket): HidingStore {
    return {
      store,
      batchSize: this.page,
      listCurrent: (tenantId, cursor = '') =>
        this.request('list', call, () => {
          const { keys, truncated } = bucket.current(tenantPrefix(tenantId), cursor, this.page);
          this.grow(keys.length);
          const things = keys.map((key): Ref => ({ kind: 'versions', key, part: '', partition: 'p' }));
          return { things, next: truncated ? keys.at(-1) : undefined, at: this.storeTime() };
        }),
      mark: (batch) => this.work('mark', call, batch, ({ key }) => void bucket.mark(key)),
    };
  }

  private revealing(call: Call, store = bucketStore, bucket = this.bucket): RevealingStore {
    return {
      store,
      batchSize: this.page,
      listVersions: (tenantId, shard, cursor) =>
        this.request('list', call, () => {
          const from = shard === undefined ? '' : shardPrefix(tenantId, shard);
          const [keyMarker, versionId] = cursor === undefined ? [from] : (JSON.parse(cursor) as [string, string]);
          const { entries, truncated } = bucket.versions(tenantPrefix(tenantId), keyMarker, versionId, this.page);
          const things = entries.map(
            ({ key, versionId, deleteMarker, modifiedAt }): Entry => ({
              kind: deleteMarker ? 'deleteMarkers' : 'versions',
              key,
              part: versionId,
              partition: 'p',
              modifiedAt,
            }),
          );
          this.grow(things.filter(({ kind }) => kind === 'deleteMarkers').length);
          const last = things.at(-1);
          return {
            things,
            next: truncated ? JSON.stringify([last?.key, last?.part]) : undefined,
            at: this.storeTime(),
          };
        }),
      unmark: (batch) => this.work('unmark', call, batch, ({ key, part }) => bucket.remove(key, part)),
    };
  }

  private get page(): number {
    return this.options.page ?? 7;
  }

  private storeTime(): Date {
    return new Date(Math.floor(this.time / 1_000) * 1_000);
  }

  private request<T>(kind: keyof typeof this.requests, call: Call, effect: () => T): Promise<T> {
    return call(() => {
      this.requests[kind]++;
      this.time += 20;
      this.options.disturb?.();
      const answer = effect();
      // Now and then the answer is lost.
      this.options.disturb?.();
      return answer;
    });
  }

  private work(kind: 'mark' | 'unmark', call: Call, batch: readonly Ref[], effect: (ref: Ref) => void) {
    return this.request(kind, call, (): Refusal[] => {
      for (const ref of batch) effect(ref);
      this.grow(-batch.length);
      return [];
    });
  }

  private grow(count: number): void {
    this.atOnce += count;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
  }
}

/** Throws now and then what a store under load answers. */
export function sometimesBusy(chance: (share: number) => boolean): () => void {
  return () => {
    if (chance(0.1)) throw new StoreBusyError('customer-files');
    if (chance(0.1)) throw new StoreFaultError('customer-files');
  };
}
