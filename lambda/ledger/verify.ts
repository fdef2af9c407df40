import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { equal, type Hash, isConsistent, leafHash, rootFromInclusion } from './merkle';
import { type Checkpoint, ecdsaKeyId, MalformedNoteError, parseCheckpoint, parseNote } from './note';
import { MAX_KEYS, pemBlocks } from './pem';
import { parseLogProof } from './proof-text';

/** Something that does not hold, in words for people. */
export class LedgerRefusal extends Error {
  override readonly name = 'LedgerRefusal';
}

/** A key that signs checkpoints; more than one where it was rotated. */
export interface LogKey {
  readonly keyId: Uint8Array;
  readonly key: KeyObject;
}

/** A public key in PEM. @throws LedgerRefusal when it is none on P-256 */
export function logKey(pem: string): LogKey {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new LedgerRefusal('the public key of the ledger is not a PEM file');
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new LedgerRefusal('the public key of the ledger is not on the curve P-256');
  return { key, keyId: ecdsaKeyId(key.export({ format: 'der', type: 'spki' })) };
}

/** Every public key in a PEM file, oldest and newest: a rotated key is added and none taken out. @throws LedgerRefusal */
export function logKeys(pem: string): LogKey[] {
  const blocks = pemBlocks(pem);
  if (blocks.length === 0) throw new LedgerRefusal('the public key of the ledger is not a PEM file');
  if (blocks.length > MAX_KEYS) throw new LedgerRefusal('the file has too many public keys of the ledger');
  return blocks.map(logKey);
}

/** A checkpoint that a known key signed. @throws LedgerRefusal */
export function openCheckpoint(note: string, keys: readonly LogKey[], origin?: string): Checkpoint {
  return refusing(() => {
    const { text, signatures } = parseNote(note);
    const checkpoint = parseCheckpoint(text);
    const known = signatures.flatMap(({ keyName, keyId, signature }) => {
      // Name and id together say which key it was; a name alone could be anybody's.
      const key = keyName === checkpoint.origin ? keys.find((one) => equal(one.keyId, keyId)) : undefined;
      return key === undefined ? [] : [{ key, signature }];
    });
    if (known.length === 0) throw new LedgerRefusal('no known key signed the checkpoint');
    for (const { key, signature } of known)
      if (!verify('sha256', Buffer.from(text), { key: key.key, dsaEncoding: 'der' }, signature))
        throw new LedgerRefusal("the checkpoint's signature does not belong to it");
    if (origin !== undefined && checkpoint.origin !== origin)
      throw new LedgerRefusal('the checkpoint is of another ledger');
    return checkpoint;
  });
}

/** Place of an entry in the log, once its proof and the checkpoint's signature hold. @throws LedgerRefusal */
export function openProof(
  entry: Uint8Array,
  proofText: string,
  keys: readonly LogKey[],
  origin?: string,
): { readonly index: number; readonly checkpoint: Checkpoint } {
  return refusing(() => {
    const place = readProof(entry, proofText);
    openCheckpoint(parseLogProof(proofText).checkpoint, keys, origin);
    return place;
  });
}

/**
 * Place of an entry in the tree that a proof's checkpoint names. Whether the log signed that checkpoint is not looked
 * at: alone this proves nothing. @throws LedgerRefusal
 */
export function readProof(
  entry: Uint8Array,
  proofText: string,
): { readonly index: number; readonly checkpoint: Checkpoint } {
  return refusing(() => {
    const proof = parseLogProof(proofText);
    const checkpoint = parseCheckpoint(parseNote(proof.checkpoint).text);
    const root = rootFromInclusion(leafHash(entry), proof.index, checkpoint.size, proof.hashes);
    if (root === undefined || !equal(root, checkpoint.root))
      throw new LedgerRefusal('the entry is not in the tree of the checkpoint at this place');
    return { index: proof.index, checkpoint };
  });
}

/** Returns when the newer checkpoint has the older one's tree as its beginning. @throws LedgerRefusal */
export function checkConsistency(older: Checkpoint, newer: Checkpoint, hashes: readonly Hash[]): void {
  if (older.origin !== newer.origin) throw new LedgerRefusal('the checkpoints are of two ledgers');
  if (older.size > newer.size) throw new LedgerRefusal('the checkpoint that should be newer is of a smaller tree');
  if (!isConsistent(older, newer, hashes))
    throw new LedgerRefusal('the newer tree does not begin with the older one: the ledger was rewritten');
}

function refusing<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof MalformedNoteError) throw new LedgerRefusal(error.message);
    throw error;
  }
}
