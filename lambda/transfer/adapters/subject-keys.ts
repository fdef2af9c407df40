import { createHmac } from 'node:crypto';
import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { FieldHasher, SubjectKeys } from '../ports';
import { BoundedMap } from './bounded';

/** Keys of tenants that one container remembers. */
const TENANTS = 10_000;

/**
 * Keyed hashes under a key for each tenant, which KMS makes from the one that never leaves it: one call for a tenant
 * and container, the rest is local. With the KMS key gone nobody can make them again, so records name nobody from
 * then on; containers that run still know the keys of their tenants, for hours at most.
 *
 * Every message is a JSON array that begins with what it is for, so that none can be taken for another, nor for a
 * message of the erasure engine, which uses the same key and begins with a tenant's id.
 */
export function subjectKeys(kms: KMSClient, keyId: string): SubjectKeys & FieldHasher {
  const keys = new BoundedMap<Promise<Uint8Array>>(TENANTS);

  const keyOf = (tenantId: string): Promise<Uint8Array> => {
    const known = keys.get(tenantId);
    if (known !== undefined) return known;
    const made = tenantKey(kms, keyId, tenantId);
    keys.set(tenantId, made);
    // An error is not remembered.
    made.catch(() => keys.delete(tenantId));
    return made;
  };
  const hash = async (tenantId: string, ...message: string[]): Promise<string> =>
    createHmac('sha256', await keyOf(tenantId))
      .update(JSON.stringify(message))
      .digest('hex');

  return {
    hash: ({ tenantId, field, value }) => hash(tenantId, 'field', field, value),
    subjectKey: (tenantId, subjectId) => hash(tenantId, 'subject', subjectId),
    reference: (tenantId, subjectId, processorId) =>
      subjectId === undefined
        ? hash(tenantId, 'reference-of-tenant', processorId)
        : hash(tenantId, 'reference-of-subject', processorId, subjectId),
  };
}

async function tenantKey(kms: KMSClient, KeyId: string, tenantId: string): Promise<Uint8Array> {
  const Message = Buffer.from(JSON.stringify(['transfer-subject-keys', 1, tenantId]));
  const { Mac } = await kms.send(new GenerateMacCommand({ KeyId, MacAlgorithm: 'HMAC_SHA_256', Message }));
  if (Mac?.length !== 32) throw new Error('KMS gave no MAC of 32 bytes');
  return Mac;
}
