import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { StoreFaultError } from '../../../lambda/erasure/errors';
import type { Ref } from '../../../lambda/erasure/ports';
import { S3HidingStore } from '../../../lambda/recovery/adapters/s3-hiding-store';
import { S3RevealingStore } from '../../../lambda/recovery/adapters/s3-revealing-store';
import { STORES } from '../../support/erasure-harness';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** What the next requests are answered with, and what was asked. */
let answers: { status?: number; date?: string | null; body: string }[] = [];
let asked: Asked[] = [];
let server: Server;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked.push({ method: request.method ?? '', url: request.url ?? '', body: await bodyOf(request) });
    const { status = 200, date = 'Sun, 22 Nov 2026 09:00:05 GMT', body } = answers.shift() ?? { body: '' };
    response.sendDate = false;
    response.writeHead(status, { 'content-type': 'application/xml', ...(date !== null && { date }) }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  [answers, asked] = [[], []];
});

function client(): S3Client {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint, region: 'ap-south-1', credentials, forcePathStyle: true, maxAttempts: 1 });
}

function files() {
  const found = STORES.find(({ kind }) => kind === 's3');
  if (found === undefined) throw new Error('no bucket');
  return found;
}

const hiding = () => new S3HidingStore(files(), client());
const revealing = () => new S3RevealingStore(files(), client());
const ref = (key: string, kind: Ref['kind'] = 'versions', part = ''): Ref => ({ kind, key, part, partition: 'p' });

describe('the bucket that is hidden', () => {
  it('lists keys of any characters, and the time of the store', async () => {
    answers = [
      {
        body: `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
          <NextContinuationToken>more</NextContinuationToken>
          <Contents><Key>acme/00/p/a%2Bb+%E0%A4%97%01.pdf</Key></Contents></ListBucketResult>`,
      },
    ];
    const page = await hiding().listCurrent('acme');
    expect(page).toEqual({
      things: [{ kind: 'versions', key: 'acme/00/p/a+b ग\u0001.pdf', part: '', partition: 'acme/00/' }],
      next: 'more',
      at: new Date('2026-11-22T09:00:05.000Z'),
    });
    expect(asked[0]?.url).toContain('prefix=acme%2F');
  });

  it.each([
    ['without a date', { date: null, body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' }],
    ['cut off without a token', { body: '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>' }],
  ])('relies on no listing %s', async (_, answer) => {
    answers = [answer];
    await expect(hiding().listCurrent('acme')).rejects.toThrow(StoreFaultError);
  });

  it('names no version, and marks by itself what XML cannot carry', async () => {
    answers = [{ status: 204, body: '' }, { body: '<DeleteResult></DeleteResult>' }];
    expect(await hiding().mark([ref('acme/00/p/a'), ref('acme/00/p/\u0001'), ref('acme/00/p/b')])).toEqual([]);
    const [alone, batch] = asked.toSorted((a, b) => (a.method < b.method ? -1 : 1));
    expect([alone?.method, alone?.url]).toEqual(['DELETE', expect.stringMatching(/%01\?x-id=DeleteObject$/)]);
    expect(batch?.body.match(/<Key>.*?<\/Key>/g)).toEqual(['<Key>acme/00/p/a</Key>', '<Key>acme/00/p/b</Key>']);
    expect(JSON.stringify(asked)).not.toMatch(/versionid/i);
  });

  it('reads the refusals inside a 200', async () => {
    const error = (key: string, code: string) => `<Error><Key>${key}</Key><Code>${code}</Code></Error>`;
    answers = [
      {
        body: `<DeleteResult>${error('a', 'AccessDenied')}${error('b', 'SlowDown')}${error('c', 'InternalError')}</DeleteResult>`,
      },
      { body: `<DeleteResult>${error('elsewhere', 'AccessDenied')}</DeleteResult>` },
    ];
    const refusals = await hiding().mark(['a', 'b', 'c', 'd'].map((key) => ref(key)));
    expect(refusals.map(({ ref: { key }, cause }) => [key, cause])).toEqual([
      ['a', 'denied'],
      ['b', 'busy'],
      ['c', 'fault'],
    ]);
    await expect(hiding().mark([ref('a')])).rejects.toThrow(StoreFaultError);
  });
});

describe('the bucket that is revealed', () => {
  const entry = (name: string, time: string) =>
    `<${name}><Key>acme/0a/p/f</Key><VersionId>${name}1</VersionId><LastModified>${time}</LastModified></${name}>`;
  const listing = (entries: string) =>
    `<ListVersionsResult><IsTruncated>false</IsTruncated>${entries}</ListVersionsResult>`;

  it('lists markers and versions in their order, with their times, from a shard on', async () => {
    answers = [
      {
        body: listing(entry('DeleteMarker', '2026-11-22T09:00:09.000Z') + entry('Version', '2026-11-20T10:00:00.000Z')),
      },
    ];
    const { things, at } = await revealing().listVersions('acme', '0a');
    expect(things.map(({ kind, part, modifiedAt }) => [kind, part, new Date(modifiedAt).toISOString()])).toEqual([
      ['deleteMarkers', 'DeleteMarker1', '2026-11-22T09:00:09.000Z'],
      ['versions', 'Version1', '2026-11-20T10:00:00.000Z'],
    ]);
    expect(at).toEqual(new Date('2026-11-22T09:00:05.000Z'));
    expect(asked[0]?.url).toContain('key-marker=acme%2F0a%2F');
  });

  it('relies on no listing with an entry that has no time', async () => {
    answers = [{ body: listing(entry('DeleteMarker', 'soon')) }];
    await expect(revealing().listVersions('acme', undefined)).rejects.toThrow();
  });

  it('refuses to delete anything but a delete marker', () => {
    expect(() => revealing().unmark([ref('a', 'deleteMarkers', 'v2'), ref('a', 'versions', 'v1')])).toThrow(
      'only delete markers',
    );
    expect(asked).toEqual([]);
  });

  it('deletes each marker by its version id', async () => {
    answers = [{ body: '<DeleteResult></DeleteResult>' }];
    await revealing().unmark([ref('a', 'deleteMarkers', 'v2')]);
    expect(asked[0]?.body).toContain('<Key>a</Key><VersionId>v2</VersionId>');
  });
});
