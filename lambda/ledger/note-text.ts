/**
 * Reading of signed notes and checkpoints, as C2SP signed-note and tlog-checkpoint describe them. Nothing here needs
 * Node: the page that checks certificates in a browser reads them with the same code.
 */

/** Text with its signature lines, not yet checked against any key. */
export interface Note {
  /** What is signed, with its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly keyName: string;
  /** First four bytes of the key's hash. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** Not a note, or not a checkpoint. The message names no content. */
export class MalformedNoteError extends Error {
  override readonly name = 'MalformedNoteError';
}

export const EM_DASH = '\u2014';
/** More than any of ours; a longer one is refused before it is looked at. */
const MAX_NOTE_CHARS = 100_000;
const MAX_SIGNATURES = 16;

/** @throws MalformedNoteError */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE_CHARS) throw new MalformedNoteError('the note is too long');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note may not hold
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new MalformedNoteError('the note has control characters');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw new MalformedNoteError('the note has no signatures');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new MalformedNoteError('the note has too many signatures');
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [dash, keyName, encoded, ...more] = line.split(' ');
  if (dash !== EM_DASH || !isKeyName(keyName) || encoded === undefined || more.length > 0)
    throw new MalformedNoteError('a signature line is malformed');
  const bytes = fromBase64(encoded);
  if (bytes.length <= 4) throw new MalformedNoteError('a signature is too short');
  return { keyName, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function isKeyName(name: string | undefined): name is string {
  return name !== undefined && name !== '' && !/[\s+]/u.test(name);
}

/** What a checkpoint says: the log, its size and its root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** Reads a checkpoint's text; it has no extension lines, which nobody could audit. @throws MalformedNoteError */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, end, ...more] = text.split('\n');
  if (!isKeyName(origin) || size === undefined || root === undefined || end !== '' || more.length > 0)
    throw new MalformedNoteError('the checkpoint has not three lines');
  const bytes = fromBase64(root);
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)) || bytes.length !== 32)
    throw new MalformedNoteError('size or root of the checkpoint is malformed');
  return { origin, size: Number(size), root: bytes };
}

/** Bytes of strict base64: what decodes to the same bytes in another spelling is refused. @throws MalformedNoteError */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new MalformedNoteError('something is not base64');
  }
  if (btoa(binary) !== text) throw new MalformedNoteError('something is not base64');
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
