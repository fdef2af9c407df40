import { createHash } from 'node:crypto';
import { type Checkpoint, EM_DASH, type Note } from './note-text';

export * from './note-text';

/**
 * Signed notes and checkpoints, as C2SP signed-note and tlog-checkpoint describe them. Signatures are of type 0x02:
 * ECDSA on P-256 over the SHA-256 of the text, in DER, which KMS makes and openssl and every browser check.
 */

/** Key id of an ECDSA key: from its DER form alone, as signed-note says for type 0x02. */
export function ecdsaKeyId(spki: Uint8Array): Uint8Array {
  return createHash('sha256').update(spki).digest().subarray(0, 4);
}

/** The note as it is stored and sent. */
export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ keyName, keyId, signature }) =>
      `${EM_DASH} ${keyName} ${Buffer.concat([keyId, signature]).toString('base64')}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}
