import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Content } from '../ports';

/** Parts copied at once. */
const AT_ONCE = 4;

export interface PartCopy {
  readonly versionId: string | undefined;
  /** S3's checksum over the parts' digests. */
  readonly checksum: string | undefined;
  /** Whether S3's digest of each part is that of the same bytes of the source; undefined when S3 gave none. */
  readonly agrees: boolean | undefined;
}

/**
 * Copies what is too large for one CopyObject. What a single copy would take along by itself (headers, metadata,
 * tags) is named here. An attempt that fails is aborted; the lifecycle clears what a killed one leaves.
 *
 * @throws the SDK's errors
 */
export async function copyInParts(
  s3: S3Client,
  CopySource: string,
  to: Pick<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'> & CreateMultipartUploadCommandInput,
  content: Content,
  partBytes: number,
): Promise<PartCopy> {
  const { ExpiresString, ...headers } = content.headers;
  const tags = new URLSearchParams(content.tags).toString();
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...to,
      ...headers,
      ...(ExpiresString && { Expires: new Date(ExpiresString) }),
      Metadata: content.metadata,
      ...(tags && { Tagging: tags }),
    }),
  );
  const upload = { Bucket: to.Bucket, Key: to.Key, UploadId };
  try {
    const parts = await copyParts(s3, { ...upload, CopySource }, content.size, partBytes);
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
    return { versionId: done.VersionId, checksum: done.ChecksumSHA256, agrees: agreement(parts, content.parts) };
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

async function copyParts(
  s3: S3Client,
  from: { Bucket: string | undefined; Key: string | undefined; UploadId: string | undefined; CopySource: string },
  size: number,
  partBytes: number,
): Promise<CompletedPart[]> {
  const numbers = Array.from({ length: Math.ceil(size / partBytes) }, (_, i) => i + 1);
  const parts: CompletedPart[] = [];
  for (let i = 0; i < numbers.length; i += AT_ONCE)
    parts.push(
      ...(await Promise.all(
        numbers.slice(i, i + AT_ONCE).map(async (PartNumber) => {
          const first = (PartNumber - 1) * partBytes;
          const CopySourceRange = `bytes=${first}-${Math.min(first + partBytes, size) - 1}`;
          const { CopyPartResult } = await s3.send(new UploadPartCopyCommand({ ...from, PartNumber, CopySourceRange }));
          return { PartNumber, ETag: CopyPartResult?.ETag, ChecksumSHA256: CopyPartResult?.ChecksumSHA256 };
        }),
      )),
    );
  return parts;
}

function agreement(parts: readonly CompletedPart[], expected: readonly string[]): boolean | undefined {
  if (parts.some((part) => part.ChecksumSHA256 === undefined)) return undefined;
  return parts.length === expected.length && parts.every((part, i) => part.ChecksumSHA256 === expected[i]);
}
