import { ForeignFlagError } from '../../lambda/recovery/errors';
import { type Direction, type Done, doneSchema, type Flag, type RecoveryKey } from '../../lambda/recovery/model';
import type { FlagTable, RecoveryLedger, WorkLedger } from '../../lambda/recovery/ports';
import type { Store } from '../../lambda/shared/inventory';

/** Runs one call of an invocation, which may die before or after it took effect. */
export type Call = <T>(effect: () => T) => Promise<T>;

interface Work {
  since?: Date;
  until?: Date;
  revealing?: boolean;
  position?: string;
  hiding: Map<string, Date>;
  count: Record<Direction, number>;
}

/** The recovery's part of the control table in memory. */
export class MemoryRecovery {
  readonly done: (Done & { readonly owner: string })[] = [];
  private readonly work = new Map<string, Work>();

  /** The ledger as one invocation sees it. */
  ledger(call: Call): RecoveryLedger & WorkLedger {
    const write = <T>(key: RecoveryKey, change: (work: Work) => T) => call(() => change(this.workOn(key)));
    return {
      done: (tenantId, terminationId, direction) =>
        call(() =>
          this.done
            .filter((d) => d.owner === `${tenantId}/${terminationId}` && d.direction === direction)
            .map((d) => d.storeId),
        ),
      markDone: (tenantId, terminationId, record) =>
        call(() => {
          const owner = `${tenantId}/${terminationId}`;
          const same = (d: Done & { owner: string }) =>
            d.owner === owner && d.storeId === record.storeId && d.direction === record.direction;
          if (!this.done.some(same)) this.done.push({ ...doneSchema.parse(record), owner });
        }),
      beginHiding: (key, owner, until) =>
        write(key, (work) => {
          if (work.revealing) return false;
          work.hiding.set(owner, until);
          return true;
        }),
      endHiding: (key, owner) => write(key, (work) => void work.hiding.delete(owner)),
      openWindow: (key, since) => write(key, (work) => (work.since ??= since)),
      windowOf: (key) => call(() => this.workOn(key).since),
      beginRevealing: (key) =>
        write(key, (work) => {
          work.revealing = true;
          const lifetimes = [...work.hiding.values()].map((until) => until.getTime());
          const hidingUntil = lifetimes.length === 0 ? undefined : new Date(Math.max(...lifetimes));
          return { since: work.since, position: work.position, hidingUntil };
        }),
      closeWindow: (key, until) => write(key, (work) => (work.until ??= until)),
      report: (key, direction, count, position) =>
        write(key, (work) => {
          work.position = position ?? work.position;
          work.count[direction] += count;
          return work.count[direction];
        }),
    };
  }

  private workOn({ tenantId, terminationId, storeId }: RecoveryKey): Work {
    const id = `${tenantId}/${terminationId}/${storeId}`;
    const work = this.work.get(id) ?? { hiding: new Map(), count: { hide: 0, reveal: 0 } };
    this.work.set(id, work);
    return work;
  }
}

/** A table's flags in memory. */
export class MemoryFlags {
  readonly flags = new Map<string, Flag>();

  constructor(readonly store: Store) {}

  table(call: Call): FlagTable {
    return {
      store: this.store,
      set: (tenantId, flag) =>
        call(() => {
          const standing = this.flags.get(tenantId);
          if (standing !== undefined && standing.terminationId !== flag.terminationId)
            throw new ForeignFlagError(this.store.id);
          this.flags.set(tenantId, flag);
        }),
      clear: (tenantId, terminationId) =>
        call(() => {
          if (this.flags.get(tenantId)?.terminationId === terminationId) this.flags.delete(tenantId);
        }),
    };
  }
}
