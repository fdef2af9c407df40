import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { sha256Hex } from '../shared/canonical';
import type { DigestSigner } from './sign';

/** Public half of a signing key. */
export interface SigningKey {
  /** ARN of the KMS key. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly spkiDer: Uint8Array;
  /** The same as PEM: what `digicrm verify --public-key` and openssl read. */
  readonly pem: string;
  /** SHA-256 of `spkiDer`, lower-case hex: `signedBy.publicKeySha256` of a certificate. */
  readonly sha256: string;
}

/** Signs with an asymmetric KMS key of spec ECC_NIST_P256. Throws when KMS answers without a signature. */
export function kmsSigner(kms: KMSClient, keyId: string): DigestSigner {
  return {
    async sign(digest) {
      const answer = await kms.send(
        new SignCommand({
          KeyId: keyId,
          Message: digest,
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (answer.Signature === undefined) throw new Error('KMS answered without a signature');
      return answer.Signature;
    },
  };
}

/** Fetches the public half of a signing key. Throws unless it is a P-256 key made for signing. */
export async function fetchSigningKey(kms: KMSClient, keyId: string): Promise<SigningKey> {
  const answer = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (answer.KeyId === undefined || answer.PublicKey === undefined)
    throw new Error('KMS answered without a public key');
  if (answer.KeyUsage !== 'SIGN_VERIFY' || answer.KeySpec !== 'ECC_NIST_P256')
    throw new Error(`key ${answer.KeyId} is not a P-256 key for signing`);
  const spkiDer = answer.PublicKey;
  const key = createPublicKey({ key: Buffer.from(spkiDer), format: 'der', type: 'spki' });
  return {
    keyId: answer.KeyId,
    spkiDer,
    pem: key.export({ format: 'pem', type: 'spki' }).toString(),
    sha256: sha256Hex(spkiDer),
  };
}
