import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { signCertificate } from '../../lambda/certificate/sign';
import { eraseStep } from '../../lambda/erasure/eraser';
import type { Message, RequestRecord, Status } from '../../lambda/erasure/model';
import { TERMINAL } from '../../lambda/erasure/model';
import { Pacer } from '../../lambda/erasure/pacer';
import { planErasure } from '../../lambda/erasure/planner';
import type { Outbox, ResidueReader, Target } from '../../lambda/erasure/ports';
import { advance, type CertificateSigner } from '../../lambda/erasure/recorder';
import { verifyStore } from '../../lambda/erasure/verifier';
import { canonicalJson } from '../../lambda/shared/canonical';
import { plusMs } from '../../lambda/shared/clock';
import type { Store } from '../../lambda/shared/inventory';
import type { Register } from '../../policies/schema';
import { Chance } from './chance';
import { type Faults, FaultyStore } from './faulty-store';
import { Life } from './life';
import { MemoryLedger } from './memory-ledger';
import { SUBJECTS, TENANT, TenantData } from './tenant-data';
import { VirtualTime } from './time';

/** What one run is about. */
export interface Scenario {
  readonly seed: number;
  readonly target: Target;
  readonly faults: Faults;
  /** Probability that an invocation is killed. */
  readonly kill: number;
  /** Things that the late writer still writes. */
  readonly lateThings: number;
  readonly things: number;
  readonly pageSize: number;
  readonly batchSize: number;
}

/** How a run ended, beside the truth that only the bench knows. */
export interface Ending {
  readonly status: Status;
  /** The certificate file, if one was issued. */
  readonly certificate: string | undefined;
  readonly stores: readonly FaultyStore[];
  readonly ledger: MemoryLedger;
}

const REQUEST_ID = 'er-run';
const LEASE_MS = 5 * 60_000;
const BUDGET_MS = 3 * 60_000;
const VISIBILITY_MS = 6 * 60_000;
const MAX_RECEIVES = 5;
/** Looks of the sweeper before a run counts as stuck. */
const MAX_SWEEPS = 40;

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** Key with which the certificates of the runs can be checked. */
export const PUBLIC_KEY_PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();

const signer: CertificateSigner = {
  async key() {
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const publicKeySha256 = createHash('sha256').update(der).digest('hex');
    return { algorithm: 'ECDSA_SHA_256', curve: 'P-256', keyId: 'bench', publicKeySha256 };
  },
  async sign(certificate) {
    // KMS signs a digest; Node's `sign` hashes by itself, and so is given what was hashed.
    const bytes = Buffer.from(canonicalJson(certificate));
    return signCertificate(certificate, { sign: async () => signBytes('sha256', bytes, privateKey) });
  },
};

/** Runs one request from acceptance to its end, with everything going wrong that the scenario says. */
export class Run {
  private readonly chance: Chance;
  private readonly time = new VirtualTime();
  private readonly ledger: MemoryLedger;
  private readonly stores: FaultyStore[];
  private readonly queue: { message: Message; receives: number; notBefore: number }[] = [];
  private workers = 0;
  private lateThingsLeft: number;

  constructor(
    private readonly scenario: Scenario,
    private readonly inventory: readonly Store[],
    private readonly register: Register,
  ) {
    this.chance = new Chance(scenario.seed);
    this.lateThingsLeft = scenario.lateThings;
    this.ledger = new MemoryLedger(newRequest(scenario.target, this.time.now()));
    const data = new TenantData(scenario.target, this.chance);
    this.stores = inventory.map(
      (store) =>
        new FaultyStore(
          store,
          store.kind === 's3' ? scenario.batchSize : Math.min(25, scenario.batchSize),
          scenario.pageSize,
          scenario.faults,
          this.chance,
          this.time,
          () => (this.lateThingsLeft-- > 0 ? data.late(store, this.time.now().getTime()) : undefined),
        ),
    );
    const bornAt = this.time.now().getTime();
    for (const store of this.stores)
      store.put(
        ...Array.from({ length: this.chance.between(0, scenario.things) }, () => data.any(store.store, bornAt)),
      );
  }

  async toEnd(): Promise<Ending> {
    await this.outbox.send({ type: 'advance', requestId: REQUEST_ID });
    for (let sweeps = 0; sweeps < MAX_SWEEPS; sweeps++) {
      while (this.queue.length > 0) await this.deliverSome();
      const request = await this.request();
      if (TERMINAL.includes(request.status)) break;
      if (request.status === 'planned' && request.scope === 'tenant') await this.confirm(request);
      else this.time.pass(20 * 60_000);
      await this.outbox.send({ type: 'advance', requestId: REQUEST_ID, revive: true });
    }
    const { status } = await this.request();
    return { status, certificate: this.ledger.certificate, stores: this.stores, ledger: this.ledger };
  }

  private readonly outbox: Outbox = {
    send: async (message, delaySeconds = 0) => {
      const copies = this.chance.happens(0.05) ? 2 : 1;
      for (let i = 0; i < copies; i++)
        this.queue.push({ message, receives: 0, notBefore: this.time.now().getTime() + delaySeconds * 1000 });
    },
  };

  /** One to three messages side by side, in any order, as a queue without order delivers them. */
  private async deliverSome(): Promise<void> {
    const now = this.time.now().getTime();
    const ready = this.queue.filter((entry) => entry.notBefore <= now);
    if (ready.length === 0) {
      this.time.pass(Math.min(...this.queue.map((entry) => entry.notBefore)) - now);
      return;
    }
    const chosen = new Set(
      Array.from({ length: this.chance.between(1, 3) }, () => ready[this.chance.between(0, ready.length - 1)]),
    );
    await Promise.all([...chosen].map((entry) => entry && this.deliver(entry)));
  }

  private async deliver(entry: { message: Message; receives: number; notBefore: number }): Promise<void> {
    entry.receives++;
    entry.notBefore = this.time.now().getTime() + VISIBILITY_MS;
    const killed = this.chance.happens(this.scenario.kill);
    const life = new Life(killed ? this.chance.between(0, 40) : Number.POSITIVE_INFINITY, this.chance);
    try {
      await this.handle(entry.message, life);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) throw error;
      if (entry.receives < MAX_RECEIVES) return;
      await this.giveUp(entry.message);
    }
    const index = this.queue.indexOf(entry);
    if (index >= 0) this.queue.splice(index, 1);
  }

  /** What the functions' handlers do with a message. */
  private async handle(message: Message, life: Life): Promise<void> {
    const { clock, ledger, inventory, register, requestId } = { ...this, clock: this.time, requestId: REQUEST_ID };
    const books = life.within(ledger);
    const outbox = life.within(this.outbox);
    const sleep = (ms: number) => life.call(() => this.time.sleep(ms));
    switch (message.type) {
      case 'advance':
        return advance(
          requestId,
          {
            requests: books,
            plans: books,
            work: books,
            verifications: books,
            line: books,
            certificates: books,
            signer: life.within(signer),
            outbox,
            inventory,
            register,
            clock,
          },
          message.revive,
        );
      case 'plan':
        await planErasure(requestId, {
          requests: books,
          plans: books,
          stores: this.stores.map((store) => life.within(store)),
          hasher: { hash: async () => ({ algorithm: 'HMAC_SHA_256', keyId: 'bench', value: 'c3ViamVjdA' }) },
          register,
          clock,
          sleep,
        });
        return outbox.send({ type: 'advance', requestId });
      case 'erase': {
        const store = this.stores.find((candidate) => candidate.store.id === message.storeId);
        if (store === undefined) throw new Error(`no store ${message.storeId}`);
        const { round, storeId, part } = message;
        const outcome = await eraseStep({ requestId, round, storeId, part }, life.within(store), {
          steps: books,
          line: books,
          pacer: new Pacer({ ratePerSecond: 3450, clock, sleep }),
          clock,
          sleep,
          owner: `worker-${this.workers++}`,
          budgetMs: BUDGET_MS,
          leaseMs: LEASE_MS,
        });
        return outbox.send(outcome === 'again' ? message : { type: 'advance', requestId });
      }
      case 'verify':
        await verifyStore(message, {
          requests: books,
          verifications: books,
          reader: this.readerOf(life),
          inventory,
          clock,
        });
        return outbox.send({ type: 'advance', requestId });
      default:
        return message satisfies never;
    }
  }

  private readerOf(life: Life): ResidueReader {
    const { stores } = this;
    return {
      async *read(store, target) {
        const faulty = stores.find((candidate) => candidate.store.id === store.id);
        if (faulty === undefined) return;
        for await (const page of faulty.read(store, target)) yield await life.call(async () => page);
      },
    };
  }

  /** What the dead-letter queue's handler does with a message that failed too often. */
  private async giveUp(message: Message): Promise<void> {
    const now = this.time.now();
    const failure = { code: 'gave-up', message: 'the message was delivered too often' };
    if (message.type === 'plan') await this.ledger.failPlan(REQUEST_ID, failure);
    if (message.type === 'erase') await this.ledger.fail(message, failure, now);
    if (message.type !== 'advance') await this.outbox.send({ type: 'advance', requestId: REQUEST_ID });
  }

  private async confirm(request: RequestRecord): Promise<void> {
    const now = this.time.now();
    const next: RequestRecord = {
      ...request,
      status: 'confirmed',
      confirmedAt: now.toISOString(),
      confirmedBy: 'admin',
      executeAfter: now.toISOString(),
      updatedAt: now.toISOString(),
      version: request.version + 1,
    };
    await this.ledger.update(next, request.version);
  }

  private async request(): Promise<RequestRecord> {
    const request = await this.ledger.get(REQUEST_ID);
    if (request === undefined) throw new Error('the request is gone');
    return request;
  }
}

function newRequest(target: Target, now: Date): RequestRecord {
  const at = now.toISOString();
  return {
    requestId: REQUEST_ID,
    clientName: 'crm',
    tenantId: target.tenantId,
    scope: target.scope,
    ...(target.subjectId !== undefined && { subjectId: target.subjectId }),
    reason: target.scope === 'tenant' ? 'tenant-request' : 'subject-request',
    instruction: { by: 'admin', role: 'tenant-admin', authentication: 'mfa', at },
    dryRun: false,
    requestHash: '0'.repeat(64),
    status: 'accepted',
    reasons: [],
    createdAt: at,
    updatedAt: at,
    completeBy: plusMs(now, 30 * 86_400_000).toISOString(),
    round: 0,
    revivals: 0,
    version: 1,
  };
}

/** A whole tenant or one person of it. */
export function someTarget(chance: Chance): Target {
  return chance.happens(0.5)
    ? { scope: 'tenant', tenantId: TENANT }
    : { scope: 'subject', tenantId: TENANT, subjectId: chance.pick(SUBJECTS) };
}
