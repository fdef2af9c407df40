import { GetObjectLegalHoldCommand, PutObjectLegalHoldCommand, type S3Client } from '@aws-sdk/client-s3';
import { nameOf, storeCall } from '../../erasure/adapters/aws-errors';
import type { S3For } from '../../erasure/adapters/regional-s3';
import type { VersionLocks } from '../ports';

/** S3's ways of saying that nobody ever locked the version. */
const NEVER_LOCKED = new Set(['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError']);
const GONE = new Set(['NoSuchVersion', 'NoSuchKey']);

/** S3 legal holds. Asking before setting is what makes a daily look at the same objects cheap. */
export function versionLocks(s3For: S3For): VersionLocks {
  return {
    async set(store, { key, part }, on) {
      const s3 = s3For(store);
      const version = { Bucket: store.name, Key: key, VersionId: part };
      try {
        if ((await isOn(s3, store.id, version)) === on) return;
        const LegalHold = { Status: on ? ('ON' as const) : ('OFF' as const) };
        await storeCall(store.id, () => s3.send(new PutObjectLegalHoldCommand({ ...version, LegalHold })));
      } catch (error) {
        if (!GONE.has(nameOf(error) ?? '')) throw error;
      }
    },
  };
}

async function isOn(
  s3: S3Client,
  storeId: string,
  version: { Bucket: string; Key: string; VersionId: string },
): Promise<boolean> {
  try {
    const answer = await storeCall(storeId, () => s3.send(new GetObjectLegalHoldCommand(version)));
    return answer.LegalHold?.Status === 'ON';
  } catch (error) {
    if (NEVER_LOCKED.has(nameOf(error) ?? '')) return false;
    throw error;
  }
}
