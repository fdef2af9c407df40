import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { attributesOf } from '../../../lambda/books/adapters/row-attributes';
import { S3Books } from '../../../lambda/books/adapters/s3-books';
import type { Keepers } from '../../../lambda/shared/inventory';
import { KEEPERS } from '../../support/sealing';

const s3 = mockClient(S3Client);
const keeper: Keepers['books'] = {
  ...KEEPERS.vaultBucket,
  id: 'statutory-books',
  name: 'books',
  lockMode: 'COMPLIANCE',
};
const shelf = new S3Books(keeper, new S3Client({}));
const failure = (name: string, status: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
const UNTIL = '2035-04-01T00:00:00+05:30';

beforeEach(() => s3.reset());

describe('the bucket of the books', () => {
  it('takes a document under its key and lock, and never a second one in its place', async () => {
    s3.on(PutObjectCommand).resolves({});
    await shelf.add('k', '{"a":1}', UNTIL);
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'books',
      IfNoneMatch: '*',
      ChecksumSHA256: 'AVq9f1zFei3ZS3WQ8ErYCEJzkF7jPsXOvq5iJ2qX+GI=',
      SSEKMSKeyId: keeper.keyArn,
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: new Date('2035-03-31T18:30:00.000Z'),
    });
  });

  it.each(['PreconditionFailed', 'ConditionalRequestConflict'])(
    'is content with what stands there: %s',
    async (name) => {
      s3.on(PutObjectCommand).rejects(failure(name, name === 'PreconditionFailed' ? 412 : 409));
      await expect(shelf.add('k', '{}', UNTIL)).resolves.toBeUndefined();
    },
  );

  it('says what stands there and until when nobody can erase it', async () => {
    const ObjectLockRetainUntilDate = new Date('2035-03-31T18:30:00.000Z');
    s3.on(GetObjectCommand).resolves({
      Body: bodyOf('{"a":1}'),
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate,
    });
    expect(await shelf.read('k')).toEqual({ text: '{"a":1}', lockedUntil: '2035-03-31T18:30:00.000Z' });
    s3.on(GetObjectCommand).resolves({
      Body: bodyOf('{"a":1}'),
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate,
    });
    expect((await shelf.read('k'))?.lockedUntil).toBeUndefined();
    s3.on(GetObjectCommand).rejects(failure('NoSuchKey', 404));
    expect(await shelf.read('k')).toBeUndefined();
  });

  it('tells a fault that may pass from one that will not', async () => {
    s3.on(PutObjectCommand).rejects(failure('SlowDown', 503));
    await expect(shelf.add('k', '{}', UNTIL)).rejects.toMatchObject({ code: 'store-busy' });
    s3.on(GetObjectCommand).rejects(failure('AccessDenied', 403));
    await expect(shelf.read('k')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe("a row's attributes", () => {
  it('are plain, and an amount keeps every digit', () => {
    const row = {
      a: { S: 'text' },
      b: { N: '14160.5' },
      c: { N: '12345678901234567890.12' },
      d: { BOOL: false },
      e: { NULL: true },
      f: { M: { x: { S: 'y' } } },
    } as const;
    expect(attributesOf(row)).toEqual({
      a: 'text',
      b: 14160.5,
      c: '12345678901234567890.12',
      d: false,
      e: null,
      f: { M: { x: { S: 'y' } } },
    });
  });
});

/** A body as the SDK gives it out. */
function bodyOf(text: string) {
  return Object.assign(Readable.from([text]), {
    transformToString: () => Promise.resolve(text),
    transformToByteArray: () => Promise.resolve(new TextEncoder().encode(text)),
    transformToWebStream: () => new ReadableStream(),
  });
}
