import { StaleRecordError } from '../../lambda/erasure/errors';
import { legalHoldSchema } from '../../lambda/holds/hold';
import { type HoldRecord, holdRecordSchema, type LocksMessage } from '../../lambda/holds/model';
import type { HoldLedger, LocksLedger, LocksOutbox, OpenHolds } from '../../lambda/holds/ports';
import { reviewBegins } from '../../lambda/holds/review';
import { instant } from '../../lambda/shared/clock';
import type { Invocation } from './memory-cloud';

/** Holds in memory: the same promises as the control table's. */
export class MemoryHolds {
  readonly rows = new Map<string, HoldRecord>();
  /** Earlier wordings, in the order in which they were replaced. */
  readonly history: HoldRecord[] = [];
  readonly messages: LocksMessage[] = [];
  private readonly passes = new Map<string, Set<string>>();

  ledger(i: Invocation): HoldLedger {
    const replace = (holdId: string, version: number, next: (row: HoldRecord) => HoldRecord) => {
      const row = this.rows.get(holdId);
      if (row?.hold.version !== version || row.lifted !== undefined) throw new StaleRecordError(holdId);
      this.rows.set(holdId, holdRecordSchema.parse(next(row)));
    };
    return {
      find: (holdId) => i.call(() => structuredClone(this.rows.get(holdId))),
      place: (hold, changedBy) =>
        i.call(() => {
          if (this.rows.has(hold.holdId)) return 'taken' as const;
          this.rows.set(hold.holdId, { hold: legalHoldSchema.parse(hold), changedBy });
          return 'placed' as const;
        }),
      change: (before, hold, changedBy) =>
        i.call(() => {
          replace(hold.holdId, before.hold.version, (row) => ({ ...row, hold, changedBy }));
          this.history.push(before);
        }),
      lift: (standing, lifted) =>
        i.call(() => replace(standing.holdId, standing.version, (row) => ({ ...row, lifted }))),
      list: (tenantId, limit, cursor) =>
        i.call(() => {
          const rows = this.ofTenant(tenantId).filter(({ hold }) => cursor === undefined || hold.holdId > cursor);
          const items = rows.slice(0, limit);
          return { items, nextCursor: rows.length > limit ? (items.at(-1)?.hold.holdId ?? null) : null };
        }),
    };
  }

  locks(i: Invocation): LocksLedger {
    const keyOf = ({ holdId, pass }: LocksMessage) => `${holdId}#${pass}`;
    const note = (holdId: string, more: Partial<HoldRecord>, lifted: boolean) => {
      const row = this.rows.get(holdId);
      if (row !== undefined && (row.lifted !== undefined) === lifted) this.rows.set(holdId, { ...row, ...more });
    };
    return {
      find: this.ledger(i).find,
      holdsOf: (tenantId) =>
        i.call(() =>
          this.ofTenant(tenantId)
            .filter(({ lifted }) => lifted === undefined)
            .map(({ hold }) => hold),
        ),
      done: (pass) => i.call(() => new Set(this.passes.get(keyOf(pass)))),
      markDone: (pass, part) =>
        i.call(() => {
          this.passes.set(keyOf(pass), new Set([...(this.passes.get(keyOf(pass)) ?? []), part]));
        }),
      applied: (hold, at) => i.call(() => note(hold.holdId, { appliedAt: instant(at) }, false)),
      released: (hold, at) => i.call(() => note(hold.holdId, { releasedAt: instant(at) }, true)),
    };
  }

  outbox(i: Invocation): LocksOutbox {
    return {
      send: (message) =>
        i.call(() => {
          this.messages.push(message);
        }),
    };
  }

  open(): OpenHolds {
    const rows = [...this.rows.values()].filter(({ releasedAt }) => releasedAt === undefined);
    return {
      async *open() {
        for (const { hold, lifted } of rows) {
          await Promise.resolve();
          const { holdId, reviewAt, scope } = hold;
          yield lifted === undefined
            ? { tenantId: scope.tenantId, holdId, dueAt: reviewBegins(reviewAt), state: 'standing' }
            : { tenantId: scope.tenantId, holdId, dueAt: lifted.at, state: 'lifted' };
        }
      },
    };
  }

  private ofTenant(tenantId: string): HoldRecord[] {
    return [...this.rows.values()]
      .filter(({ hold }) => hold.scope.tenantId === tenantId)
      .sort((a, b) => (a.hold.holdId < b.hold.holdId ? -1 : 1));
  }
}
