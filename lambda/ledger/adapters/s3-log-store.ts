import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type Sleep, systemSleep } from '../../shared/clock';
import { equal } from '../merkle';
import { parseCheckpoint, parseNote } from '../note';
import type { LogStore } from '../ports';
import { LedgerConflictError } from '../sequencer';
import { decodeBundle, encodeBundle, type TileName, tilePath } from '../tiles';

/** The latest checkpoint, where C2SP tlog-tiles puts it. */
export const CHECKPOINT_KEY = 'checkpoint';
/** Every checkpoint that was signed. */
export const CHECKPOINTS_PREFIX = 'checkpoints/';

/** Sizes in keys: 16 digits, so that keys sort as the numbers do. */
const SIZE_DIGITS = 16;
/** Tries of one conditional write that met another. */
const TRIES = 8;
const FIRST_PAUSE_MS = 25;

export function checkpointKey(size: number): string {
  return `${CHECKPOINTS_PREFIX}${String(size).padStart(SIZE_DIGITS, '0')}`;
}

/** Hashes of the complete subtrees of a tree, for proofs. */
export function edgeKey(size: number): string {
  return `edge/${String(size).padStart(SIZE_DIGITS, '0')}`;
}

function claimKey(start: number): string {
  return `pending/${String(start).padStart(SIZE_DIGITS, '0')}`;
}

/** A bucket and the key that every write has to name. */
export interface LockedBucket {
  readonly bucket: string;
  readonly keyArn: string;
}

export function underKey(SSEKMSKeyId: string) {
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId } as const;
}

/** An object as it stands. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** The object; undefined where there is none. */
export async function getObject(s3: S3Client, Bucket: string, Key: string): Promise<StoredObject | undefined> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    if (Body === undefined || ETag === undefined) throw new Error('S3 answered without an object');
    return { bytes: await Body.transformToByteArray(), etag: ETag };
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

/** The tree in a bucket that locks every version. Nothing is written over: each object is created once. */
export function s3LogStore(
  s3: S3Client,
  { bucket: Bucket, keyArn }: LockedBucket,
  sleep: Sleep = systemSleep,
): LogStore {
  return {
    async claim(start, entries) {
      const bytes = encodeBundle(entries);
      return decodeBundle(await create(claimKey(start), bytes));
    },

    async claimed(start) {
      const found = await getObject(s3, Bucket, claimKey(start));
      return found && decodeBundle(found.bytes);
    },

    async write(tile, bytes) {
      const path = tilePath(tile);
      const standing = await create(path, bytes);
      if (!equal(standing, bytes)) throw new LedgerConflictError(`other bytes stand at ${path}`);
    },

    async writeEdge(size, hashes) {
      const standing = await create(edgeKey(size), hashes);
      if (!equal(standing, hashes)) throw new LedgerConflictError(`another edge stands at size ${size}`);
    },

    async read(tile: TileName) {
      const path = tilePath(tile);
      const found = await getObject(s3, Bucket, path);
      if (found === undefined) throw new Error(`there is no ${path}`);
      return found.bytes;
    },

    async publish(size, checkpoint) {
      const standing = await create(checkpointKey(size), Buffer.from(checkpoint));
      // Another signature of the same text is as good; another text is a fork.
      if (textOf(standing) !== textOf(Buffer.from(checkpoint)))
        throw new LedgerConflictError(`another checkpoint stands at size ${size}`);
      await makeLatest(size, checkpoint);
    },
  };

  /** Creates the object unless it is there; gives what stands there now. */
  async function create(Key: string, bytes: Uint8Array): Promise<Uint8Array> {
    for (let pause = FIRST_PAUSE_MS, tries = 1; tries <= TRIES; pause *= 2, tries++) {
      if (await put(Key, bytes, { IfNoneMatch: '*' })) return bytes;
      const found = await getObject(s3, Bucket, Key);
      if (found !== undefined) return found.bytes;
      // Another's write of the same key is still on its way.
      await sleep(pause);
    }
    throw new Error(`${Key} could neither be written nor read`);
  }

  async function makeLatest(size: number, checkpoint: string): Promise<void> {
    for (let pause = FIRST_PAUSE_MS, tries = 1; tries <= TRIES; pause *= 2, tries++) {
      const latest = await getObject(s3, Bucket, CHECKPOINT_KEY);
      if (latest !== undefined && sizeOf(latest.bytes) > size) return;
      const condition = latest === undefined ? { IfNoneMatch: '*' } : { IfMatch: latest.etag };
      if (await put(CHECKPOINT_KEY, Buffer.from(checkpoint), condition)) return;
      await sleep(pause);
    }
    throw new Error('the latest checkpoint kept changing');
  }

  /** False where the condition does not hold, or another conditional write was on its way. */
  async function put(
    Key: string,
    Body: Uint8Array,
    condition: { IfNoneMatch: string } | { IfMatch: string },
  ): Promise<boolean> {
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...underKey(keyArn), ...condition }));
      return true;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (status === 412 || status === 409) return false;
      throw error;
    }
  }
}

function textOf(checkpoint: Uint8Array): string {
  return parseNote(Buffer.from(checkpoint).toString()).text;
}

function sizeOf(checkpoint: Uint8Array): number {
  return parseCheckpoint(textOf(checkpoint)).size;
}
