import { createHash, createPrivateKey, createPublicKey, sign as ecdsaSign } from 'node:crypto';
import type { Caller } from '../../lambda/access/caller';
import type { Certificate } from '../../lambda/certificate/certificate';
import { contradiction } from '../../lambda/certificate/consistency';
import { announce } from '../../lambda/disclosure/announce';
import type { AnnounceMessage } from '../../lambda/disclosure/model';
import { notify } from '../../lambda/disclosure/notify';
import { sweepNotices } from '../../lambda/disclosure/sweep';
import { eraseStep } from '../../lambda/erasure/eraser';
import { ErasureError } from '../../lambda/erasure/errors';
import { type CreateBody, type Message, type Reason, TERMINAL } from '../../lambda/erasure/model';
import { Pacer } from '../../lambda/erasure/pacer';
import { planErasure } from '../../lambda/erasure/planner';
import type { Outbox, Target } from '../../lambda/erasure/ports';
import { advance } from '../../lambda/erasure/recorder';
import type { RecorderDeps } from '../../lambda/erasure/recorder-deps';
import type { ServiceDeps } from '../../lambda/erasure/service';
import { sweep } from '../../lambda/erasure/sweeper';
import { verifyStore } from '../../lambda/erasure/verifier';
import { withHolds } from '../../lambda/holds/held-store';
import { canonicalJson } from '../../lambda/shared/canonical';
import { instant, type systemSleep } from '../../lambda/shared/clock';
import type { Store } from '../../lambda/shared/inventory';
import { itemKey, objectKey, SHARED } from '../../lambda/shared/layout';
import type { Deliverer, Delivery } from '../../lambda/transfer/deliver';
import type { EgressMessage } from '../../lambda/transfer/model';
import type { EgressQueue } from '../../lambda/transfer/ports';
import { loadRegister } from '../../policies/load';
import { belongsTo, type Faults, Invocation, MemoryStore, memoryReader } from './memory-cloud';
import { MemoryControl } from './memory-control';
import { keepersOf, MemoryKeepers } from './memory-keepers';
import { MemoryNotices, processorsFor } from './memory-notices';
import type { Random } from './random';

const SHARDS = 4;
const MAX_RECEIVES = 5;
const VISIBILITY_MS = 90_000;
const SWEEP_EVERY_MS = 5 * 60_000;
const NOTICE_SWEEP_EVERY_MS = 3_600_000;
const MOST_DELIVERIES = 50_000;
/** How long S3 may need to copy. */
export const REPLICA_SETTLE_MS = 15 * 60_000;
const register = loadRegister();

const base = {
  region: 'ap-south-1',
  shards: SHARDS,
  objectLock: false,
  subjectErasure: 'own',
  recovery: 'restorable',
  documents: null,
} as const;
export const STORES: readonly Store[] = [
  {
    ...base,
    id: 'customer-files',
    kind: 's3',
    name: 'files',
    dataRole: 'tenant',
    dataClass: 'customer-files',
    objectLock: true,
  },
  {
    ...base,
    id: 'exports',
    kind: 's3',
    name: 'exports',
    dataRole: 'tenant',
    dataClass: 'exports',
    subjectErasure: 'own-and-shared',
  },
  { ...base, id: 'crm-records', kind: 'dynamodb', name: 'records', dataRole: 'tenant', dataClass: 'crm-records' },
  {
    ...base,
    id: 'customer-files-replica',
    kind: 's3',
    name: 'files-replica',
    region: 'ap-south-2',
    dataRole: 'tenant',
    dataClass: 'customer-files',
    objectLock: true,
    replicaOf: 'customer-files',
  },
];

export const ADMIN: Caller = {
  clientName: 'crm',
  actions: ['erasure:request', 'erasure:read', 'erasure:confirm', 'erasure:cancel'],
  tenants: 'all',
};

/** A fixed P-256 key: runs must not depend on chance that no seed controls. */
const signingKey = createPrivateKey(`-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7YcbqM6P9rPwuO+O
1W14WMrrqSyMxPopT+NmZldOU/ahRANCAATPqUJNOhNwGqLmAVBG6hnUcUvsB8hy
wpvff718BG2mE3XLq3FFnZvjKoHWmDvJluDHaEakFb9kuGzfxAByRq5N
-----END PRIVATE KEY-----`);
const spki = createPublicKey(signingKey).export({ format: 'der', type: 'spki' });

type Notify = Extract<EgressMessage, { type: 'notify' }>;
type AnyMessage = Message | AnnounceMessage | Notify;

interface Envelope {
  readonly message: AnyMessage;
  readonly visibleAt: number;
  readonly received: number;
}

/**
 * The erasure engine on memory stores, with a clock of its own and with faults: every function,
 * queue and table of the real thing, but an hour takes a moment and every run can be repeated.
 */
export class ErasureHarness {
  readonly control = new MemoryControl();
  readonly stores: MemoryStore[];
  readonly deadLetters: AnyMessage[] = [];
  readonly notices = new MemoryNotices();
  /** Processors of the register; those that are told by its API answer as `answers` says. */
  processors = processorsFor(['sandbox-sms', 'sandbox-email', 'sandbox-payments']);
  /** What processors say, by host; who is not named never answers. */
  readonly answers = new Map<string, () => Delivery>();
  /** What was sent to processors, as text. */
  readonly sent: { readonly endpoint: string; readonly body: string; readonly idempotencyKey: string }[] = [];
  private readonly counted = new Map<string, number>();
  readonly keepers: MemoryKeepers;
  private queue: Envelope[] = [];
  private time: number;
  private readonly clock = { now: () => new Date(this.time) };
  private lateWrites = 0;
  private workers = 0;
  /** Who the late writer writes for. */
  lateTarget: Target | undefined;

  constructor(
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly options: {
      coolingOffMs?: number;
      maxLateWrites?: number;
      startAt?: string;
      sweepsNotices?: boolean;
    } = {},
  ) {
    this.time = Date.parse(options.startAt ?? '2026-11-22T00:00:00.000Z');
    this.keepers = new MemoryKeepers(keepersOf(SHARDS), random, faults, () => this.time);
    this.stores = STORES.map((store) => new MemoryStore(store, random, faults, () => this.time));
  }

  /** Fills every store with a tenant's data: versions, markers, uploads, rows; some of it locked. */
  seed(tenantId: string, subjects: readonly string[], versionsEach: number, lockChance = 0): void {
    for (const store of this.stores)
      for (const subject of [...subjects, SHARED])
        for (let n = 0; n < versionsEach; n++)
          this.writeOne(store, tenantId, subject, n, this.random.chance(lockChance));
  }

  /** Dependencies of the API's functions, as one invocation has them. */
  service(): ServiceDeps {
    const i = this.reliable();
    return {
      requests: this.control.requests(i),
      plans: this.control.plans(i),
      work: this.control.steps(i),
      verifications: this.control.verifications(i),
      line: this.control.line(i),
      certificates: this.control.certificates(i),
      proofs: { withProof: async () => undefined },
      outbox: this.outbox(i),
      rules: register.erasure,
      coolingOffMs: this.options.coolingOffMs ?? 0,
      clock: this.clock,
    };
  }

  /** Delivers messages until nothing is left to do or `until` holds; the sweeper comes by as scheduled. */
  async run(until: () => boolean = () => false, maxHours = 24): Promise<void> {
    const end = this.time + maxHours * 3_600_000;
    let nextSweep = this.time + SWEEP_EVERY_MS;
    let nextNoticeSweep = nextSweep;
    for (let n = 0; !until() && this.time < end; n++) {
      // Messages that beget messages for ever would not move the clock.
      if (n > MOST_DELIVERIES) throw new Error(`no end after ${MOST_DELIVERIES} deliveries`);
      const ready = this.queue.filter((e) => e.visibleAt <= this.time);
      if (ready.length > 0) await this.deliver(this.random.pick(ready));
      else if (this.queue.length === 0 && !this.anyDue()) return;
      else this.time = Math.min(nextSweep, ...this.queue.map((e) => e.visibleAt));
      if (this.time >= nextSweep) {
        nextSweep = this.time + SWEEP_EVERY_MS;
        await this.ignoringKills(async (i) => {
          await sweep({ requests: this.control.requests(i), outbox: this.outbox(i), clock: this.clock });
        });
        if (this.options.sweepsNotices && this.time >= nextNoticeSweep) {
          nextNoticeSweep = this.time + NOTICE_SWEEP_EVERY_MS;
          await this.ignoringKills((i) => this.sweepNotices(i));
        }
      }
    }
  }

  /** Delivers one waiting message, whichever the random numbers choose; false when none waits. */
  async step(): Promise<boolean> {
    if (this.queue.length === 0) return false;
    const first = Math.min(...this.queue.map((e) => e.visibleAt));
    this.time = Math.max(this.time, first);
    await this.deliver(this.random.pick(this.queue.filter((e) => e.visibleAt <= this.time)));
    return true;
  }

  /** What waits in the queues is never delivered. */
  loseMessages(): void {
    this.queue = [];
  }

  /** How often something was counted. */
  metric(name: string): number {
    return this.counted.get(name) ?? 0;
  }

  advanceHours(hours: number): void {
    this.time += hours * 3_600_000;
  }

  now(): Date {
    return this.clock.now();
  }

  /** What the target still has, by keys alone; with `before`, only what was written by then. */
  remaining(storeId: string, target: Target, before = Number.POSITIVE_INFINITY) {
    const memory = this.memory(storeId);
    return memory.all().filter((t) => belongsTo(t, memory.store, target) && t.writtenAt < before);
  }

  /** What was really erased of the target, by keys alone. */
  erased(storeId: string, target: Target) {
    const memory = this.memory(storeId);
    return memory.erased.filter((t) => belongsTo(t, memory.store, target));
  }

  /** The request's last certificate. */
  certificate(requestId: string): Certificate | undefined {
    const number = this.control.requestRows.get(requestId)?.record.certificates ?? 0;
    const file = this.control.certificateRows.get(`${requestId}/${number}`);
    return file === undefined ? undefined : (JSON.parse(file) as { certificate: Certificate }).certificate;
  }

  body(target: Target, more: Partial<CreateBody> = {}): CreateBody {
    const at = instant(this.clock.now());
    const instruction = { by: 'user-17', role: 'tenant-admin', authentication: 'mfa', at };
    return { ...target, reason: 'tenant-request', instruction, ...more };
  }

  private memory(storeId: string): MemoryStore {
    const memory = this.stores.find((s) => s.store.id === storeId);
    if (memory === undefined) throw new Error(`no store ${storeId}`);
    return memory;
  }

  private writeOne(memory: MemoryStore, tenantId: string, subject: string, n: number, locked: boolean): void {
    if (memory.store.kind === 'dynamodb') {
      const { pk, sk } = itemKey(tenantId, subject, `row-${n}`, SHARDS);
      memory.write('items', pk, sk);
      return;
    }
    const key = objectKey(tenantId, subject, `file-${this.random.below(4)}.pdf`, SHARDS);
    const kind = this.random.pick(['versions', 'versions', 'versions', 'deleteMarkers', 'uploads'] as const);
    memory.write(kind, key, undefined, locked && kind === 'versions' && memory.store.objectLock);
  }

  private anyDue(): boolean {
    const notices = this.options.sweepsNotices ? [...this.notices.rows.values()] : [];
    return [...this.control.requestRows.values(), ...notices].some((row) => row.dueAt !== null);
  }

  private readonly meter = {
    count: (metric: string, value: number) => {
      this.counted.set(metric, this.metric(metric) + value);
    },
  };

  private outbox(i: Invocation): Outbox {
    return { send: (message, delaySeconds = 0) => this.enqueue(message, delaySeconds, i) };
  }

  private egress(i: Invocation): EgressQueue {
    return {
      send: async (message, delaySeconds = 0) => {
        if (message.type === 'notify') await this.enqueue(message, delaySeconds, i);
      },
    };
  }

  private async enqueue(message: AnyMessage, delaySeconds: number, i: Invocation): Promise<void> {
    await i.call(() => {
      this.queue.push({ message, visibleAt: this.time + delaySeconds * 1000, received: 0 });
    });
  }

  private async announce(requestId: string, i: Invocation): Promise<void> {
    await announce(requestId, {
      requests: this.control.requests(i),
      plans: this.control.plans(i),
      line: this.control.line(i),
      recipients: this.notices.recipients(i),
      keys: this.notices.keys(i),
      notices: this.notices.ledger(i),
      egress: this.egress(i),
      outbox: this.outbox(i),
      processors: this.processors,
      rules: register.transfers.notices,
      defaultDeadlineDays: register.erasure.completeWithinDays.days,
      meter: this.meter,
      clock: this.clock,
    });
  }

  private async notify(message: Notify, i: Invocation): Promise<void> {
    await notify(message, {
      notices: this.notices.ledger(i),
      deliverer: this.deliverer(i),
      egress: this.egress(i),
      processors: this.processors,
      rules: register.transfers.notices,
      meter: this.meter,
      clock: this.clock,
    });
  }

  private async sweepNotices(i: Invocation): Promise<void> {
    await sweepNotices({
      notices: this.notices.ledger(i),
      egress: this.egress(i),
      rules: register.transfers.notices,
      meter: this.meter,
      clock: this.clock,
    });
  }

  private deliverer(i: Invocation): Deliverer {
    const answer = (endpoint: string): Delivery =>
      this.answers.get(new URL(endpoint).hostname)?.() ?? { outcome: 'failed', fault: 'timed-out' };
    return {
      post: ({ endpoint, body, idempotencyKey }) =>
        i.call(() => {
          this.sent.push({ endpoint, body: Buffer.from(body).toString(), idempotencyKey });
          return answer(endpoint);
        }),
      get: (endpoint) => i.call(() => answer(endpoint)),
    };
  }

  private invocation(): Invocation {
    return new Invocation(this.random, this.faults.kill, () => {
      this.time += 1;
      if (this.lateWrites < (this.options.maxLateWrites ?? 0) && this.random.chance(this.faults.lateWrite))
        this.writeLate();
    });
  }

  private reliable(): Invocation {
    return new Invocation(this.random, 0, () => {
      this.time += 1;
    });
  }

  private writeLate(): void {
    if (this.lateTarget === undefined) return;
    this.lateWrites += 1;
    const { tenantId, subjectId } = this.lateTarget;
    this.writeOne(this.random.pick(this.stores), tenantId, subjectId ?? 'late-subject', 900 + this.lateWrites, false);
  }

  private async ignoringKills(work: (i: Invocation) => Promise<void>): Promise<void> {
    await work(this.invocation()).catch(() => undefined);
  }

  private async deliver(envelope: Envelope): Promise<void> {
    this.queue = this.queue.filter((e) => e !== envelope);
    const received = envelope.received + 1;
    const i = this.invocation();
    try {
      await this.work(envelope.message, i);
      if (this.random.chance(this.faults.duplicate)) this.queue.push({ ...envelope, received });
    } catch (error) {
      if (received >= MAX_RECEIVES) {
        this.deadLetters.push(envelope.message);
        await this.giveUp(envelope.message, error, i);
      } else this.queue.push({ ...envelope, received, visibleAt: this.time + VISIBILITY_MS });
    }
  }

  private async work(message: AnyMessage, i: Invocation): Promise<void> {
    switch (message.type) {
      case 'announce':
        return this.announce(message.requestId, i);
      case 'notify':
        return this.notify(message, i);
      case 'advance':
        return advance(message.requestId, this.recorder(i), message);
      case 'plan':
        await planErasure(message.requestId, {
          requests: this.control.requests(i),
          plans: this.control.plans(i),
          stores: this.stores.map((s) => s.erasable(i)),
          hasher: { hash: (_tenant, subject) => i.call(() => macOf(subject)) },
          holds: this.control.holdReader(i),
          recipients: this.notices.recipients(i),
          register,
          clock: this.clock,
          sleep: this.sleep,
        });
        break;
      case 'erase':
      case 'seal':
        await this.erase(message, i);
        return;
      case 'verify':
        await verifyStore(
          { requestId: message.requestId, round: message.round, storeId: message.storeId },
          {
            requests: this.control.requests(i),
            verifications: this.control.verifications(i),
            reader: memoryReader(this.stores, i),
            seals: this.keepers.reader(i),
            holds: this.control.holdReader(i),
            inventory: STORES,
            clock: this.clock,
          },
        );
        break;
    }
    await this.outbox(i).send({ type: 'advance', requestId: message.requestId });
  }

  private async erase(message: Extract<Message, { type: 'erase' | 'seal' }>, i: Invocation): Promise<void> {
    const outcome = await eraseStep(message, this.storeFor(message, i), {
      steps: this.control.steps(i),
      line: this.control.line(i),
      targetOf: (requestId) =>
        i.call(() => {
          const record = this.control.requestRows.get(requestId)?.record;
          return record === undefined || TERMINAL.includes(record.status) ? undefined : record;
        }),
      pacer: new Pacer({ ratePerSecond: 10_000, clock: this.clock, sleep: this.sleep }),
      clock: this.clock,
      sleep: this.sleep,
      owner: `worker-${this.workers++}`,
      budgetMs: this.random.chance(0.2) ? 5 : 10_000,
      leaseMs: 20_000,
    });
    await this.outbox(i).send(outcome === 'again' ? message : { type: 'advance', requestId: message.requestId });
  }

  /** The store as the function that works on the message sees it. */
  private storeFor({ type, storeId, requestId }: Extract<Message, { type: 'erase' | 'seal' }>, i: Invocation) {
    const request = this.control.requestRows.get(requestId)?.record;
    if (request === undefined) throw new Error(`no request ${requestId}`);
    const holds = this.control.holdReader(i);
    const ending = this.keepers.ending(storeId, request, i);
    if (ending !== undefined) return withHolds(ending, holds, request.tenantId, this.clock, STORES);
    const live = this.memory(storeId).erasable(i);
    const store = type === 'seal' ? this.keepers.sealing(live, request, i) : live;
    return withHolds(store, holds, request.tenantId, this.clock);
  }

  /** As the real worker does when SQS will not deliver the message again. */
  private async giveUp(message: AnyMessage, error: unknown, i: Invocation): Promise<void> {
    if (message.type === 'announce' || message.type === 'notify') return;
    if (message.type === 'advance' && message.failure !== undefined) return;
    const { type, requestId } = message;
    const code = error instanceof ErasureError ? error.code : 'unexpected-error';
    const failure: Reason = { code, message: `${type} gave up` };
    await this.outbox(i)
      .send({ type: 'advance', requestId, failure })
      .catch(() => undefined);
  }

  private recorder(i: Invocation): RecorderDeps {
    return {
      requests: this.control.requests(i),
      plans: this.control.plans(i),
      work: this.control.steps(i),
      verifications: this.control.verifications(i),
      line: this.control.line(i),
      certificates: this.control.certificates(i),
      signer: {
        key: () =>
          i.call(() => ({
            algorithm: 'ECDSA_SHA_256' as const,
            curve: 'P-256' as const,
            keyId: 'test-key',
            publicKeySha256: createHash('sha256').update(spki).digest('hex'),
          })),
        sign: (certificate) =>
          i.call(() => {
            const reason = contradiction(certificate);
            if (reason !== undefined) throw new Error(reason);
            const signature = ecdsaSign('sha256', Buffer.from(canonicalJson(certificate)), signingKey);
            return canonicalJson({ certificate, signature: signature.toString('base64') });
          }),
      },
      outbox: this.outbox(i),
      holds: this.control.holdReader(i),
      notices: this.notices.ledger(i),
      announcer: { announce: (requestId) => this.enqueue({ type: 'announce', requestId }, 0, i) },
      anonymised: { outcomeOf: () => Promise.resolve(undefined) },
      terminations: { changed: () => Promise.resolve() },
      meter: this.meter,
      inventory: STORES,
      keepers: this.keepers.keepers,
      register,
      replicaSettleMs: REPLICA_SETTLE_MS,
      clock: this.clock,
    };
  }

  /** Time passes at once. */
  private readonly sleep: typeof systemSleep = (ms) => {
    this.time += ms;
    return Promise.resolve();
  };
}

function macOf(subject: string) {
  return {
    algorithm: 'HMAC_SHA_256' as const,
    keyId: 'test-mac',
    value: createHash('sha256').update(subject).digest('hex'),
  };
}
