import { GetObjectCommand, type GetObjectCommandOutput, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { LogArchive } from '../ports';

const GONE = new Set(['NoSuchKey', 'NotFound']);

/**
 * The archive in S3.
 *
 * @param prefix where the digests of the account begin, e.g. `cloudtrail/AWSLogs/111122223333/CloudTrail-Digest/`
 */
export function s3LogArchive(s3: S3Client, bucket: string, prefix: string): LogArchive {
  return {
    bucket,

    async regions() {
      const regions: string[] = [];
      for await (const page of pages(s3, { Bucket: bucket, Prefix: prefix, Delimiter: '/' }))
        for (const { Prefix } of page.CommonPrefixes ?? [])
          if (Prefix) regions.push(Prefix.slice(prefix.length).replace(/\/$/, ''));
      return regions;
    },

    async *digestKeys(region, day) {
      const folder = `${prefix}${region}/${day.toISOString().slice(0, 10).replaceAll('-', '/')}/`;
      for await (const page of pages(s3, { Bucket: bucket, Prefix: folder }))
        for (const { Key } of page.Contents ?? []) if (Key) yield Key;
    },

    async oldestDigestKey(region) {
      const first = new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}${region}/`, MaxKeys: 1 });
      return (await s3.send(first)).Contents?.[0]?.Key;
    },

    async read(key) {
      const answer = await get(s3, bucket, key);
      if (answer === undefined) return undefined;
      // In Node.js the body is a stream of bytes.
      return { metadata: answer.Metadata ?? {}, body: answer.Body as AsyncIterable<Uint8Array> };
    },
  };
}

async function* pages(s3: S3Client, input: { Bucket: string; Prefix: string; Delimiter?: string }) {
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ ...input, ContinuationToken: token }));
    yield page;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function get(s3: S3Client, bucket: string, key: string): Promise<GetObjectCommandOutput | undefined> {
  try {
    return await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (error instanceof Error && GONE.has(error.name)) return undefined;
    throw error;
  }
}
