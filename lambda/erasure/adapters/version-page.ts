import { Readable } from 'node:stream';
import type {
  ListObjectVersionsCommand,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import type { DeserializeMiddleware } from '@smithy/types';
import { Parser } from 'htmlparser2';

/** What the eraser needs of one page of a version listing. */
export interface VersionPage {
  readonly entries: readonly ListedVersion[];
  /** Where the next page starts; undefined on the last. */
  readonly next?: { readonly keyMarker: string; readonly versionIdMarker: string };
}

export interface ListedVersion {
  readonly kind: 'versions' | 'deleteMarkers';
  readonly key: string;
  readonly versionId: string;
  /** When it was written, as S3 spells it; only where it was asked for. */
  readonly lastModified?: string;
}

/** The answer was no complete version listing: nothing of it can be relied on. */
export class IncompletePageError extends Error {
  override readonly name = 'IncompletePageError';
}

const ROOT = 'ListVersionsResult';
const ENTRIES = { Version: 'versions', DeleteMarker: 'deleteMarkers' } as const;
/** What the SDK gets to read in place of the listing. */
const NOTHING = `<?xml version="1.0"?><${ROOT}/>`;

/**
 * Lists one page of versions, but reads the answer with a streaming parser.
 *
 * The SDK turns each entry into an object with owner, checksum, date and size, none of which matter
 * here; at a thousand entries a page that was four fifths of an erasure's processor time. The verifier
 * reads with the SDK's own parser, so a mistake in this one shows as residue.
 *
 * @param withTimes also read when each was written
 * @throws the SDK's errors, and IncompletePageError
 */
export async function listVersionPage(
  s3: S3Client,
  command: ListObjectVersionsCommand,
  withTimes = false,
): Promise<VersionPage> {
  let page: VersionPage | undefined;
  const read: DeserializeMiddleware<ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput> =
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: AsyncIterable<Uint8Array> };
      if (response.statusCode !== 200) return result;
      page = await readPage(response.body, withTimes);
      response.body = Readable.from([Buffer.from(NOTHING)]);
      return result;
    };
  command.middlewareStack.addRelativeTo(read, {
    relation: 'after',
    toMiddleware: 'deserializerMiddleware',
    name: 'readVersionPage',
  });
  await s3.send(command);
  if (page === undefined) throw new IncompletePageError('the answer was not read');
  return page;
}

/** Reads a listing as it arrives. @throws IncompletePageError when it is cut off or something else */
async function readPage(body: AsyncIterable<Uint8Array>, withTimes: boolean): Promise<VersionPage> {
  const reader = new PageReader(withTimes);
  const decoder = new TextDecoder();
  for await (const chunk of body) reader.write(decoder.decode(chunk, { stream: true }));
  return reader.end();
}

class PageReader {
  private readonly entries: ListedVersion[] = [];
  private entry: { key?: string; versionId?: string; lastModified?: string } | undefined;
  private readonly fields = new Map<string, string>();
  private text = '';
  /** Inside an element whose text is read; an entry has a dozen others. */
  private reading = false;
  private complete = false;
  private readonly parser = new Parser(
    {
      onopentag: (name) => this.open(name),
      ontext: (text) => {
        if (this.reading) this.text += text;
      },
      onclosetag: (name, implied) => this.close(name, implied),
    },
    { xmlMode: true },
  );

  constructor(private readonly withTimes: boolean) {}

  write(text: string): void {
    this.parser.write(text);
  }

  end(): VersionPage {
    this.parser.end();
    const truncated = this.fields.get('IsTruncated');
    if (!this.complete || (truncated !== 'true' && truncated !== 'false'))
      throw new IncompletePageError('the listing is cut off or is none');
    if (truncated === 'false') return { entries: this.entries };
    const keyMarker = this.fields.get('NextKeyMarker');
    if (keyMarker === undefined) throw new IncompletePageError('a truncated listing without a marker');
    return {
      entries: this.entries,
      next: { keyMarker, versionIdMarker: this.fields.get('NextVersionIdMarker') ?? '' },
    };
  }

  private open(name: string): void {
    this.text = '';
    this.reading = this.entry === undefined || name === 'Key' || name === 'VersionId' || this.isTime(name);
    if (name === 'Version' || name === 'DeleteMarker') this.entry = {};
  }

  private close(name: string, implied: boolean): void {
    // The parser closes by itself what the document left open.
    if (implied) return;
    if (name === ROOT) this.complete = true;
    else if (name === 'Version' || name === 'DeleteMarker') this.finishEntry(ENTRIES[name]);
    else if (this.entry === undefined) this.fields.set(name, this.text);
    else if (name === 'Key') this.entry.key = this.text;
    else if (name === 'VersionId') this.entry.versionId = this.text;
    else if (this.isTime(name)) this.entry.lastModified = this.text;
    this.text = '';
  }

  private isTime(name: string): boolean {
    return this.withTimes && name === 'LastModified';
  }

  /** An entry without key or id could neither be erased nor counted. */
  private finishEntry(kind: ListedVersion['kind']): void {
    const { key, versionId, lastModified } = this.entry ?? {};
    if (!key || !versionId) throw new IncompletePageError('an entry without key or version id');
    if (this.withTimes && Number.isNaN(Date.parse(lastModified ?? '')))
      throw new IncompletePageError('an entry without its time');
    const time = lastModified === undefined ? {} : { lastModified: copyOf(lastModified) };
    this.entries.push({ kind, key: copyOf(key), versionId: copyOf(versionId), ...time });
    this.entry = undefined;
  }
}

/** V8 keeps the whole chunk alive for a slice of it, and a window holds thousands of slices. */
function copyOf(slice: string): string {
  return Buffer.from(slice).toString();
}
