import { LeaseLostError, StaleRecordError } from '../../lambda/erasure/errors';
import {
  planSchema,
  type RequestRecord,
  requestSchema,
  type Step,
  stepSchema,
  type Verification,
  verificationSchema,
} from '../../lambda/erasure/model';
import type {
  CertificateLedger,
  Line,
  LineKeeper,
  PlanLedger,
  RequestLedger,
  StepKey,
  StepLedger,
  StepProgress,
  StoredPlan,
  VerificationLedger,
  WorkLedger,
} from '../../lambda/erasure/ports';
import type { HoldReader, LegalHold } from '../../lambda/holds/hold';
import { instant, plusMs } from '../../lambda/shared/clock';
import type { Invocation } from './memory-cloud';

interface StepRow {
  step: Step;
  owner: string;
  leaseUntil: string;
  window: Uint8Array;
}

/** The control table in memory: the same promises as the real one, checked by the same tests. */
export class MemoryControl {
  readonly requestRows = new Map<string, { record: RequestRecord; dueAt: Date | null }>();
  private readonly keys = new Map<string, { requestId: string; bodyHash: string }>();
  private readonly planRows = new Map<string, StoredPlan>();
  private readonly lines = new Map<string, Line>();
  readonly stepRows = new Map<string, StepRow>();
  readonly verificationRows = new Map<string, Verification>();
  /** By request and number. */
  readonly certificateRows = new Map<string, string>();
  readonly holds: LegalHold[] = [];

  requests(i: Invocation): RequestLedger {
    return {
      create: (request, { key, bodyHash }, dueAt) =>
        i.call(() => {
          const existing = this.keys.get(key);
          if (existing !== undefined) return { outcome: 'existing' as const, ...existing };
          this.keys.set(key, { requestId: request.requestId, bodyHash });
          this.requestRows.set(request.requestId, { record: requestSchema.parse(request), dueAt });
          return { outcome: 'created' as const };
        }),
      findByKey: (key) => i.call(() => this.keys.get(key)),
      get: (requestId) => i.call(() => this.requestRows.get(requestId)?.record),
      update: (next, expectedVersion, dueAt) =>
        i.call(() => {
          const row = this.requestRows.get(next.requestId);
          if (row?.record.version !== expectedVersion) throw new StaleRecordError(next.requestId);
          this.requestRows.set(next.requestId, { record: requestSchema.parse(next), dueAt });
        }),
      list: (tenantId, status, limit, cursor) =>
        i.call(() => {
          const keyOf = (r: RequestRecord) => `${r.createdAt}#${r.requestId}`;
          const rows = [...this.requestRows.values()]
            .map((row) => row.record)
            .filter((r) => r.tenantId === tenantId && (status === undefined || r.status === status))
            .sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1))
            .filter((r) => cursor === undefined || keyOf(r) < cursor);
          const items = rows.slice(0, limit);
          const last = items.at(-1);
          return { items, nextCursor: rows.length > limit && last !== undefined ? keyOf(last) : null };
        }),
      due: (now, limit) =>
        i.call(() =>
          [...this.requestRows.entries()]
            .filter(([, row]) => row.dueAt !== null && row.dueAt <= now)
            .map(([id]) => id)
            .slice(0, limit),
        ),
    };
  }

  plans(i: Invocation): PlanLedger {
    const first = (requestId: string, plan: StoredPlan) => {
      if (!this.planRows.has(requestId)) this.planRows.set(requestId, plan);
    };
    return {
      putPlan: (requestId, plan, planHash) =>
        i.call(() => first(requestId, { plan: planSchema.parse(plan), planHash })),
      getPlan: (requestId) => i.call(() => this.planRows.get(requestId)),
    };
  }

  line(i: Invocation): LineKeeper {
    const write = (requestId: string, line: Line) =>
      i.call(() => {
        const standing = this.lines.get(requestId) ?? line;
        this.lines.set(requestId, standing);
        return standing;
      });
    return {
      cross: (requestId, now) => write(requestId, { state: 'crossed', at: instant(now) }),
      cancel: (requestId, _by, now) => write(requestId, { state: 'cancelled', at: instant(now) }),
      read: (requestId) => i.call((): Line => this.lines.get(requestId) ?? { state: 'open' }),
    };
  }

  /** Writes the line as an eraser would, outside any invocation. */
  crossNow(requestId: string, now: Date): Line {
    const standing = this.lines.get(requestId) ?? { state: 'crossed', at: instant(now) };
    this.lines.set(requestId, standing);
    return standing;
  }

  steps(i: Invocation): StepLedger & WorkLedger {
    const write = (
      key: StepKey,
      owner: string,
      p: StepProgress,
      now: Date,
      state: Step['state'],
      leaseMs: number,
    ): Promise<void> =>
      i.call(() => {
        const row = this.stepRows.get(idOf(key));
        if (row?.owner !== owner || row.step.state !== 'running') throw new LeaseLostError(key.storeId, key.part);
        const { found, held, refused } = structuredClone(p);
        row.step = stepSchema.parse({ ...row.step, state, found, held, refused, updatedAt: instant(now) });
        row.window = Uint8Array.from(p.window);
        row.leaseUntil = instant(plusMs(now, leaseMs));
      });
    return {
      claim: (key, owner, now, leaseMs) =>
        i.call(() => {
          const row = this.stepRows.get(idOf(key));
          if (row === undefined) return { outcome: 'missing' as const };
          const { state } = row.step;
          if (state === 'done') return { outcome: 'done' as const };
          if (state === 'running' && row.leaseUntil >= instant(now)) return { outcome: 'busy' as const };
          row.step = { ...row.step, state: 'running', updatedAt: instant(now) };
          row.owner = owner;
          row.leaseUntil = instant(plusMs(now, leaseMs));
          return { outcome: 'claimed' as const, step: structuredClone(row.step), window: row.window };
        }),
      journal: (key, owner, p, now, leaseMs) => write(key, owner, p, now, 'running', leaseMs),
      release: (key, owner, p, now) => write(key, owner, p, now, 'waiting', 0),
      finish: (key, owner, p, now) => write(key, owner, p, now, 'done', 0),
      createSteps: (steps) =>
        i.call(() => {
          for (const step of steps)
            if (!this.stepRows.has(idOf(step)))
              this.stepRows.set(idOf(step), {
                step: stepSchema.parse(step),
                owner: '',
                leaseUntil: '',
                window: new Uint8Array(),
              });
        }),
      steps: (requestId) =>
        i.call(() => [...this.stepRows.values()].map((row) => row.step).filter((s) => s.requestId === requestId)),
    };
  }

  verifications(i: Invocation): VerificationLedger {
    return {
      putVerification: (v) =>
        i.call(() => {
          this.verificationRows.set(`${v.requestId}/${v.round}/${v.storeId}`, verificationSchema.parse(v));
        }),
      verifications: (requestId) =>
        i.call(() => [...this.verificationRows.values()].filter((v) => v.requestId === requestId)),
    };
  }

  holdReader(i: Invocation): HoldReader {
    return { holdsOf: (tenantId) => i.call(() => this.holds.filter((hold) => hold.scope.tenantId === tenantId)) };
  }

  certificates(i: Invocation): CertificateLedger {
    return {
      putCertificate: (requestId, number, file) =>
        i.call(() => {
          const id = `${requestId}/${number}`;
          if (!this.certificateRows.has(id)) this.certificateRows.set(id, file);
        }),
      getCertificate: (requestId, number) => i.call(() => this.certificateRows.get(`${requestId}/${number}`)),
    };
  }
}

function idOf(key: StepKey): string {
  return `${key.requestId}/${key.round}/${key.storeId}/${key.part}`;
}
