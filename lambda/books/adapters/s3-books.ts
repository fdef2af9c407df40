import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { nameOf, storeCall } from '../../erasure/adapters/aws-errors';
import { StoreFaultError } from '../../erasure/errors';
import type { Keepers } from '../../shared/inventory';
import type { BookShelf, StoredDocument } from '../ports';

/** S3's ways of saying that something stands there already, or is just being written. */
const STANDS_THERE = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);

/** The bucket of the books. Every document carries its own lock; the bucket policy refuses one without. */
export class S3Books implements BookShelf {
  constructor(
    private readonly books: Keepers['books'],
    private readonly s3: S3Client,
  ) {}

  async add(key: string, text: string, lockUntil: string): Promise<void> {
    const { id, name, keyArn, lockMode } = this.books;
    try {
      await storeCall(id, () =>
        this.s3.send(
          new PutObjectCommand({
            Bucket: name,
            Key: key,
            Body: text,
            ContentType: 'application/json',
            // A second version of a locked document could not be erased before its day.
            IfNoneMatch: '*',
            ChecksumSHA256: createHash('sha256').update(text).digest('base64'),
            ServerSideEncryption: 'aws:kms',
            SSEKMSKeyId: keyArn,
            ObjectLockMode: lockMode,
            ObjectLockRetainUntilDate: new Date(lockUntil),
          }),
        ),
      );
    } catch (error) {
      if (!STANDS_THERE.has(nameOf(error) ?? '')) throw error;
    }
  }

  async read(key: string): Promise<StoredDocument | undefined> {
    const { id, name, lockMode } = this.books;
    try {
      const found = await storeCall(id, () => this.s3.send(new GetObjectCommand({ Bucket: name, Key: key })));
      if (found.Body === undefined) throw new StoreFaultError(id);
      // A lock of the other mode is none that was asked for.
      const lock = found.ObjectLockMode === lockMode ? found.ObjectLockRetainUntilDate : undefined;
      return { text: await found.Body.transformToString(), lockedUntil: lock?.toISOString() };
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined;
      throw error;
    }
  }
}
