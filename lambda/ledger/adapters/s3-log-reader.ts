import { GetObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { tilePath } from '../tiles';
import type { LogReader } from '../watchman';
import { CHECKPOINT_KEY, CHECKPOINTS_PREFIX, checkpointKey, getObject } from './s3-log-store';

/** Checkpoints that are fetched at the same time. */
const AT_ONCE = 16;

/** Which checkpoints are read. */
export interface CheckpointChoice {
  /** Size of the first. @default 0 */
  readonly from?: number;
  /** Whether one of this size is wanted. @default - all are */
  readonly wanted?: (size: number) => boolean;
}

/**
 * The log as its watchman reads it. A marker that hides a tile makes it missing, which is a finding; checkpoints are
 * read by their versions, so that none can be hidden, and none laid over another.
 */
export function s3LogReader(
  s3: S3Client,
  Bucket: string,
  { from = 0, wanted = () => true }: CheckpointChoice = {},
): LogReader {
  return {
    latest: async () => {
      const found = await getObject(s3, Bucket, CHECKPOINT_KEY);
      return found && Buffer.from(found.bytes).toString();
    },
    read: async (tile) => (await getObject(s3, Bucket, tilePath(tile)))?.bytes,
    async *checkpoints() {
      for await (const versions of pages())
        for (let at = 0; at < versions.length; at += AT_ONCE)
          yield* await Promise.all(versions.slice(at, at + AT_ONCE).map(fetched));
    },
  };

  async function* pages() {
    let KeyMarker: string | undefined = from === 0 ? undefined : checkpointKey(from - 1);
    let VersionIdMarker: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: CHECKPOINTS_PREFIX, KeyMarker, VersionIdMarker }),
      );
      yield (page.Versions ?? []).filter(({ Key }) => sizeIn(Key) >= from && wanted(sizeIn(Key)));
      KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
  }

  async function fetched({ Key, VersionId }: { Key?: string | undefined; VersionId?: string | undefined }) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return { size: sizeIn(Key), note: (await Body?.transformToString()) ?? '' };
  }
}

function sizeIn(key: string | undefined): number {
  return Number(key?.slice(CHECKPOINTS_PREFIX.length));
}
