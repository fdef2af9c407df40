import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { SubjectHasher } from '../ports';

/** Hashes subject ids under a KMS key that never leaves KMS; destroying the key de-identifies the records. */
export function kmsSubjectHasher(kms: KMSClient, keyId: string): SubjectHasher {
  return {
    async hash(tenantId, subjectId) {
      const Message = Buffer.from(`${tenantId}\n${subjectId}`);
      const { Mac } = await kms.send(new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message }));
      if (Mac === undefined) throw new Error('KMS gave no MAC');
      return { algorithm: 'HMAC_SHA_256', keyId: keyName(keyId), value: Buffer.from(Mac).toString('hex') };
    },
  };
}

/** Key id without account and Region, so that a certificate does not carry them. */
function keyName(keyId: string): string {
  return keyId.slice(keyId.lastIndexOf('/') + 1);
}
