import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
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

  it('aborts uploads, and takes one that is gone for done', async () => {
    s3.on(AbortMultipartUploadCommand, { UploadId: 'v1' }).resolves({});
    s3.on(AbortMultipartUploadCommand, { UploadId: 'v2' }).rejects(failure('NoSuchUpload', 404));
    expect(await store().erase([ref(1, 'uploads'), ref(2, 'uploads')])).toEqual([]);
    expect(s3.commandCalls(DeleteObjectsCommand)).toEqual([]);
  });
});

describe('listing', () => {
  const page = (keys: string[], next?: string) => ({
    Versions: keys.map((Key) => ({ Key, VersionId: 'v' })),
    IsTruncated: next !== undefined,
    NextKeyMarker: next,
    NextVersionIdMarker: next === undefined ? undefined : 'v',
  });

  it('stops at the end of its range, on the page and between pages', async () => {
    const lane = { kind: 'versions', prefix: 'acme/', from: 'acme/04/', until: 'acme/08/' } as const;
    s3.on(ListObjectVersionsCommand).resolves(page(['acme/07/a/1', 'acme/08/a/1'], 'acme/08/a/1'));
    const { refs, next } = await store().list(lane);
    expect(refs.map(({ key }) => key)).toEqual(['acme/07/a/1']);
    expect(next).toBeUndefined();
  });

  it('goes on where the page before ended, with both markers', async () => {
    s3.on(ListObjectVersionsCommand).resolves(page(['acme/07/a/1'], 'acme/07/a/1'));
    const lane = { kind: 'versions', prefix: 'acme/' } as const;
    const { next } = await store().list(lane);
    await store().list(lane, next);
    expect(s3.commandCalls(ListObjectVersionsCommand)[1]?.args[0].input).toMatchObject({
      KeyMarker: 'acme/07/a/1',
      VersionIdMarker: 'v',
    });
  });

  it('counts delete markers and uploads as what they are, under their shard’s budget', async () => {
    s3.on(ListObjectVersionsCommand).resolves({ DeleteMarkers: [{ Key: 'acme/07/a/1', VersionId: 'm1' }] });
    s3.on(ListMultipartUploadsCommand).resolves({ Uploads: [{ Key: 'acme/_/big.zip', UploadId: 'u1' }] });
    const { refs: markers } = await store().list({ kind: 'versions', prefix: 'acme/' });
    const { refs: uploads } = await store().list({ kind: 'uploads', prefix: 'acme/' });
    expect(markers).toEqual([{ kind: 'deleteMarkers', key: 'acme/07/a/1', part: 'm1', partition: 'acme/07/' }]);
    expect(uploads).toEqual([{ kind: 'uploads', key: 'acme/_/big.zip', part: 'u1', partition: 'acme/_/' }]);
  });

  it('does not rely on a page with a version that has no id', async () => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: 'acme/07/a/1' }] });
    await expect(store().list({ kind: 'versions', prefix: 'acme/' })).rejects.toBeInstanceOf(StoreFaultError);
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

  it('are not taken for absent when they cannot be read', async () => {
    s3.on(GetObjectLegalHoldCommand).rejects(failure('AccessDenied', 403));
    s3.on(GetObjectRetentionCommand).resolves({});
    await expect(store().isLocked(ref(1))).rejects.toThrow();
  });
});
