import { createHash } from 'node:crypto';
import { canonicalJson, sha256Hex } from '../shared/canonical';
import { entryOf, eventSchema, type LedgerEvent } from './event';
import { type Described, describeItem, type Item } from './kinds';
import type { Waiting } from './ports';

/** A write, as a table's stream tells it. */
export interface TableWrite {
  /** Item before; undefined where there was none. */
  readonly before: Item | undefined;
  /** Item after; undefined where it was removed. */
  readonly after: Item | undefined;
  /** Removed because its time was over, by DynamoDB itself. */
  readonly expired: boolean;
  readonly at: Date;
  /** Sequence number of the stream. */
  readonly sequence: string;
}

/** Turns tenants' ids into keyed hashes. */
export interface TenantNames {
  nameOf(tenantId: string): Promise<string>;
}

/**
 * Events of a write: one for each fact that it changed. A write that changed none, such as a lease, has none.
 * The same write always has the same events, byte for byte.
 *
 * @throws UnknownItemError, ZodError where an item is not understood: it has to be put aside, not passed over
 */
export async function eventsOf(write: TableWrite, names: TenantNames): Promise<Waiting[]> {
  const before = new Map(write.before ? describeItem(write.before).map((one) => [one.about, one]) : []);
  const after = new Map(write.after ? describeItem(write.after).map((one) => [one.about, one]) : []);
  const changed = [...after.values()].filter((one) => factHash(one) !== factHashOf(before.get(one.about)));
  const gone = [...before.values()].filter((one) => !after.has(one.about) && !movesOn(one, write));
  return Promise.all([
    ...changed.map((one) => waiting(one, 'written', write, names)),
    ...gone.map((one) => waiting({ ...one, state: null }, write.expired ? 'expired' : 'removed', write, names)),
  ]);
}

/**
 * A restriction that leaves the list of standing ones is not gone: in the same transaction it is written among those
 * that were lifted, which is an event of its own.
 */
function movesOn({ type }: Described, { after }: TableWrite): boolean {
  return type === 'transfer.restriction' && after !== undefined;
}

async function waiting(
  { type, about, state, tenantId, subject, hashes, counts, fact }: Described,
  act: LedgerEvent['act'],
  { at, sequence }: TableWrite,
  names: TenantNames,
): Promise<Waiting> {
  const event = eventSchema.parse({
    v: 1,
    type,
    act,
    at: at.toISOString(),
    sequence,
    about,
    state,
    tenant: tenantId === null ? null : await names.nameOf(tenantId),
    subject,
    hashes: act === 'written' ? { ...hashes, record: factHash({ fact }) } : {},
    counts,
  } satisfies LedgerEvent);
  return { event, entry: entryOf(event) };
}

/** Hash by which the watchman finds the event of a record as it stands. */
export function factHash({ fact }: Pick<Described, 'fact'>): string {
  return sha256Hex(canonicalJson(withoutPeople(fact)));
}

function factHashOf(described: Described | undefined): string | undefined {
  return described && factHash(described);
}

/** Ids of people go before anything is hashed: a hash of guessable ids would name them. */
function withoutPeople(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPeople);
  if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('hex');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => name !== 'subjectId' && inner !== undefined)
      .map(([name, inner]) => [name, withoutPeople(inner)]),
  );
}
