import { LeaseLostError, StaleRecordError } from '../../lambda/erasure/errors';
import type { Plan, Reason, RequestRecord, Step, Verification } from '../../lambda/erasure/model';
import type {
  CertificateLedger,
  Claim,
  Line,
  LineKeeper,
  PlanLedger,
  RequestLedger,
  RequestPage,
  StepKey,
  StepLedger,
  StepProgress,
  StoredPlan,
  VerificationLedger,
  WorkLedger,
} from '../../lambda/erasure/ports';

interface StepRow {
  step: Step;
  window: Uint8Array;
  owner?: string;
  leaseEndsAt: number;
}

/** The control table of one run, in memory, with the conditions that the real one sets on its writes. */
export class MemoryLedger
  implements RequestLedger, PlanLedger, WorkLedger, StepLedger, VerificationLedger, CertificateLedger, LineKeeper
{
  certificate: string | undefined;
  private plan: StoredPlan | undefined;
  private line: Line = { state: 'open' };
  private readonly rows = new Map<string, StepRow>();
  private readonly readings = new Map<string, Verification>();

  constructor(private request: RequestRecord) {}

  async create(): Promise<{ outcome: 'created' }> {
    throw new Error('a run has one request');
  }

  async findByKey(): Promise<undefined> {
    return undefined;
  }

  async get(requestId: string): Promise<RequestRecord | undefined> {
    return requestId === this.request.requestId ? { ...this.request } : undefined;
  }

  async update(next: RequestRecord, expectedVersion: number): Promise<void> {
    if (this.request.version !== expectedVersion) throw new StaleRecordError(next.requestId);
    this.request = { ...next };
  }

  async list(): Promise<RequestPage> {
    return { items: [this.request], nextCursor: null };
  }

  async due(): Promise<string[]> {
    return [this.request.requestId];
  }

  async putPlan(_requestId: string, plan: Plan, planHash: string): Promise<void> {
    this.plan ??= { state: 'made', plan, planHash };
  }

  async failPlan(_requestId: string, failure: Reason): Promise<void> {
    this.plan ??= { state: 'failed', failure };
  }

  async getPlan(): Promise<StoredPlan | undefined> {
    return this.plan;
  }

  async createSteps(steps: readonly Step[]): Promise<void> {
    for (const step of steps)
      if (!this.rows.has(nameOf(step))) this.rows.set(nameOf(step), { step, window: new Uint8Array(), leaseEndsAt: 0 });
  }

  async steps(): Promise<Step[]> {
    return [...this.rows.values()].map((row) => row.step);
  }

  async claim(key: StepKey, owner: string, now: Date, leaseMs: number): Promise<Claim> {
    const row = this.rows.get(nameOf(key));
    if (row === undefined) return { outcome: 'missing' };
    if (row.step.state === 'done' || row.step.state === 'failed') return { outcome: 'done' };
    if (row.owner !== undefined && row.leaseEndsAt > now.getTime()) return { outcome: 'busy' };
    row.owner = owner;
    row.leaseEndsAt = now.getTime() + leaseMs;
    row.step = { ...row.step, state: 'running', updatedAt: now.toISOString() };
    return { outcome: 'claimed', step: row.step, window: row.window };
  }

  async journal(key: StepKey, owner: string, progress: StepProgress, now: Date, leaseMs: number): Promise<void> {
    const row = this.write(key, owner, progress, 'running', now);
    row.leaseEndsAt = now.getTime() + leaseMs;
  }

  async release(key: StepKey, owner: string, progress: StepProgress, now: Date): Promise<void> {
    this.write(key, owner, progress, 'waiting', now).owner = undefined;
  }

  async finish(key: StepKey, owner: string, progress: StepProgress, now: Date): Promise<void> {
    this.write(key, owner, progress, 'done', now).owner = undefined;
  }

  async fail(key: StepKey, failure: Reason, now: Date): Promise<void> {
    const row = this.rows.get(nameOf(key));
    if (row === undefined || row.step.state === 'done') return;
    row.owner = undefined;
    row.step = { ...row.step, state: 'failed', failure, updatedAt: now.toISOString() };
  }

  async putVerification(verification: Verification): Promise<void> {
    this.readings.set(`${verification.round}/${verification.storeId}`, verification);
  }

  async verifications(): Promise<Verification[]> {
    return [...this.readings.values()];
  }

  async putCertificate(_requestId: string, file: string): Promise<void> {
    this.certificate ??= file;
  }

  async getCertificate(): Promise<string | undefined> {
    return this.certificate;
  }

  async cross(_requestId: string, now: Date): Promise<Line> {
    if (this.line.state === 'open') this.line = { state: 'crossed', at: now.toISOString() };
    return this.line;
  }

  async cancel(_requestId: string, _by: string, now: Date): Promise<Line> {
    if (this.line.state === 'open') this.line = { state: 'cancelled', at: now.toISOString() };
    return this.line;
  }

  async read(): Promise<Line> {
    return this.line;
  }

  private write(key: StepKey, owner: string, progress: StepProgress, state: Step['state'], now: Date): StepRow {
    const row = this.rows.get(nameOf(key));
    if (row === undefined || row.owner !== owner) throw new LeaseLostError(key.storeId, key.part);
    const { window, ...counts } = progress;
    row.step = { ...row.step, ...structuredClone(counts), state, updatedAt: now.toISOString() };
    row.window = Uint8Array.from(window);
    return row;
  }
}

const nameOf = ({ round, storeId, part }: Pick<StepKey, 'round' | 'storeId' | 'part'>) => `${round}/${storeId}/${part}`;
