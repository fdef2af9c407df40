import * as z from 'zod';
import { fromBase64, MalformedNoteError } from './note-text';

/** What the API says of the ledger. Whoever keeps an answer can check it without the API: see docs/verify.md. */

const size = z.int().min(0);
/** The signed note, word for word. */
const checkpoint = z.string().min(1).max(100_000);
/** 32 bytes in base64. */
const hash = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/)
  .refine(isBase64);
/** A tree of 2^53 leaves needs no more for an inclusion proof, and one more for a consistency proof. */
const hashes = z.array(hash).max(54);
/** Canonical JSON of the event, as it was hashed. */
const entry = z.string().min(1).max(65_535);

/** `GET /v1/ledger/checkpoint`: the latest. */
export const checkpointViewSchema = z.strictObject({ checkpoint, origin: z.string(), size });
export type CheckpointView = z.infer<typeof checkpointViewSchema>;

/** `GET /v1/ledger/entries/{index}` */
export const entryViewSchema = z.strictObject({ index: size, entry });
export type EntryView = z.infer<typeof entryViewSchema>;

/** `GET /v1/ledger/proofs/inclusion`: that the entry is in the tree of the checkpoint, which has this size. */
export const inclusionViewSchema = z.strictObject({ index: size, size, hashes, checkpoint, entry });
export type InclusionView = z.infer<typeof inclusionViewSchema>;

/** `GET /v1/ledger/proofs/consistency`: that the tree of size `to` begins with that of size `from`. */
export const consistencyViewSchema = z.strictObject({
  from: size,
  to: size,
  hashes,
  /** Checkpoint of size `to`, for whoever does not have it yet. */
  checkpoint,
});
export type ConsistencyView = z.infer<typeof consistencyViewSchema>;

/** Hashes of a proof as bytes. */
export function hashesOf({ hashes }: Pick<ConsistencyView, 'hashes'>): Uint8Array[] {
  return hashes.map(fromBase64);
}

/** Reads a file that holds an answer with a consistency proof; undefined where it is none. */
export function consistencyIn(text: string): ConsistencyView | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = consistencyViewSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** The checkpoint in a file: the note itself, or the API's answer that holds it. */
export function checkpointIn(text: string): string {
  try {
    const parsed = checkpointViewSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data.checkpoint;
  } catch {
    // A note is no JSON.
  }
  return text;
}

function isBase64(text: string): boolean {
  try {
    fromBase64(text);
    return true;
  } catch (error) {
    if (error instanceof MalformedNoteError) return false;
    throw error;
  }
}
