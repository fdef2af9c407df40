import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListMultipartUploadsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { S3Store } from '../../../lambda/erasure/adapters/s3-store';
import { StoreBusyError, StoreFaultError } from '../../../lambda/erasure/errors';
import type { Ref } from '../../../lambda/erasure/ports';
import { STORES } from '../../support/erasure-harness';

const s3 = mockClient(S3Client);
const NOW = new Date('2026-11-22T00:00:00Z');
const store = () => {
  const [files] = STORES;
  if (files === undefined) throw new Error('no store');
  return new S3Store(files, new S3Client({ region: 'ap-south-1' }), { now: () => NOW });
};
const ref = (n: number, kind: Ref['kind'] = 'versions'): Ref => ({
  kind,
  key: `acme/0a/s1/f${n}`,
  part: `v${n}`,
  partition: 'acme/0a/',
});
const failure = (name: string, status?: number) =>
  new S3ServiceException({ name, $fault: 'server', $metadata: { httpStatusCode: status } });

beforeEach(() => s3.reset());

describe('erasing versions', () => {
  it('reads the refusals inside a 200', async () => {
    s3.on(DeleteObjectsCommand).resolves({
      Errors: [
        { Key: 'acme/0a/s1/f1', VersionId: 'v1', Code: 'AccessDenied' },
        { Key: 'acme/0a/s1/f2', VersionId: 'v2', Code: 'SlowDown' },
        { Key: 'acme/0a/s1/f3', VersionId: 'v3', Code: 'InternalError' },
        { Key: 'acme/0a/s1/f4', VersionId: 'v4', Code: 'NoSuchVersion' },
      ],
    });
    const refusals = await store().erase([ref(1), ref(2), ref(3), ref(4), ref(5)]);
    expect(refusals.map(({ ref: { part }, cause }) => [part, cause])).toEqual([
      ['v1', 'denied'],
      ['v2', 'busy'],
      ['v3', 'fault'],
    ]);
  });

  it('relies on nothing when an error names a key that was not sent', async () => {
    s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'elsewhere', VersionId: 'v1', Code: 'AccessDenied' }] });
    await expect(store().erase([ref(1)])).rejects.toBeInstanceOf(StoreFaultError);
  });

  it.each([
    ['SlowDown', 503, StoreBusyError],
    ['InternalError', 500, StoreFaultError],
    ['TimeoutError', undefined, StoreFaultError],
    ['AccessDenied', 403, S3ServiceException],
  ])('tells %s apart', async (name, status, expected) => {
    s3.on(DeleteObjectsCommand).rejects(failure(name, status));
    await expect(store().erase([ref(1)])).rejects.toBeInstanceOf(expected);
  });

  it('deletes a key alone that XML cannot carry, so that it spoils no batch', async () => {
    s3.on(DeleteObjectsCommand).resolves({});
    s3.on(DeleteObjectCommand).resolves({});
    const odd = { ...ref(2), key: 'acme/0a/s1/\u0001' };
    expect(await store().erase([ref(1), odd, ref(3)])).toEqual([]);
    expect(s3.commandCalls(DeleteObjectsCommand)[0]?.args[0].input.Delete?.Objects).toHaveLength(2);
    expect(s3.commandCalls(DeleteObjectCommand)[0]?.args[0].input).toMatchObject({ Key: odd.key, VersionId: 'v2' });
  });

  it('aborts uploads, and takes one that is gone for done', async () => {
    s3.on(AbortMultipartUploadCommand, { UploadId: 'v1' }).resolves({});
    s3.on(AbortMultipartUploadCommand, { UploadId: 'v2' }).rejects(failure('NoSuchUpload', 404));
    expect(await store().erase([ref(1, 'uploads'), ref(2, 'uploads')])).toEqual([]);
    expect(s3.commandCalls(DeleteObjectsCommand)).toEqual([]);
  });
});

describe('locks', () => {
  const lock = (hold: 'ON' | 'OFF' | undefined, until: string | undefined) => {
    if (hold === undefined) s3.on(GetObjectLegalHoldCommand).rejects(failure('NoSuchObjectLockConfiguration', 404));
    else s3.on(GetObjectLegalHoldCommand).resolves({ LegalHold: { Status: hold } });
    if (until === undefined) s3.on(GetObjectRetentionCommand).rejects(failure('NoSuchObjectLockConfiguration', 404));
    else
      s3.on(GetObjectRetentionCommand).resolves({
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(until) },
      });
  };

  it.each([
    ['a legal hold', 'ON', undefined, true],
    ['a lifted hold', 'OFF', undefined, false],
    ['a retention date to come', undefined, '2026-11-23', true],
    ['a retention date that has passed', undefined, '2026-11-21', false],
    ['no lock at all', undefined, undefined, false],
  ] as const)('%s', async (_what, hold, until, locked) => {
    lock(hold, until);
    expect(await store().isLocked(ref(1))).toBe(locked);
  });

  it('are absent from a bucket without Object Lock, such as a restored one', async () => {
    s3.on(GetObjectLegalHoldCommand).rejects(failure('InvalidRequest', 400));
    s3.on(GetObjectRetentionCommand).rejects(failure('InvalidRequest', 400));
    expect(await store().isLocked(ref(1))).toBe(false);
  });

  it('are not taken for absent when they cannot be read', async () => {
    s3.on(GetObjectLegalHoldCommand).rejects(failure('AccessDenied', 403));
    s3.on(GetObjectRetentionCommand).resolves({});
    await expect(store().isLocked(ref(1))).rejects.toThrow();
  });
});

describe('listing', () => {
  const entry = (tag: string, key: string) =>
    `<${tag}><Key>${key}</Key><VersionId>v</VersionId><IsLatest>true</IsLatest><Owner><ID>o</ID></Owner></${tag}>`;
  const listing = (entries: string, next?: string) =>
    `<?xml version="1.0"?><ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><KeyMarker/>` +
    `<IsTruncated>${next !== undefined}</IsTruncated>${next ? `<NextKeyMarker>${next}</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>` : ''}` +
    `${entries}</ListVersionsResult>`;

  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  /** The real client against a server whose answer arrives in small pieces. */
  async function storeAnswering(body: string, status = 200) {
    const asked: URLSearchParams[] = [];
    const server = createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://s3').searchParams);
      response.writeHead(status, { 'content-type': 'application/xml' });
      const bytes = Buffer.from(body);
      for (let i = 0; i < bytes.length; i += 11) response.write(bytes.subarray(i, i + 11));
      response.end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new S3Client({
      region: 'ap-south-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      maxAttempts: 1,
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    });
    const [files] = STORES;
    if (files === undefined) throw new Error('no store');
    return { asked, store: new S3Store(files, client, { now: () => NOW }) };
  }
  const LANE = { kind: 'versions', prefix: 'acme/' } as const;

  beforeEach(() => s3.restore());

  it('reads keys as they are, whatever is escaped and wherever the answer is cut into pieces', async () => {
    const keys = [
      'acme/07/a/नमस्ते &amp; co &lt;1&gt;.pdf',
      'acme/07/a/&#x41;&quot;&apos;.txt',
      'acme/07/a/ two  spaces ',
    ];
    const { store } = await storeAnswering(listing(keys.map((key) => entry('Version', key)).join('\n')));
    const { refs, next } = await store.list(LANE);
    expect(refs.map(({ key }) => key)).toEqual([
      'acme/07/a/नमस्ते & co <1>.pdf',
      `acme/07/a/A"'.txt`,
      'acme/07/a/ two  spaces ',
    ]);
    expect(next).toBeUndefined();
  });

  it('tells delete markers apart, and gives each thing its shard’s budget', async () => {
    const body = listing(entry('DeleteMarker', 'acme/07/a/1') + entry('Version', 'acme/_/logo.png'));
    expect((await (await storeAnswering(body)).store.list(LANE)).refs).toEqual([
      { kind: 'deleteMarkers', key: 'acme/07/a/1', part: 'v', partition: 'acme/07/' },
      { kind: 'versions', key: 'acme/_/logo.png', part: 'v', partition: 'acme/_/' },
    ]);
  });

  it('stops at the end of its range, on the page and between pages', async () => {
    const body = listing(entry('Version', 'acme/07/a/1') + entry('Version', 'acme/08/a/1'), 'acme/08/a/1');
    const { refs, next } = await (await storeAnswering(body)).store.list({
      ...LANE,
      from: 'acme/04/',
      until: 'acme/08/',
    });
    expect(refs.map(({ key }) => key)).toEqual(['acme/07/a/1']);
    expect(next).toBeUndefined();
  });

  it('goes on where the page before ended, with both markers', async () => {
    const { store, asked } = await storeAnswering(listing(entry('Version', 'acme/07/a/1'), 'acme/07/a/1'));
    const { next } = await store.list(LANE);
    await store.list(LANE, next);
    expect([asked[1]?.get('key-marker'), asked[1]?.get('version-id-marker')]).toEqual(['acme/07/a/1', 'v']);
  });

  it.each([
    ['cut off in an entry', listing(entry('Version', 'acme/07/a/1')).slice(0, 260)],
    ['cut off at the very end', listing(entry('Version', 'acme/07/a/1')).replace('</ListVersionsResult>', '')],
    ['of another kind', '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'],
    ['without saying whether there is more', listing('').replace(/<IsTruncated>.*<.IsTruncated>/, '')],
    ['with more, but no marker', listing('', 'x').replace(/<NextKeyMarker>.*<.NextVersionIdMarker>/, '')],
    ['with a version that has no id', listing('<Version><Key>acme/07/a/1</Key></Version>')],
    ['that is empty', ''],
  ])('does not rely on an answer %s', async (_what, body) => {
    await expect((await storeAnswering(body)).store.list(LANE)).rejects.toBeInstanceOf(StoreFaultError);
  });

  it('hears a 503', async () => {
    const body = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
    await expect((await storeAnswering(body, 503)).store.list(LANE)).rejects.toBeInstanceOf(StoreBusyError);
  });

  it('counts unfinished uploads', async () => {
    const uploads = mockClient(S3Client);
    uploads.on(ListMultipartUploadsCommand).resolves({ Uploads: [{ Key: 'acme/_/big.zip', UploadId: 'u1' }] });
    const { refs } = await store().list({ kind: 'uploads', prefix: 'acme/' });
    uploads.restore();
    expect(refs).toEqual([{ kind: 'uploads', key: 'acme/_/big.zip', part: 'u1', partition: 'acme/_/' }]);
  });
});
