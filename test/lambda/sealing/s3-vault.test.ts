import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';
import { StoreBusyError, StoreFaultError } from '../../../lambda/erasure/errors';
import type { Ref } from '../../../lambda/erasure/ports';
import { S3Source } from '../../../lambda/sealing/adapters/s3-source';
import { S3_LIMITS, S3Shelf } from '../../../lambda/sealing/adapters/s3-vault';
import type { Content } from '../../../lambda/sealing/ports';
import { FILES, KEEPERS } from '../../support/sealing';

const s3 = mockClient(S3Client);
const client = new S3Client({ region: 'ap-south-1' });
/** Ten bytes go in one copy; more go in parts of four. */
const SMALL = { largestCopyBytes: 10, partBytes: 4 };
const shelf = (limits = SMALL) => new S3Shelf(KEEPERS.vaultBucket, FILES, client, limits);
const source = () => new S3Source(FILES, client, SMALL);

const KEY = 'acme/01/p-1/नमस्ते & co?versionId=1.pdf';
const ref: Ref = { kind: 'versions', key: KEY, part: 'v+1', partition: 'acme/01/' };
const hash = (text: string, encoding: 'hex' | 'base64') => createHash('sha256').update(text).digest(encoding);
const content = (text: string): Content => ({
  size: text.length,
  sha256: hash(text, 'hex'),
  parts: text.length > 10 ? (text.match(/.{1,4}/g) ?? []).map((part) => hash(part, 'base64')) : [],
  headers: { ContentType: 'application/pdf', ExpiresString: 'Tue, 01 Jun 2027 00:00:00 GMT' },
  metadata: { author: 'p-1' },
  tags: { kind: 'a b', more: 'c&d' },
});
const body = (...chunks: string[]) => sdkStreamMixin(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));
const failure = (name: string, status: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: status } });

beforeEach(() => s3.reset());

describe('copying a version into the vault', () => {
  it('names the very version, whatever its key holds, and the vault’s own key', async () => {
    s3.on(CopyObjectCommand).resolves({
      VersionId: 'c1',
      CopyObjectResult: { ChecksumSHA256: hash('short', 'base64') },
    });
    const { copy, agrees } = await shelf().copy(ref, 'acme/01/p-1/er-1/customer-files/v0', content('short'));
    expect(agrees).toBe(true);
    expect(copy).toMatchObject({ versionId: 'c1', size: 5, checksum: hash('short', 'base64') });
    expect(s3.commandCalls(CopyObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'vault',
      Key: 'acme/01/p-1/er-1/customer-files/v0',
      CopySource: `files/acme/01/p-1/${encodeURIComponent('नमस्ते & co?versionId=1.pdf')}?versionId=v%2B1`,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:vault-key',
      BucketKeyEnabled: true,
      ChecksumAlgorithm: 'SHA256',
    });
  });

  it.each([
    ['another checksum', { ChecksumSHA256: hash('other', 'base64') }, false],
    ['none', {}, undefined],
  ])('says when S3 gives %s', async (_what, CopyObjectResult, expected) => {
    s3.on(CopyObjectCommand).resolves({ VersionId: 'c1', CopyObjectResult });
    expect((await shelf().copy(ref, 'k', content('short'))).agrees).toBe(expected);
  });

  it('relies on no copy without an id: nobody could say later which one was compared', async () => {
    s3.on(CopyObjectCommand).resolves({ CopyObjectResult: { ChecksumSHA256: hash('short', 'base64') } });
    await expect(shelf().copy(ref, 'k', content('short'))).rejects.toBeInstanceOf(StoreFaultError);
  });

  it.each([
    ['SlowDown', 503, StoreBusyError],
    ['InternalError', 500, StoreFaultError],
    ['AccessDenied', 403, S3ServiceException],
    ['KMS.DisabledException', 400, S3ServiceException],
  ])('tells %s apart', async (name, status, expected) => {
    s3.on(CopyObjectCommand).rejects(failure(name, status));
    await expect(shelf().copy(ref, 'k', content('short'))).rejects.toBeInstanceOf(expected);
  });
});

describe('copying a large version in parts', () => {
  const TEXT = 'eleven bytes'.slice(0, 11);
  const parts = content(TEXT).parts;
  const upload = () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u1' });
    s3.on(AbortMultipartUploadCommand).resolves({});
    s3.on(CompleteMultipartUploadCommand).resolves({ VersionId: 'c1', ChecksumSHA256: 'composite-3' });
    parts.forEach((ChecksumSHA256, i) => {
      s3.on(UploadPartCopyCommand, { PartNumber: i + 1 }).resolves({
        CopyPartResult: { ETag: `e${i}`, ChecksumSHA256 },
      });
    });
  };

  it('takes over what one copy would have taken by itself, and covers every byte once', async () => {
    upload();
    const { copy, agrees } = await shelf().copy(ref, 'k', content(TEXT));
    expect(agrees).toBe(true);
    expect(copy).toEqual({ key: 'k', versionId: 'c1', size: 11, checksum: 'composite-3' });
    expect(s3.commandCalls(CreateMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      ContentType: 'application/pdf',
      Expires: new Date('2027-06-01T00:00:00Z'),
      Metadata: { author: 'p-1' },
      Tagging: 'kind=a+b&more=c%26d',
      SSEKMSKeyId: 'arn:vault-key',
      ChecksumAlgorithm: 'SHA256',
    });
    const ranges = s3.commandCalls(UploadPartCopyCommand).map((call) => call.args[0].input.CopySourceRange);
    expect(ranges).toEqual(['bytes=0-3', 'bytes=4-7', 'bytes=8-10']);
    const completed = s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input.MultipartUpload?.Parts;
    expect(completed?.map((part) => part.ETag)).toEqual(['e0', 'e1', 'e2']);
  });

  it('notices one damaged part', async () => {
    upload();
    s3.on(UploadPartCopyCommand, { PartNumber: 2 }).resolves({
      CopyPartResult: { ETag: 'e1', ChecksumSHA256: hash('evil', 'base64') },
    });
    expect((await shelf().copy(ref, 'k', content(TEXT))).agrees).toBe(false);
  });

  it('aborts what it cannot complete', async () => {
    upload();
    s3.on(UploadPartCopyCommand, { PartNumber: 3 }).rejects(failure('InternalError', 500));
    await expect(shelf().copy(ref, 'k', content(TEXT))).rejects.toBeInstanceOf(StoreFaultError);
    expect(s3.commandCalls(AbortMultipartUploadCommand)[0]?.args[0].input.UploadId).toBe('u1');
  });

  it('stays within S3’s 5 GiB a copy, and 10,000 parts for 5 TiB', () => {
    expect(S3_LIMITS.largestCopyBytes).toBe(5 * 1024 ** 3);
    expect((5 * 1024 ** 4) / S3_LIMITS.partBytes).toBeLessThanOrEqual(10_000);
  });
});

describe('looking for a copy', () => {
  const copy = { key: 'k', versionId: 'c1', size: 5, checksum: 'sum' };

  it.each([
    ['as it was', { ContentLength: 5, ChecksumSHA256: 'sum' }, true],
    ['as it was, by its size alone', { ContentLength: 5 }, true],
    ['with another checksum', { ContentLength: 5, ChecksumSHA256: 'other' }, false],
    ['with another size', { ContentLength: 6, ChecksumSHA256: 'sum' }, false],
  ])('finds it %s', async (_what, head, expected) => {
    s3.on(HeadObjectCommand, { Bucket: 'vault', Key: 'k', VersionId: 'c1', ChecksumMode: 'ENABLED' }).resolves(head);
    expect(await shelf().has(copy)).toBe(expected);
  });

  it('sees that it is gone, and takes no other refusal for that', async () => {
    s3.on(HeadObjectCommand).rejects(failure('NotFound', 404));
    expect(await shelf().has(copy)).toBe(false);
    s3.on(HeadObjectCommand).rejects(failure('Forbidden', 403));
    await expect(shelf().has(copy)).rejects.toBeInstanceOf(S3ServiceException);
  });
});

describe('reading a version', () => {
  const TEXT = 'eleven bytes'.slice(0, 11);

  it('hashes it as it arrives, the whole and the parts, and notes what S3 remembers of it', async () => {
    s3.on(GetObjectCommand, { Bucket: 'files', Key: KEY, VersionId: 'v+1' }).resolves({
      Body: body('e', 'leven byt', 'e'),
      ContentLength: 11,
      ContentType: 'application/pdf',
      CacheControl: 'no-store',
      Metadata: { author: 'p-1' },
      TagCount: 1,
    });
    s3.on(GetObjectTaggingCommand).resolves({ TagSet: [{ Key: 'kind', Value: 'a b' }] });
    expect(await source().read(ref)).toEqual({
      size: 11,
      sha256: hash(TEXT, 'hex'),
      parts: content(TEXT).parts,
      headers: { CacheControl: 'no-store', ContentType: 'application/pdf' },
      metadata: { author: 'p-1' },
      tags: { kind: 'a b' },
    });
  });

  it('relies on no answer that is shorter than it says', async () => {
    s3.on(GetObjectCommand).resolves({ Body: body('short'), ContentLength: 6 });
    await expect(source().read(ref)).rejects.toBeInstanceOf(StoreFaultError);
  });

  it('relies on no answer that breaks off', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('sho');
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      })(),
    );
    s3.on(GetObjectCommand).resolves({ Body: sdkStreamMixin(broken), ContentLength: 5 });
    await expect(source().read(ref)).rejects.toBeInstanceOf(StoreFaultError);
  });

  it('sees that it is gone', async () => {
    s3.on(GetObjectCommand).rejects(failure('NoSuchVersion', 404));
    expect(await source().read(ref)).toBeUndefined();
  });
});
