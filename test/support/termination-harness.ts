import type { Caller } from '../../lambda/access/caller';
import { ended } from '../../lambda/erasure/ending';
import type { RequestRecord, Sealed } from '../../lambda/erasure/model';
import { instant } from '../../lambda/shared/clock';
import { ScheduleFaultError } from '../../lambda/termination/errors';
import type { NoticeEvent, StateEvent } from '../../lambda/termination/events';
import { advance } from '../../lambda/termination/keeper';
import type { KeeperDeps } from '../../lambda/termination/keeper-deps';
import type { StoreAsk, TerminateBody, TerminationRecord, Tick } from '../../lambda/termination/model';
import type { ScheduledTick } from '../../lambda/termination/ports';
import { type RestoreDeps, restore } from '../../lambda/termination/restore';
import { type TerminateDeps, terminate } from '../../lambda/termination/service';
import { sweep } from '../../lambda/termination/sweeper';
import { loadRegister } from '../../policies/load';
import { Invocation } from './memory-cloud';
import { MemoryControl } from './memory-control';
import { MemoryTerminations } from './memory-terminations';
import { Random } from './random';

const register = loadRegister();
const HOUR_MS = 3_600_000;
const VISIBILITY_MS = 90_000;
const MOST_STEPS = 20_000;
export const STORE_IDS = ['customer-files', 'crm-records', 'exports'];

export const CRM: Caller = {
  clientName: 'crm',
  actions: ['tenant:terminate', 'tenant:read', 'tenant:restore'],
  tenants: 'all',
};

/** How the erasure engine answers a request that a termination made. */
export type EngineAnswer = 'complete' | 'defer' | 'hold' | 'fail' | 'sleep';

interface Options {
  readonly startAt?: string;
  /** Chance that a function dies before or after any call. */
  readonly kill?: number;
  readonly seed?: number;
}

/**
 * The termination machine with a clock of its own: keeper, sweeper, schedules and queues as they are, the
 * engine and the stores as stubs that answer what a test says.
 */
export class TerminationHarness {
  readonly control = new MemoryControl();
  readonly terminations = new MemoryTerminations();
  readonly notices: NoticeEvent[] = [];
  readonly states: StateEvent[] = [];
  readonly asks: StoreAsk[] = [];
  readonly schedules = new Map<string, ScheduledTick>();
  readonly metrics = new Map<string, number>();
  private readonly done = new Set<string>();
  private queue: { tick: Tick; visibleAt: number }[] = [];
  private readonly random: Random;
  private time: number;
  private nextSweep: number;
  engine: EngineAnswer = 'complete';
  /** Day until which a deferred request is sealed. */
  sealedUntil = '2028-02-22';
  /** Milliseconds by which a function's clock is wrong. */
  skew = { api: 0, keeper: 0, sweeper: 0 };
  schedulesFire = true;
  schedulesTake = true;
  storesWork = true;
  sweeps = true;
  keeperWorks = true;

  constructor(private readonly options: Options = {}) {
    this.time = Date.parse(options.startAt ?? '2026-11-22T10:17:03.123Z');
    this.nextSweep = this.time + HOUR_MS;
    this.random = new Random(options.seed ?? 7);
  }

  /** Another machine in the same state, before any erasure request; cheap, since rows are never changed in place. */
  copy(): TerminationHarness {
    const copy = new TerminationHarness({ ...this.options, startAt: instant(this.now()) });
    for (const [key, row] of this.terminations.rows) copy.terminations.rows.set(key, row);
    for (const key of this.done) copy.done.add(key);
    return copy;
  }

  now(): Date {
    return new Date(this.time);
  }

  body(more: Partial<TerminateBody> = {}): TerminateBody {
    return { instruction: this.instruction(), ...more };
  }

  instruction() {
    return { by: 'user-17', role: 'tenant-admin', authentication: 'mfa', at: instant(this.now()) };
  }

  terminate(tenantId: string, key = `key-${tenantId}`, body = this.body()) {
    return terminate(CRM, tenantId, key, body, this.apiDeps());
  }

  restore(tenantId: string, cause: 'restore' | 'login' = 'restore', i: Invocation = this.invocation(0)) {
    const body = { cause, instruction: this.instruction() };
    return restore(CRM, tenantId, body, this.restoreDeps(i, this.invocation(0)));
  }

  record(tenantId: string): TerminationRecord {
    const record = this.terminations.rows.get(tenantId);
    if (record === undefined) throw new Error(`no termination of ${tenantId}`);
    return record;
  }

  request(tenantId: string): RequestRecord | undefined {
    const { requestId } = this.record(tenantId);
    return requestId === undefined ? undefined : this.control.requestRows.get(requestId)?.record;
  }

  metric(name: string): number {
    return this.metrics.get(name) ?? 0;
  }

  /** Lets time pass: messages, schedules and sweeps come when they are due. */
  async until(at: string): Promise<void> {
    const end = Date.parse(at);
    for (let n = 0; ; n++) {
      if (n > MOST_STEPS) throw new Error('the machine does not come to rest');
      const message = this.keeperWorks ? this.queue.find((each) => each.visibleAt <= this.time) : undefined;
      if (message !== undefined) await this.deliver(message);
      else {
        const next = this.nextEvent();
        if (next > end) break;
        this.time = Math.max(this.time, next);
        await this.happen();
      }
    }
    this.time = Math.max(this.time, end);
  }

  hours(n: number): Promise<void> {
    return this.until(instant(new Date(this.time + n * HOUR_MS)));
  }

  days(n: number): Promise<void> {
    return this.hours(24 * n);
  }

  /** One tick of the keeper as if by hand; what it shares with others goes through the invocation. */
  keep(tenantId: string, i: Invocation = this.invocation(0)): Promise<void> {
    const { terminationId } = this.record(tenantId);
    const tick: Tick = { type: 'tick', tenantId, terminationId, observedAt: instant(this.now()) };
    return advance(tick, this.keeperDeps(i, this.invocation(0)));
  }

  /** Ends or moves a request as the engine would, and tells the keeper. */
  answer(requestId: string, how: EngineAnswer): void {
    const row = this.control.requestRows.get(requestId);
    if (row === undefined) throw new Error(`no request ${requestId}`);
    this.settle(row.record, how);
  }

  invocation(kill = this.options.kill ?? 0): Invocation {
    return new Invocation(this.random, kill, () => {
      this.time += 1;
    });
  }

  apiDeps(i: Invocation = this.invocation(0)): TerminateDeps {
    return {
      terminations: this.terminations.ledger(i),
      outbox: this.outbox(i),
      register,
      clock: this.clock('api'),
    };
  }

  restoreDeps(i: Invocation = this.invocation(0), messages: Invocation = i): RestoreDeps {
    return {
      terminations: this.terminations.ledger(i),
      requests: this.control.requests(messages),
      line: this.control.line(i),
      outbox: this.outbox(messages),
      requestOutbox: this.requestOutbox(messages),
      rules: register.erasure,
      clock: this.clock('api'),
    };
  }

  /** @param messages the invocation of what changes nothing that others write: messages, events, schedules, reads */
  keeperDeps(i: Invocation = this.invocation(), messages: Invocation = i): KeeperDeps {
    return {
      terminations: this.terminations.ledger(i),
      requests: { create: this.control.requests(i).create, get: this.control.requests(messages).get },
      requestOutbox: this.requestOutbox(i),
      outbox: this.outbox(messages),
      stores: {
        done: (_tenant, terminationId, direction) =>
          messages.call(() => STORE_IDS.filter((id) => this.done.has(`${terminationId}/${direction}/${id}`))),
      },
      storeIds: STORE_IDS,
      schedules: {
        put: (schedule) =>
          messages.call(() => {
            if (!this.schedulesTake) throw new ScheduleFaultError(schedule.terminationId);
            this.schedules.set(schedule.name, schedule);
          }),
        cancel: (name) =>
          messages.call(() => {
            this.schedules.delete(name);
          }),
      },
      events: {
        notice: (event) =>
          messages.call(() => {
            this.notices.push(event);
          }),
        state: (event) =>
          messages.call(() => {
            this.states.push(event);
          }),
      },
      meter: { count: (metric, value) => this.metrics.set(metric, this.metric(metric) + value) },
      register,
      backupDays: 36,
      clock: this.clock('keeper'),
    };
  }

  private clock(who: keyof TerminationHarness['skew']) {
    return { now: () => new Date(this.time + this.skew[who]) };
  }

  private outbox(i: Invocation): KeeperDeps['outbox'] {
    return {
      tick: (tick, delaySeconds = 0) =>
        i.call(() => {
          this.queue.push({ tick, visibleAt: this.time + delaySeconds * 1000 });
        }),
      ask: (ask) =>
        i.call(() => {
          this.asks.push(ask);
          if (!this.storesWork) return;
          this.done.add(`${ask.terminationId}/${ask.type}/${ask.storeId}`);
          this.tickNow(ask.tenantId, ask.terminationId);
        }),
    };
  }

  private requestOutbox(i: Invocation): KeeperDeps['requestOutbox'] {
    return {
      send: (message) =>
        i.call(() => {
          if (message.type !== 'advance') return;
          const record = this.control.requestRows.get(message.requestId)?.record;
          if (record?.status === 'accepted') this.settle(record, this.engine);
        }),
    };
  }

  /** What the recorder would do, without the work: the line first, as the eraser writes it. */
  private settle(request: RequestRecord, how: EngineAnswer): void {
    if (how === 'sleep') return;
    const line = this.control.crossNow(request.requestId, this.now());
    const cancelled = line.state === 'cancelled';
    const next = cancelled ? ended(request, 'cancelled', [], this.now()) : this.settled(request, how);
    this.control.requestRows.set(request.requestId, { record: next, dueAt: null });
    if (request.termination !== undefined) this.tickNow(request.tenantId, request.termination.terminationId);
  }

  /** The engine's own sweeper finds requests whose first message was lost. */
  wakeEngine(): void {
    for (const { record } of this.control.requestRows.values())
      if (record.status === 'accepted') this.settle(record, this.engine);
  }

  private settled(request: RequestRecord, how: EngineAnswer): RequestRecord {
    if (how === 'complete') return ended(request, 'completed', [], this.now());
    if (how === 'fail') return ended(request, 'failed', [{ code: 'stalled', message: 'no progress' }], this.now());
    const reasons = [{ code: how === 'hold' ? 'held' : 'sealed', message: 'something stays' }];
    if (how === 'hold') return { ...request, status: 'held', reasons, version: request.version + 1 };
    const sealed: Sealed[] = [
      {
        storeId: 'crm-records',
        into: 'vault',
        since: instant(this.now()),
        freeOn: this.sealedUntil,
        until: this.sealedUntil,
        years: [],
        freeYears: [],
        law: [
          {
            ruleId: 'one-year-minimum',
            kind: 'floor',
            statement: 'Kept for a year.',
            citation: 'DPDP Rules 2025, rule 8(3)',
            effect: 'keeps',
          },
        ],
        state: 'sealed',
      },
    ];
    return { ...request, status: 'deferred', reasons, sealed, version: request.version + 1 };
  }

  private tickNow(tenantId: string, terminationId: string): void {
    const tick: Tick = { type: 'tick', tenantId, terminationId, observedAt: instant(this.now()) };
    this.queue.push({ tick, visibleAt: this.time });
  }

  private async deliver(message: { tick: Tick; visibleAt: number }): Promise<void> {
    this.queue = this.queue.filter((each) => each !== message);
    try {
      await advance(message.tick, this.keeperDeps());
    } catch {
      this.queue.push({ ...message, visibleAt: this.time + VISIBILITY_MS });
    }
  }

  private nextEvent(): number {
    const waiting = this.keeperWorks ? this.queue.map((each) => each.visibleAt) : [];
    const scheduled = this.schedulesFire ? [...this.schedules.values()].map((each) => each.at.getTime()) : [];
    return Math.min(...waiting, ...scheduled, ...(this.sweeps ? [this.nextSweep] : []));
  }

  private async happen(): Promise<void> {
    if (this.schedulesFire)
      for (const [name, { at, tenantId, terminationId }] of this.schedules)
        if (at.getTime() <= this.time) {
          this.schedules.delete(name);
          const tick: Tick = { type: 'tick', tenantId, terminationId, observedAt: instant(at) };
          this.queue.push({ tick, visibleAt: this.time });
        }
    if (this.sweeps && this.time >= this.nextSweep) {
      this.nextSweep = this.time + HOUR_MS;
      const i = this.invocation();
      const deps = {
        terminations: this.terminations.dueReader(i),
        outbox: this.outbox(i),
        clock: this.clock('sweeper'),
      };
      await sweep(deps).catch(() => undefined);
      this.wakeEngine();
    }
  }
}
