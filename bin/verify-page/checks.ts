import type { AnyCertificate } from '../../lambda/certificate/certificate';
import { contradiction } from '../../lambda/certificate/consistency';
import {
  CertificateRefusal,
  certifyingEvent,
  readSignedFile,
  type SignedFile,
} from '../../lambda/certificate/signed-file';
import { MalformedNoteError } from '../../lambda/ledger/note-text';
import { pemBlocks } from '../../lambda/ledger/pem';
import { hex, PageRefusal, sha256, verifies, type WebKey, webKey } from './web-crypto';
import { checkConsistent, ledgerKeys, openCheckpoint, placeOf } from './web-ledger';

/** Files that were chosen. */
export interface Given {
  readonly certificate: Uint8Array;
  readonly key: string;
  readonly ledgerKey?: string;
  readonly checkpoint?: string;
  readonly consistency?: string;
}

/** What is checked, in this order, as it is called for people. */
export const CHECKS = {
  form: 'Form of the file',
  key: 'Public key',
  signature: 'Signature',
  contradictions: 'Counts and contradictions',
  entry: 'Entry of the ledger',
  inclusion: 'Place in the ledger',
  consistency: 'History of the ledger',
} as const;
export type CheckId = keyof typeof CHECKS;

export interface Check {
  readonly id: CheckId;
  readonly result: 'holds' | 'fails' | 'not-checked';
  /** What was found, or why not. */
  readonly words: string;
}

export interface Report {
  readonly checks: readonly Check[];
  /** Absent where the file is refused. */
  readonly certificate?: AnyCertificate;
  /** SHA-256 of the file without its ledger member, as the next certificate names it. */
  readonly fileSha256?: string;
  /** Why it is refused. */
  readonly reason?: string;
}

/** Something that cannot be checked with what was given, in words for people. */
class NotChecked {
  constructor(readonly words: string) {}
}

/** Checks what was given, one thing after the other, until something fails. Never throws. */
export async function examine(given: Given): Promise<Report> {
  const checks = new Map<CheckId, Check>();
  const run = async <T>(id: CheckId, check: () => Promise<T>, words: (found: T) => string): Promise<T> => {
    try {
      const found = await check();
      const isOpen = found instanceof NotChecked;
      checks.set(id, { id, result: isOpen ? 'not-checked' : 'holds', words: isOpen ? found.words : words(found) });
      return found;
    } catch (error) {
      checks.set(id, { id, result: 'fails', words: `${reasonOf(error)}.` });
      throw error;
    }
  };
  try {
    const file = await run(
      'form',
      async () => readSignedFile(given.certificate),
      plain('it is a certificate, byte for byte in the one form that it may have.'),
    );
    const key = await run(
      'key',
      () => keyOf(given, file),
      plain('it is the one that the certificate names. Whether that is the right one you know from elsewhere.'),
    );
    await run(
      'signature',
      () => checkSignature(key, file),
      plain('it belongs to this certificate and this key, so nobody changed it.'),
    );
    await run(
      'contradictions',
      () => checkContradictions(file),
      plain('found = erased + sealed + held, nothing is left, and outcome and times agree.'),
    );
    const fileSha256 = hex(await sha256(new TextEncoder().encode(file.bare)));
    await run('entry', () => checkEntry(file, fileSha256), plain('it tells of this very file, by its SHA-256.'));
    const place = await run('inclusion', () => checkInclusion(given, file), placeInWords);
    await run(
      'consistency',
      () => checkConsistency(given, place),
      (size) => `it only grew between its checkpoints of this certificate and of ${size} entries.`,
    );
    return { checks: [...checks.values()], certificate: file.certificate, fileSha256 };
  } catch (error) {
    const ids = Object.keys(CHECKS) as CheckId[];
    const rest = (id: CheckId): Check => ({ id, result: 'not-checked', words: 'something before it failed.' });
    return { checks: ids.map((id) => checks.get(id) ?? rest(id)), reason: reasonOf(error) };
  }
}

const plain = (words: string) => () => words;

function reasonOf(error: unknown): string {
  const isOurs =
    error instanceof CertificateRefusal || error instanceof PageRefusal || error instanceof MalformedNoteError;
  return isOurs ? error.message : 'the file or the key could not be read';
}

async function keyOf({ key: pem }: Given, { certificate }: SignedFile): Promise<WebKey> {
  const [block, ...more] = pemBlocks(pem);
  if (block === undefined || more.length > 0) throw new PageRefusal('the public key is not a PEM file with one key');
  const key = await webKey(block, 'the public key');
  if (hex(await sha256(key.spki)) !== certificate.signedBy.publicKeySha256)
    throw new PageRefusal('the certificate names another public key');
  return key;
}

async function checkSignature(key: WebKey, { signature, signed }: SignedFile): Promise<void> {
  if (!(await verifies(key, signature, new TextEncoder().encode(signed))))
    throw new PageRefusal('the signature does not belong to this certificate and key');
}

async function checkContradictions({ certificate }: SignedFile): Promise<void> {
  const reason = contradiction(certificate);
  if (reason !== undefined) throw new PageRefusal(`the certificate contradicts itself: ${reason}`);
}

const NO_PROOF = new NotChecked(
  'the file has no proof, since the ledger did not have it yet. Fetch the certificate again in a few minutes.',
);

async function checkEntry(file: SignedFile, fileSha256: string) {
  if (file.ledger === undefined) return NO_PROOF;
  return certifyingEvent(file.ledger.entry, file, fileSha256);
}

async function checkInclusion({ ledgerKey }: Given, { ledger }: SignedFile) {
  if (ledger === undefined) return NO_PROOF;
  // Whatever can be refused without a key is.
  const { index, note } = await placeOf(ledger.entry, ledger.proof);
  if (ledgerKey === undefined)
    return new NotChecked("the file has a proof. Choose the ledger's public key to have it checked.");
  const keys = await ledgerKeys(ledgerKey);
  return { index, keys, checkpoint: await openCheckpoint(note, keys) };
}

type Place = Awaited<ReturnType<typeof checkInclusion>>;

function placeInWords(place: Place): string {
  if (place instanceof NotChecked) return place.words;
  const { origin, size } = place.checkpoint;
  return `it is entry ${place.index} of ${origin}, in a signed tree of ${size} entries.`;
}

async function checkConsistency({ checkpoint, consistency }: Given, place: Place): Promise<number | NotChecked> {
  if (checkpoint === undefined && consistency !== undefined)
    throw new PageRefusal('a proof of consistency was chosen, and no second checkpoint');
  if (checkpoint === undefined) return new NotChecked('no second checkpoint was chosen.');
  if (place instanceof NotChecked)
    return new NotChecked('the second checkpoint was not looked at: there is nothing checked to compare it with.');
  const other = await openCheckpoint(checkpoint, place.keys);
  await checkConsistent(place.checkpoint, other, consistency);
  return other.size;
}
