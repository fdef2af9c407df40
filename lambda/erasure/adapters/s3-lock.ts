import { GetObjectLegalHoldCommand, GetObjectRetentionCommand, type S3Client } from '@aws-sdk/client-s3';
import { nameOf } from './aws-errors';

/** S3's ways of saying that the version has no such lock. */
const NO_LOCK = new Set([
  'NoSuchObjectLockConfiguration',
  'ObjectLockConfigurationNotFoundError',
  // "Bucket is missing Object Lock Configuration".
  'InvalidRequest',
  'NoSuchVersion',
  'NoSuchKey',
  // A delete marker cannot be locked.
  'MethodNotAllowed',
]);

/** Whether a legal hold or a retention date that has not passed keeps a version from being erased. */
export async function isVersionLocked(
  s3: S3Client,
  Bucket: string,
  Key: string,
  VersionId: string,
  now: Date,
): Promise<boolean> {
  const [hold, retention] = await Promise.all([
    orNone(() => s3.send(new GetObjectLegalHoldCommand({ Bucket, Key, VersionId }))),
    orNone(() => s3.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }))),
  ]);
  if (hold?.LegalHold?.Status === 'ON') return true;
  const until = retention?.Retention?.RetainUntilDate;
  return until !== undefined && until > now;
}

async function orNone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (NO_LOCK.has(nameOf(error) ?? '')) return undefined;
    throw error;
  }
}
