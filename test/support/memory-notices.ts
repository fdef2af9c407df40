import { createHash } from 'node:crypto';
import { type Notice, noticeSchema } from '../../lambda/disclosure/model';
import type { NoticeLedger, RecipientReader } from '../../lambda/disclosure/ports';
import { StaleRecordError } from '../../lambda/erasure/errors';
import { instant } from '../../lambda/shared/clock';
import type { SubjectKeys } from '../../lambda/transfer/ports';
import { loadRegister } from '../../policies/load';
import type { Processor } from '../../policies/schema';
import type { Invocation } from './memory-cloud';

/** Processors of the register's stage `local`, and more of the same kind under other ids. */
export function processorsFor(ids: readonly string[], route: 'api' | 'manual' = 'api'): Map<string, Processor> {
  const all = loadRegister().processors.processors;
  return new Map(
    ids.flatMap((id) => {
      const known = all.find((each) => each.id === id) ?? all.find(({ erasure }) => erasure.route === route);
      return known === undefined ? [] : [[id, { ...known, id }] as const];
    }),
  );
}

/** Notices and recipients of the table of transfers in memory: the same promises as the real one. */
export class MemoryNotices {
  readonly rows = new Map<string, { notice: Notice; dueAt: Date | null }>();
  readonly announced = new Map<string, string>();
  /** Processors that have data, by tenant or `tenant/subject`. */
  readonly allowed = new Map<string, string[]>();

  allow(tenantId: string, subjectId: string, ...processors: string[]): void {
    for (const key of [tenantId, `${tenantId}/${subjectId}`])
      this.allowed.set(key, [...new Set([...(this.allowed.get(key) ?? []), ...processors])].sort());
  }

  recipients(i: Invocation): RecipientReader {
    return {
      recipients: (tenantId, subjectId) =>
        i.call(() => this.allowed.get(subjectId === undefined ? tenantId : `${tenantId}/${subjectId}`) ?? []),
    };
  }

  /** Notices of one erasure, by processor. */
  of(requestId: string): Notice[] {
    return [...this.rows.values()]
      .map(({ notice }) => notice)
      .filter((notice) => notice.requestId === requestId)
      .sort((a, b) => (a.processorId < b.processorId ? -1 : 1));
  }

  ledger(i: Invocation): NoticeLedger {
    return {
      create: (notices, dueAt) =>
        i.call(() => {
          const fresh = notices.filter((notice) => !this.rows.has(keyOf(notice)));
          for (const notice of fresh)
            this.rows.set(keyOf(notice), { notice: noticeSchema.parse(notice), dueAt: dueAt(notice) });
          return fresh.map(({ processorId }) => processorId);
        }),
      markAnnounced: (requestId, at) =>
        i.call(() => {
          if (!this.announced.has(requestId)) this.announced.set(requestId, instant(at));
        }),
      announcement: (requestId) =>
        i.call(() => ({ announcedAt: this.announced.get(requestId) ?? null, notices: this.of(requestId) })),
      list: (requestId) => i.call(() => this.of(requestId)),
      get: (requestId, processorId) => i.call(() => this.rows.get(keyOf({ requestId, processorId }))?.notice),
      update: (next, expectedVersion, dueAt) =>
        i.call(() => {
          if (this.rows.get(keyOf(next))?.notice.version !== expectedVersion) throw new StaleRecordError(keyOf(next));
          this.rows.set(keyOf(next), { notice: noticeSchema.parse(next), dueAt });
        }),
      due: (now, limit) =>
        i.call(() =>
          [...this.rows.values()]
            .filter(({ dueAt }) => dueAt !== null && dueAt <= now)
            .sort((a, b) => Number(a.dueAt) - Number(b.dueAt))
            .slice(0, limit)
            .map(({ notice: { requestId, processorId } }) => ({ requestId, processorId })),
        ),
    };
  }

  /** Keyed hashes with a key that everybody knows. */
  keys(i: Invocation): SubjectKeys {
    const hash = (...parts: readonly (string | undefined)[]) =>
      createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    return {
      subjectKey: (tenantId, subjectId) => i.call(() => hash('subject', tenantId, subjectId)),
      reference: (tenantId, subjectId, processorId) =>
        i.call(() => hash('reference', tenantId, subjectId ?? '', processorId)),
    };
  }
}

function keyOf({ requestId, processorId }: Pick<Notice, 'requestId' | 'processorId'>): string {
  return `${requestId}/${processorId}`;
}
