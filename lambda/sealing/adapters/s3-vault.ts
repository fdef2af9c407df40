import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { nameOf, storeCall } from '../../erasure/adapters/aws-errors';
import { StoreFaultError } from '../../erasure/errors';
import type { Ref } from '../../erasure/ports';
import type { Keepers, Store } from '../../shared/inventory';
import type { Content, ObjectCopy, ObjectShelf } from '../ports';
import { digestOf } from './content-digest';
import { copyInParts } from './s3-part-copy';
import { bodyOf } from './s3-source';

/** Sizes that S3 sets; smaller in tests. */
export interface CopyLimits {
  /** Most bytes that one CopyObject takes. */
  readonly largestCopyBytes: number;
  /** Size of a part of anything larger. S3 takes at most 10,000 parts. */
  readonly partBytes: number;
}

export const S3_LIMITS: CopyLimits = { largestCopyBytes: 5 * 1024 ** 3, partBytes: 1024 ** 3 };

const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);

/** The vault's bucket. Copies go from bucket to bucket inside S3, under the vault's own key. */
export class S3Shelf implements ObjectShelf {
  constructor(
    private readonly vault: Keepers['vaultBucket'],
    private readonly source: Store,
    private readonly s3: S3Client,
    private readonly limits: CopyLimits,
  ) {}

  async copy(ref: Ref, key: string, content: Content): Promise<{ copy: ObjectCopy; agrees: boolean | undefined }> {
    const from = copySource(this.source.name, ref);
    const to = {
      Bucket: this.vault.name,
      Key: key,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: this.vault.keyArn,
      BucketKeyEnabled: true,
      ChecksumAlgorithm: 'SHA256',
    } as const;
    const { versionId, checksum, agrees } = await storeCall(this.vault.id, async () => {
      if (content.size > this.limits.largestCopyBytes)
        return copyInParts(this.s3, from, to, content, this.limits.partBytes);
      const answer = await this.s3.send(new CopyObjectCommand({ ...to, CopySource: from }));
      const sha256 = answer.CopyObjectResult?.ChecksumSHA256;
      const same = sha256 === undefined ? undefined : sha256 === base64Of(content.sha256);
      return { versionId: answer.VersionId, checksum: sha256, agrees: same };
    });
    // Without an id nobody could say later which copy was the one that was checked.
    if (versionId === undefined) throw new StoreFaultError(this.vault.id);
    return { copy: { key, versionId, size: content.size, ...(checksum && { checksum }) }, agrees };
  }

  async has(copy: ObjectCopy): Promise<boolean> {
    try {
      const head = await storeCall(this.vault.id, () =>
        this.s3.send(new HeadObjectCommand({ ...this.place(copy), ChecksumMode: 'ENABLED' })),
      );
      const sums = [head.ChecksumSHA256, copy.checksum].filter((sum) => sum !== undefined);
      return head.ContentLength === copy.size && new Set(sums).size <= 1;
    } catch (error) {
      if (GONE.has(nameOf(error) ?? '')) return false;
      throw error;
    }
  }

  async sha256Of(copy: ObjectCopy): Promise<string | undefined> {
    try {
      return await storeCall(this.vault.id, async () => {
        const answer = await this.s3.send(new GetObjectCommand(this.place(copy)));
        return (await digestOf(bodyOf(answer))).sha256;
      });
    } catch (error) {
      if (GONE.has(nameOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  private place({ key, versionId }: ObjectCopy) {
    return { Bucket: this.vault.name, Key: key, VersionId: versionId };
  }
}

/** Header value that names a version: each segment of the key is encoded, whatever stands in it. */
function copySource(bucket: string, { key, part }: Ref): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return `${bucket}/${path}?versionId=${encodeURIComponent(part)}`;
}

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
