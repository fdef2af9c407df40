import { type Checkpoint, parseCheckpoint, parseNote } from '../../lambda/ledger/note-text';
import { MAX_KEYS, pemBlocks } from '../../lambda/ledger/pem';
import { parseLogProof } from '../../lambda/ledger/proof-text';
import { checkpointIn, consistencyIn, hashesOf } from '../../lambda/ledger/view';
import {
  equal,
  isConsistent,
  leafHash,
  PageRefusal,
  rootFromInclusion,
  sha256,
  verifies,
  type WebKey,
  webKey,
} from './web-crypto';

/** Public keys of a ledger: more than one where it was rotated. @throws PageRefusal */
export async function ledgerKeys(pem: string): Promise<WebKey[]> {
  const blocks = pemBlocks(pem);
  if (blocks.length === 0) throw new PageRefusal("the ledger's public key is not a PEM file");
  if (blocks.length > MAX_KEYS) throw new PageRefusal("the file has too many of the ledger's public keys");
  return Promise.all(blocks.map((block) => webKey(block, "the ledger's public key")));
}

/** A checkpoint that a known key signed. @throws PageRefusal, MalformedNoteError */
export async function openCheckpoint(file: string, keys: readonly WebKey[]): Promise<Checkpoint> {
  const { text, signatures } = parseNote(checkpointIn(file));
  const checkpoint = parseCheckpoint(text);
  const ids = await Promise.all(keys.map(async ({ spki }) => (await sha256(spki)).slice(0, 4)));
  let known = 0;
  for (const { keyName, keyId, signature } of signatures) {
    const key = keyName === checkpoint.origin ? keys[ids.findIndex((id) => equal(id, keyId))] : undefined;
    if (key === undefined) continue;
    known += 1;
    if (!(await verifies(key, signature, new TextEncoder().encode(text))))
      throw new PageRefusal("the checkpoint's signature does not belong to it");
  }
  if (known === 0) throw new PageRefusal('no known key signed the checkpoint');
  return checkpoint;
}

/** Place that a proof gives an entry in the tree of its checkpoint, which may be anybody's. @throws PageRefusal, MalformedNoteError */
export async function placeOf(entry: string, proofText: string): Promise<{ index: number; note: string }> {
  const { index, hashes, checkpoint } = parseLogProof(proofText);
  const { size, root } = parseCheckpoint(parseNote(checkpoint).text);
  const found = await rootFromInclusion(await leafHash(new TextEncoder().encode(entry)), index, size, hashes);
  if (found === undefined || !equal(found, root))
    throw new PageRefusal('the entry is not in the tree of the checkpoint at this place');
  return { index, note: checkpoint };
}

/** Returns when the trees of both checkpoints have one history. @throws PageRefusal */
export async function checkConsistent(a: Checkpoint, b: Checkpoint, proofFile: string | undefined): Promise<void> {
  const [older, newer] = b.size < a.size ? [b, a] : [a, b];
  if (older.origin !== newer.origin) throw new PageRefusal('the checkpoints are of two ledgers');
  const proof = proofFile === undefined ? undefined : consistencyIn(proofFile);
  if (proofFile !== undefined && proof === undefined)
    throw new PageRefusal('the proof of consistency has another form');
  if (proof !== undefined && (proof.from !== older.size || proof.to !== newer.size))
    throw new PageRefusal('the proof of consistency is for trees of other sizes');
  if (proof === undefined && older.size !== newer.size && older.size > 0)
    throw new PageRefusal('the checkpoints differ in size, and no proof of consistency was chosen');
  if (!(await isConsistent(older, newer, proof === undefined ? [] : hashesOf(proof))))
    throw new PageRefusal('the newer tree does not begin with the older one: the ledger was rewritten');
}
