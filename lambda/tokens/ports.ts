import type { TokenAccess } from './model';

/** Table key of one mapping. */
export interface MappingKey {
  readonly pk: string;
  readonly sk: string;
}

/** What stands at a key: a token and what it stands for. */
export interface Mapping {
  readonly token: string;
  readonly value: string;
}

/** Mappings as those write them who replace values. All reads see what was written before. */
export interface TokenWriter {
  tokenAt(key: MappingKey): Promise<string | undefined>;
  /** False when there is one already; then nothing is written. */
  add(key: MappingKey, mapping: Mapping): Promise<boolean>;
}

/** Mappings as the function sees them that turns tokens back. */
export interface TokenReader {
  /** Keys of mappings with this token, of any tenant, from the index: it may be a moment behind. */
  find(token: string): Promise<readonly MappingKey[]>;
  /** The mapping itself; sees every erasure that was done before. */
  read(key: MappingKey): Promise<Mapping | undefined>;
  /** Whether the tenant's rows are suspended (lambda/recovery/records-reader.ts). */
  isFlagged(tenantId: string): Promise<boolean>;
}

/** Names values without showing them. */
export interface TokenKeys {
  /** A keyed hash of a text under a key of this tenant alone, in lower-case hex. */
  mac(tenantId: string, text: string): Promise<string>;
}

/** Keeps who asked what a token stands for. */
export interface AccessLog {
  /** Resolves once it is kept. Whoever gets an error must hand nothing out. */
  record(access: TokenAccess): Promise<void>;
}
