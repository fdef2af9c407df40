import { createHash } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fetchSigningKey, kmsSigner } from '../../certificate/kms-signer';
import { ecdsaKeyId, formatNote } from '../note';
import type { CheckpointSigner } from '../ports';

/** Signs with the ledger's key in KMS. The public half, of which the key's id is made, is fetched once. */
export function kmsCheckpointSigner(kms: KMSClient, kmsKeyId: string, keyName: string): CheckpointSigner {
  const signer = kmsSigner(kms, kmsKeyId);
  let keyId: Promise<Uint8Array> | undefined;
  const fetchKeyId = (): Promise<Uint8Array> => {
    keyId ??= fetchSigningKey(kms, kmsKeyId).then(({ spkiDer }) => ecdsaKeyId(spkiDer));
    // An error is not remembered.
    keyId.catch(() => {
      keyId = undefined;
    });
    return keyId;
  };
  return {
    async sign(text) {
      const digest = createHash('sha256').update(text).digest();
      const [signature, id] = await Promise.all([signer.sign(digest), fetchKeyId()]);
      return formatNote({ text, signatures: [{ keyName, keyId: id, signature }] });
    },
  };
}
