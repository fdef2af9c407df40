import { StaleTerminationError } from '../../lambda/termination/errors';
import { type TerminationRecord, terminationSchema } from '../../lambda/termination/model';
import type { DueReader, KeyUse, TerminationLedger } from '../../lambda/termination/ports';
import type { Invocation } from './memory-cloud';

/** Terminations in memory: the same promises as the control table. Counts what its index reads. */
export class MemoryTerminations {
  readonly rows = new Map<string, TerminationRecord>();
  readonly pastRows = new Map<string, TerminationRecord>();
  private readonly keys = new Map<string, KeyUse>();
  /** Rows that queries for what is due have read. */
  rowsRead = 0;

  ledger(i: Invocation): TerminationLedger {
    return {
      findByKey: (key) => i.call(() => this.keys.get(key)),
      get: (tenantId) => i.call(() => this.rows.get(tenantId)),
      past: (tenantId, terminationId) => i.call(() => this.pastRows.get(`${tenantId}/${terminationId}`)),
      begin: (record, { key, bodyHash }, previous) =>
        i.call(() => {
          const standing = this.rows.get(record.tenantId);
          if (this.keys.has(key) || standing?.version !== previous?.version) return 'lost' as const;
          if (standing?.terminationId !== previous?.terminationId) return 'lost' as const;
          if (previous !== undefined) this.pastRows.set(`${previous.tenantId}/${previous.terminationId}`, previous);
          this.keys.set(key, { terminationId: record.terminationId, bodyHash });
          this.rows.set(record.tenantId, parse(record));
          return 'begun' as const;
        }),
      remember: (terminationId, { key, bodyHash }) =>
        i.call(() => {
          const use = this.keys.get(key) ?? { terminationId, bodyHash };
          this.keys.set(key, use);
          return use;
        }),
      update: (next, expectedVersion) =>
        i.call(() => {
          const row = this.rows.get(next.tenantId);
          if (row?.version !== expectedVersion || row.terminationId !== next.terminationId)
            throw new StaleTerminationError(next.terminationId);
          this.rows.set(next.tenantId, parse(next));
        }),
    };
  }

  dueReader(i: Invocation): DueReader {
    return {
      due: (by, limit) =>
        i.call(() => {
          const rows = [...this.rows.values()]
            .filter((row) => row.dueAt !== null && row.dueAt <= by.toISOString())
            .sort((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1))
            .slice(0, limit);
          this.rowsRead += rows.length;
          return rows.map(({ tenantId, terminationId }) => ({ tenantId, terminationId }));
        }),
    };
  }
}

/** As it would come out of the table: checked, and without what is undefined. */
function parse(record: TerminationRecord): TerminationRecord {
  return terminationSchema.parse(JSON.parse(JSON.stringify(record)));
}
