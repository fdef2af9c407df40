import * as z from 'zod';

/** One store that holds personal data, as the constructs registered it at synth. */
export const storeSchema = z.strictObject({
  /** Stable id used in plans and certificates, e.g. `customer-files`. */
  id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  kind: z.enum(['s3', 'dynamodb']),
  /** Physical name of the bucket or table. */
  name: z.string().min(1),
  region: z.string(),
  dataRole: z.enum(['account', 'tenant', 'telemetry', 'books']),
  /** Class of policies/data.yaml. */
  dataClass: z.string(),
  /** Count of hash shards in the key layout. */
  shards: z.int().min(1).max(64),
  /** S3 only: the bucket has Object Lock, so a version can be held. */
  objectLock: z.boolean(),
  /**
   * What a person's erasure takes here: `own` = her own keys; `own-and-shared` = also what the
   * tenant shares, because it may hold her (an export of all contacts).
   */
  subjectErasure: z.enum(['own', 'own-and-shared']),
  /** `copy`: can be made again, so the end of a contract takes it at once; `restorable`: stays for the recovery window. */
  recovery: z.enum(['restorable', 'copy']),
  /** Kind of document of policies/books.yaml that its rows are; null where they are none. */
  documents: z.string().nullable(),
  /** Store of which this is the copy in the second Region. S3 never copies the erasure of a version, so it is erased here too. */
  replicaOf: z.string().optional(),
});
export type Store = z.infer<typeof storeSchema>;

/**
 * Whether a table takes the flag that suspends a tenant's rows. One whose rows are documents of the books does
 * not: invoices are needed for returns and audits after the contract's end too, and every row there has to be one.
 */
export function hasFlags({ kind, documents }: Pick<Store, 'kind' | 'documents'>): boolean {
  return kind === 'dynamodb' && documents === null;
}

const inventorySchema = z.array(storeSchema).min(1);

/** Parses the inventory that a function finds in its environment. Throws when it is missing or wrong. */
export function parseInventory(json: string): Store[] {
  return inventorySchema.parse(Object.values(expanded(JSON.parse(json))));
}

/** What laws keep is out of the product's reach, and out of the inventory that erasures work through. */
const keepersSchema = z.strictObject({
  /** Sealed objects. */
  vaultBucket: storeSchema.extend({ kind: z.literal('s3'), keyArn: z.string() }),
  /** Sealed rows, and the description of each sealed object. */
  vaultTable: storeSchema.extend({ kind: z.literal('dynamodb'), keyArn: z.string() }),
  /** Statutory books, each document locked until the day on which its law ends. */
  books: storeSchema.extend({
    kind: z.literal('s3'),
    keyArn: z.string(),
    lockMode: z.enum(['COMPLIANCE', 'GOVERNANCE']),
  }),
});
export type Keepers = z.infer<typeof keepersSchema>;

/** Parses the keepers that a function finds in its environment. Throws when they are missing or wrong. */
export function parseKeepers(json: string): Keepers {
  return keepersSchema.parse(expanded(JSON.parse(json)));
}

/** What stores mostly have in common. */
const COMMON = [
  'kind',
  'region',
  'dataRole',
  'shards',
  'objectLock',
  'subjectErasure',
  'recovery',
  'documents',
] as const;

/**
 * Stores, by whatever names them, with what most have in common said once: all variables of a function together may
 * have 4 KB. The parsers above take it as they take the stores themselves.
 */
export function condensed(stores: Readonly<Record<string, Store>>): object {
  const common = Object.fromEntries(COMMON.map((field) => [field, mostFrequent(Object.values(stores), field)]));
  const own = (store: Store) =>
    Object.fromEntries(Object.entries(store).filter(([field, value]) => !(field in common) || common[field] !== value));
  return { common, stores: Object.fromEntries(Object.entries(stores).map(([name, store]) => [name, own(store)])) };
}

function mostFrequent(stores: readonly Store[], field: (typeof COMMON)[number]): unknown {
  const values = stores.map((store) => store[field]);
  const count = (value: unknown) => values.filter((other) => other === value).length;
  return values.toSorted((a, b) => count(b) - count(a))[0];
}

const condensedSchema = z.strictObject({
  common: z.record(z.string(), z.unknown()),
  stores: z.record(z.string(), z.record(z.string(), z.unknown())),
});

function expanded(value: unknown): object {
  const parsed = condensedSchema.safeParse(value);
  if (!parsed.success) return z.looseObject({}).or(z.array(z.unknown())).parse(value);
  const { common, stores } = parsed.data;
  return Object.fromEntries(Object.entries(stores).map(([name, store]) => [name, { ...common, ...store }]));
}
