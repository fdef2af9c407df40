import { createHmac } from 'node:crypto';
import { partitionKey, SHARED } from '../../../lambda/shared/layout';
import { ACCESS_FLAG } from '../../../lambda/shared/names';
import { tokenIssuer } from '../../../lambda/tokens/issue';
import type { TokenAccess } from '../../../lambda/tokens/model';
import type { Mapping, MappingKey, TokenKeys, TokenReader, TokenWriter } from '../../../lambda/tokens/ports';
import type { ResolveDeps } from '../../../lambda/tokens/resolve';
import { loadRegister } from '../../../policies/load';

const SHARDS = 4;
export const WORDS = loadRegister().transfers;

/** A vault in memory; its index is behind while `frozen` holds what it knew. */
export class MemoryVault implements TokenReader, TokenWriter {
  readonly rows = new Map<string, MappingKey & Mapping>();
  readonly flags = new Set<string>();
  private frozen: readonly (MappingKey & Mapping)[] | undefined;

  /** From now on the index knows nothing new. */
  freezeIndex(): void {
    this.frozen = [...this.rows.values()];
  }

  /** What the erasure engine does with one person's rows, and in the end with a tenant's. */
  erase(tenantId: string, subjectId?: string): void {
    for (const [name, { pk, sk }] of this.rows)
      if (pk.startsWith(`${tenantId}#`) && (subjectId === undefined || sk.startsWith(`${subjectId}#`)))
        this.rows.delete(name);
  }

  async tokenAt(key: MappingKey) {
    return this.rows.get(nameOf(key))?.token;
  }

  async add(key: MappingKey, mapping: Mapping) {
    if (this.rows.has(nameOf(key))) return false;
    this.rows.set(nameOf(key), { ...key, ...mapping });
    return true;
  }

  async find(token: string) {
    const known = this.frozen ?? [...this.rows.values()];
    return known.filter((row) => row.token === token).map(({ pk, sk }) => ({ pk, sk }));
  }

  async read(key: MappingKey) {
    return this.rows.get(nameOf(key));
  }

  async isFlagged(tenantId: string) {
    return this.flags.has(nameOf({ pk: partitionKey(tenantId, SHARED), sk: ACCESS_FLAG.sortKey }));
  }

  flag(tenantId: string): void {
    this.flags.add(nameOf({ pk: partitionKey(tenantId, SHARED), sk: ACCESS_FLAG.sortKey }));
  }
}

const nameOf = ({ pk, sk }: MappingKey) => `${pk}\n${sk}`;

/** A key for each tenant. */
export const KEYS: TokenKeys = {
  mac: async (tenantId, text) => createHmac('sha256', `key of ${tenantId}`).update(text).digest('hex'),
};

/** Vault, issuer and what turning back works with, on one memory. */
export function tokens() {
  const vault = new MemoryVault();
  const records: TokenAccess[] = [];
  const log = {
    failing: false,
    async record(access: TokenAccess) {
      if (log.failing) throw new Error('the table is away');
      records.push(access);
    },
  };
  const store = { shards: SHARDS };
  const issuer = tokenIssuer({ store, vault, keys: KEYS, words: WORDS });
  const deps: ResolveDeps = {
    store,
    vault,
    log,
    words: WORDS,
    clock: { now: () => new Date('2026-12-01T06:00:00Z') },
  };
  return { vault, log, records, issuer, deps };
}
