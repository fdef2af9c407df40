import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { clientConfig } from './aws';
import type { CloudOutputs } from './outputs';

/** Public key that certificates are checked with, as SPKI in PEM, from KMS with the operator's credentials. */
export async function publicKeyPem(
  outputs: Pick<CloudOutputs, 'region' | 'endpoint' | 'signingKeyId'>,
): Promise<string> {
  const client = new KMSClient(clientConfig(outputs));
  const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: outputs.signingKeyId }));
  if (der === undefined) throw new Error('KMS returned no public key');
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    .export({ format: 'pem', type: 'spki' })
    .toString();
}
