import { createHmac } from 'node:crypto';
import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { TokenKeys } from '../ports';

/** Tenants whose keys a warm function remembers. */
const REMEMBERED = 500;

/**
 * A hash key for each tenant, derived by KMS from a key that never leaves it. Values are hashed here: they are not
 * sent to KMS, and a tenant costs one call to it for as long as the function is warm. Destroying the KMS key makes
 * every hash in a key of the vault a random number.
 */
export function kmsTokenKeys(kms: Pick<KMSClient, 'send'>, keyId: string): TokenKeys {
  const known = new Map<string, Promise<Uint8Array>>();

  const keyOf = (tenantId: string): Promise<Uint8Array> => {
    const remembered = known.get(tenantId);
    if (remembered !== undefined) return remembered;
    const derived = derive(kms, keyId, tenantId);
    derived.catch(() => known.delete(tenantId));
    if (known.size >= REMEMBERED) known.clear();
    known.set(tenantId, derived);
    return derived;
  };

  return {
    async mac(tenantId, text) {
      return createHmac('sha256', await keyOf(tenantId))
        .update(text)
        .digest('hex');
    },
  };
}

async function derive(kms: Pick<KMSClient, 'send'>, keyId: string, tenantId: string): Promise<Uint8Array> {
  // No id begins so: what else is hashed under the same KMS key, and published, can never be this key.
  const Message = Buffer.from(`#token-key\n${tenantId}`);
  const { Mac } = await kms.send(new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message }));
  if (Mac === undefined) throw new Error('KMS gave no MAC');
  return Mac;
}
