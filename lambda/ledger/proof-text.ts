import type { Hash } from './merkle';
import { fromBase64, MalformedNoteError } from './note-text';

/** A proof that an entry is in the log, to be checked offline (C2SP tlog-proof). */
export interface LogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Hash[];
  /** The signed checkpoint, word for word. */
  readonly checkpoint: string;
}

const HEAD = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 leaves needs no more. */
const MAX_HASHES = 53;

export function formatLogProof({ index, hashes, checkpoint }: LogProof): string {
  const lines = hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `${HEAD}\nindex ${index}\n${lines.join('')}\n${checkpoint}`;
}

/** @throws MalformedNoteError */
export function parseLogProof(text: string): LogProof {
  const split = text.indexOf('\n\n');
  if (split < 0) throw new MalformedNoteError('the proof has no checkpoint');
  const [head, index, ...hashes] = text.slice(0, split).split('\n');
  const number = /^index (0|[1-9]\d{0,15})$/.exec(index ?? '')?.[1];
  if (head !== HEAD || number === undefined || hashes.length > MAX_HASHES || !Number.isSafeInteger(Number(number)))
    throw new MalformedNoteError('the proof is malformed');
  const decoded = hashes.map(fromBase64);
  if (decoded.some((hash) => hash.length !== 32)) throw new MalformedNoteError('a hash of the proof is malformed');
  return { index: Number(number), hashes: decoded, checkpoint: text.slice(split + 2) };
}
