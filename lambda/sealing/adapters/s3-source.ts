import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { nameOf, storeCall } from '../../erasure/adapters/aws-errors';
import { type ListedVersion, listVersionPage } from '../../erasure/adapters/version-page';
import { StoreFaultError } from '../../erasure/errors';
import type { Ref } from '../../erasure/ports';
import type { Store } from '../../shared/inventory';
import type { Content, ListedThing, ObjectSource } from '../ports';
import { digestOf } from './content-digest';
import type { CopyLimits } from './s3-vault';

/** Erasing goes from new to old, so what is looked for stands near the top of its key's list. */
const PAGE = 100;
const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);
/** What S3 remembers of an object beside its metadata, by the names of its API. */
const HEADERS = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'ExpiresString',
] as const;

/** A live bucket as the sealer reads it. */
export class S3Source implements ObjectSource {
  constructor(
    private readonly store: Store,
    private readonly s3: S3Client,
    private readonly limits: CopyLimits,
  ) {}

  async describe(ref: Ref): Promise<ListedThing | undefined> {
    let found: ListedVersion | undefined;
    let tied: string[] = [];
    let time: string | undefined;
    for await (const entry of this.versionsOf(ref.key)) {
      if (entry.lastModified === undefined) throw new StoreFaultError(this.store.id);
      if (entry.lastModified !== time) {
        if (found !== undefined) break;
        time = entry.lastModified;
        tied = [];
      }
      tied.push(entry.versionId);
      if (entry.versionId === ref.part) found = entry;
    }
    if (found === undefined || time === undefined) return undefined;
    return { kind: found.kind, lastModified: time, tied: tied.length > 1 ? tied : [] };
  }

  async read(ref: Ref): Promise<Content | undefined> {
    const version = { Bucket: this.store.name, Key: ref.key, VersionId: ref.part };
    try {
      return await storeCall(this.store.id, async () => {
        const answer = await this.s3.send(new GetObjectCommand(version));
        const digest = await digestOf(bodyOf(answer), this.partBytesFor(answer.ContentLength));
        if (digest.size !== answer.ContentLength) throw new StoreFaultError(this.store.id);
        return {
          ...digest,
          headers: headersOf(answer),
          metadata: answer.Metadata ?? {},
          tags: answer.TagCount ? await this.tagsOf(version) : {},
        };
      });
    } catch (error) {
      if (GONE.has(nameOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  private partBytesFor(size = 0): number | undefined {
    return size > this.limits.largestCopyBytes ? this.limits.partBytes : undefined;
  }

  /** All versions and markers of exactly this key, newest first: it sorts before all keys that begin with it. */
  private async *versionsOf(key: string): AsyncGenerator<ListedVersion> {
    let marker: { keyMarker: string; versionIdMarker: string } | undefined;
    do {
      const command = new ListObjectVersionsCommand({
        Bucket: this.store.name,
        Prefix: key,
        KeyMarker: marker?.keyMarker,
        VersionIdMarker: marker?.versionIdMarker,
        MaxKeys: PAGE,
      });
      const page = await storeCall(this.store.id, () => listVersionPage(this.s3, command, true));
      for (const entry of page.entries) {
        if (entry.key !== key) return;
        yield entry;
      }
      marker = page.next;
    } while (marker !== undefined);
  }

  private async tagsOf(version: { Bucket: string; Key: string; VersionId: string }): Promise<Record<string, string>> {
    const { TagSet = [] } = await this.s3.send(new GetObjectTaggingCommand(version));
    return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  }
}

function headersOf(answer: GetObjectCommandOutput): Record<string, string> {
  return Object.fromEntries(
    HEADERS.flatMap((name) => {
      const value = answer[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The body of an answer as a stream of bytes. */
export function bodyOf({ Body }: GetObjectCommandOutput): AsyncIterable<Uint8Array> {
  if (Body === undefined || !(Symbol.asyncIterator in Body)) throw new TypeError('an answer without a stream');
  return Body as AsyncIterable<Uint8Array>;
}
