import canonicalize from 'canonicalize';
import * as z from 'zod';

const instant = z.iso.datetime({ precision: 3 });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const code = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/);

/** What the control plane decided or did, or what was done to its records: one kind of record each. */
export const eventTypes = [
  'erasure.request',
  'erasure.plan',
  'erasure.line',
  'erasure.step',
  'erasure.verification',
  'erasure.certificate',
  'hold',
  'hold.past',
  'termination',
  'transfer.decision',
  'transfer',
  'transfer.restriction',
  'disclosure.recipient',
  'disclosure.notice',
  'token.access',
] as const;
export type EventType = (typeof eventTypes)[number];

/** Id of what an event is about. */
export const aboutSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,199}$/);

/**
 * One event, version 1: a record was written or removed. Tenant and subject are keyed hashes, so that destroying
 * the key leaves numbers about nobody; everything else is an id of the control plane, a code, a count or a hash.
 */
export const eventSchema = z.strictObject({
  v: z.literal(1),
  type: z.enum(eventTypes),
  act: z.enum(['written', 'removed', 'expired']),
  /** When the table took the write. */
  at: instant,
  /** Place of the write among all writes of its item: the same for each delivery of it, and larger for a later one. */
  sequence: z.string().regex(/^\d{1,40}$/),
  /** What was written: id of the control plane, e.g. `er-…` or `er-…/customer-files/1`. */
  about: aboutSchema,
  /** State that it has now, as a code of its kind; null where it has none or is gone. */
  state: code.nullable(),
  tenant: sha256.nullable(),
  subject: sha256.nullable(),
  /** Hashes of documents by what they are, e.g. `plan`, `certificate`; `record` is that of the record without ids of people. */
  hashes: z.record(code, sha256),
  counts: z.record(code, z.int().min(0)),
});
export type LedgerEvent = z.infer<typeof eventSchema>;

/** Bytes of an entry: canonical JSON (RFC 8785). What is hashed, stored and proved are these very bytes. */
export function entryOf(event: LedgerEvent): Uint8Array {
  const text = canonicalize(event);
  if (text === undefined) throw new TypeError('an event has a canonical form');
  return Buffer.from(text);
}

/** The event in an entry; undefined for bytes that are no event of a known version. */
export function eventIn(entry: Uint8Array): LedgerEvent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entry));
  } catch {
    return undefined;
  }
  const parsed = eventSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}
