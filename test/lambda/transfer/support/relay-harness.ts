import { createHmac, randomBytes } from 'node:crypto';
import type { Caller } from '../../../../lambda/access/caller';
import { canonicalJson } from '../../../../lambda/shared/canonical';
import { plusMs } from '../../../../lambda/shared/clock';
import { cedarEngine } from '../../../../lambda/transfer/adapters/cedar-engine';
import { decisionLedger } from '../../../../lambda/transfer/adapters/decision-ledger';
import { bodyHasher, fieldHasher } from '../../../../lambda/transfer/adapters/keyed-hashes';
import type { DataKeys } from '../../../../lambda/transfer/adapters/payload-cipher';
import { payloadDeposit, payloadVault } from '../../../../lambda/transfer/adapters/payload-store';
import { dynamoDbSlots } from '../../../../lambda/transfer/adapters/slots';
import { dueTransfers, transferLedger } from '../../../../lambda/transfer/adapters/transfer-ledger';
import type { DecideDeps } from '../../../../lambda/transfer/decide';
import type { Deliverer, Delivery, Outgoing } from '../../../../lambda/transfer/deliver';
import { type EgressDeps, handleEgress } from '../../../../lambda/transfer/egress';
import {
  egressMessageSchema,
  type LiveFacts,
  type Restriction,
  type TransferBody,
  type TransferView,
} from '../../../../lambda/transfer/model';
import type { Slots } from '../../../../lambda/transfer/ports';
import { createTransfer, getTransfer, type RelayDeps } from '../../../../lambda/transfer/relay';
import { leaseMs } from '../../../../lambda/transfer/retry';
import { rulesOf } from '../../../../lambda/transfer/rules';
import { sweepTransfers } from '../../../../lambda/transfer/sweeper';
import type { TransferRules } from '../../../../lambda/transfer/weigh';
import { loadRegister } from '../../../../policies/load';
import { processorsOf } from '../../../../policies/register';
import type { Processor } from '../../../../policies/schema';
import { loadPolicies } from '../../../../policies/transfers/load';
import { MemoryTable } from '../../../support/memory-table';
import { MemoryQueue } from './memory-queue';

const register = loadRegister();
const engine = cedarEngine(loadPolicies());
export const words = register.transfers;
export const sandboxes = processorsOf(register, 'local');

export const TABLE = 'transfers';
export const PAYLOADS = 'payloads';
export const START = new Date('2026-12-01T06:30:00.000Z');
export const CALLER: Caller = { clientName: 'crm', actions: ['transfer:send', 'transfer:read'], tenants: 'all' };

/** A transfer that is allowed, with a canary wherever something must not arrive. */
export const BODY: TransferBody = {
  tenantId: 'acme',
  processorId: 'sandbox-sms',
  purpose: 'service-messages',
  dataRole: 'tenant',
  categories: [],
  subjectId: 'subject-1',
  lawfulBasis: { kind: 'consent', evidenceId: 'consent-77' },
  dlt: { entityId: '1101234567890123456', header: 'DIGCRM', templateId: '1107123456789012345' },
  payload: {
    phone: '+919830012345',
    name: 'Priya Canary',
    templateId: 'order-shipped',
    email: 'canary-email@example.in',
    pan: 'canary-pan',
    'canary-name-of-a-field': 1,
    billing: { city: 'canary-city' },
  },
};

/** What of `BODY` may arrive, as JSON. */
export const MESSAGE = { phone: '+919830012345', name: '****ry', templateId: 'order-shipped' };

const rules = new WeakMap<readonly Processor[], TransferRules>();

function rulesFor(processors: readonly Processor[]): TransferRules {
  const made = rules.get(processors) ?? rulesOf(new Map(processors.map((each) => [each.id, each])), words, engine);
  rules.set(processors, made);
  return made;
}

/** Relay and egress over tables and a queue in memory, with the register's own rules and real adapters. */
export class RelayHarness {
  now = START;
  readonly table = new MemoryTable();
  readonly queue = new MemoryQueue(() => this.now);
  /** What processors were sent. */
  readonly sent: Outgoing[] = [];
  readonly counted: Record<string, number> = {};
  restrictions: Restriction[] = [];
  tenantActive = true;
  liveFails = false;
  processors: readonly Processor[] = sandboxes;
  answer: (request: Outgoing) => Delivery | Promise<Delivery> = () => ({ outcome: 'answered', status: 202 });
  /** Replaces the answering above, e.g. by real connections. */
  deliverer: Deliverer = {
    post: async (request) => {
      this.sent.push(request);
      return this.answer(request);
    },
    get: async () => ({ outcome: 'answered', status: 200 }),
  };
  notified: string[] = [];
  random: () => number = () => 0.5;

  private readonly wrapped = new Map<string, { readonly plain: Uint8Array; readonly context: string }>();
  private readonly key = randomBytes(32);

  /** KMS as far as it is used: keys that are bound to their context. */
  readonly keys: DataKeys = {
    make: async (context) => {
      const plain = randomBytes(32);
      const wrapped = randomBytes(64);
      this.wrapped.set(wrapped.toString('hex'), { plain, context: canonicalJson(contextOf(context)) });
      return { plain, wrapped };
    },
    unwrap: async (wrapped, context) => {
      const found = this.wrapped.get(Buffer.from(wrapped).toString('hex'));
      if (found?.context !== canonicalJson(contextOf(context))) throw new Error('InvalidCiphertextException');
      return found.plain;
    },
  };

  private readonly mac = (tenantId: string, text: string) =>
    createHmac('sha256', this.key).update(`${tenantId}\n${text}`).digest('hex');

  private get deciding(): DecideDeps {
    return {
      rules: rulesFor(this.processors),
      live: { facts: async () => this.facts() },
      keys: { subjectKey: async (tenantId, subjectId) => this.mac(tenantId, subjectId) },
      decisions: decisionLedger(this.table.db, TABLE, { recordDays: 1096, sleep: async () => {} }),
      meter: this.meter,
      clock: { now: () => this.now },
    };
  }

  private readonly meter = {
    count: (metric: string, value: number) => {
      this.counted[metric] = (this.counted[metric] ?? 0) + value;
    },
  };

  private facts(): LiveFacts {
    if (this.liveFails) throw new Error('ProvisionedThroughputExceededException');
    return { restrictions: this.restrictions, tenantActive: this.tenantActive, readAt: this.now };
  }

  private readonly ledger = transferLedger(this.table.db, { table: TABLE, payloadTable: PAYLOADS, recordDays: 1096 });
  private readonly store = { name: PAYLOADS, shards: 16 };

  get relay(): RelayDeps {
    const hashKeys = { mac: async (tenantId: string, text: string) => this.mac(tenantId, text) };
    return {
      deciding: this.deciding,
      transfers: this.ledger,
      payloads: payloadDeposit(this.table.db, this.store, this.keys),
      egress: this.queue,
      tokens: { issue: async ({ field, value }) => `tok-${field}-${this.mac('', value).slice(0, 8)}` },
      fieldHasher: fieldHasher(hashKeys),
      bodyHasher: bodyHasher(hashKeys),
      idempotencyDays: 30,
    };
  }

  /** Slots as one container sees them: it remembers for a moment that a processor had none. */
  newSlots(table = TABLE): Slots {
    return dynamoDbSlots(this.table.db, {
      table,
      perProcessor: words.relay.perProcessor,
      leaseMs: leaseMs(words.relay.timeoutSeconds),
      random: () => this.random(),
    });
  }
  private readonly slots = this.newSlots();

  get egress(): EgressDeps {
    return {
      egress: this.queue,
      slots: this.slots,
      deliverer: this.deliverer,
      deliver: {
        transfers: this.ledger,
        payloads: payloadVault(this.table.db, this.store, this.keys),
        egress: this.queue,
        deciding: this.deciding,
        meter: this.meter,
        random: () => this.random(),
      },
      notify: async ({ requestId }, deliverer) => {
        this.notified.push(requestId);
        await deliverer.post({
          endpoint: 'https://sms.processors.test/v1/requests',
          body: Buffer.from('{}'),
          idempotencyKey: requestId,
        });
      },
    };
  }

  create(body: TransferBody = BODY, key = 'key-1', caller: Caller = CALLER): Promise<TransferView> {
    return createTransfer(caller, key, body, this.relay);
  }

  read(transferId: string, caller: Caller = CALLER): Promise<TransferView> {
    return getTransfer(caller, transferId, this.relay);
  }

  /** Works on what is visible now, until nothing is. */
  async drain(): Promise<void> {
    while (await this.queue.workOnOne((message) => handleEgress(egressMessageSchema.parse(message), this.egress)));
  }

  /** Works until the queue is empty, moving the clock to each next message; sweeps every hour. */
  async finish(hours = 48): Promise<void> {
    const end = plusMs(this.now, hours * 3_600_000).getTime();
    let sweepAt = this.now.getTime() + 3_600_000;
    for (;;) {
      await this.drain();
      const next = Math.min(this.queue.nextAt() ?? Number.POSITIVE_INFINITY, sweepAt);
      if (next > end) return;
      this.now = new Date(Math.max(this.now.getTime(), next));
      if (next === sweepAt) {
        sweepAt += 3_600_000;
        await this.sweep().catch(() => undefined);
      }
    }
  }

  sweep(): Promise<number> {
    const clock = { now: () => this.now };
    return sweepTransfers({ transfers: dueTransfers(this.table.db, TABLE), egress: this.queue, clock });
  }

  /** Everything that is stored or queued, as text. */
  stored(): string {
    const rows = [...this.table.tables.keys()].flatMap((name) => this.table.all(name));
    const text = (_: string, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
    return JSON.stringify(rows, text) + this.queue.bodies.join('\n');
  }

  payloads(): number {
    return this.table.all(PAYLOADS).length;
  }
}

function contextOf({ tenantId, transferId, dataRole }: { tenantId: string; transferId: string; dataRole: string }) {
  return { tenantId, transferId, dataRole };
}
