import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectLegalHoldCommand, PutObjectLegalHoldCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { StoreBusyError, StoreFaultError } from '../../../lambda/erasure/errors';
import { controlLocks, controlOpenHolds } from '../../../lambda/holds/adapters/control-locks';
import { versionLocks } from '../../../lambda/holds/adapters/version-locks';
import type { LocksMessage } from '../../../lambda/holds/model';
import { FILES, holdOn } from './support';

const s3 = mockClient(S3Client);
const db = mockClient(DynamoDBDocumentClient);
const document = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-south-1' }));
const VERSION = { kind: 'versions', key: 'acme/00/p1/a.pdf', part: 'v1', partition: '' } as const;
const PASS: LocksMessage = { type: 'set-locks', tenantId: 'acme', holdId: 'm-1', pass: '2026-11-22T00:00:00.000Z' };

/** An error of S3, as the SDK throws it. */
function refusal(name: string, httpStatusCode = 404): Error {
  return Object.assign(new Error(), { name, $metadata: { httpStatusCode } });
}

const set = (on: boolean) => versionLocks(() => new S3Client({ region: 'ap-south-1' })).set(FILES, VERSION, on);

beforeEach(() => {
  s3.reset();
  db.reset();
  s3.on(PutObjectLegalHoldCommand).resolves({});
});

describe('the S3 legal hold of a version', () => {
  it.each([
    ['never locked', refusal('NoSuchObjectLockConfiguration'), true, 'ON'],
    ['off', { LegalHold: { Status: 'OFF' } }, true, 'ON'],
    ['on', { LegalHold: { Status: 'ON' } }, false, 'OFF'],
    ['on', { LegalHold: { Status: 'ON' } }, true, null],
    ['never locked', refusal('NoSuchObjectLockConfiguration'), false, null],
  ] as const)('that is %s is set only where it is not as wanted', async (_was, answer, on, put) => {
    const asked = s3.on(GetObjectLegalHoldCommand);
    if (answer instanceof Error) asked.rejects(answer);
    else asked.resolves(answer as never);
    await set(on);
    const calls = s3.commandCalls(PutObjectLegalHoldCommand).map(({ args }) => args[0].input);
    expect(calls).toEqual(
      put === null ? [] : [{ Bucket: 'files', Key: VERSION.key, VersionId: 'v1', LegalHold: { Status: put } }],
    );
  });

  it('of a version that is gone is nobody’s trouble', async () => {
    s3.on(GetObjectLegalHoldCommand).rejects(refusal('NoSuchVersion'));
    await set(true);
    s3.on(GetObjectLegalHoldCommand).resolves({});
    s3.on(PutObjectLegalHoldCommand).rejects(refusal('NoSuchKey'));
    await set(true);
  });

  it('is not taken for set when S3 is busy, fails or refuses', async () => {
    s3.on(GetObjectLegalHoldCommand).resolves({});
    s3.on(PutObjectLegalHoldCommand).rejects(refusal('SlowDown', 503));
    await expect(set(true)).rejects.toBeInstanceOf(StoreBusyError);
    s3.on(PutObjectLegalHoldCommand).rejects(refusal('InternalError', 500));
    await expect(set(true)).rejects.toBeInstanceOf(StoreFaultError);
    s3.on(PutObjectLegalHoldCommand).rejects(refusal('AccessDenied', 403));
    await expect(set(true)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('the progress of a pass', () => {
  const locks = controlLocks(document, 'control');

  it('is kept under the hold, names no key, and goes by itself', async () => {
    await locks.markDone(PASS, 'customer-files/3', new Date('2026-12-07T00:00:00.500Z'));
    expect(db.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      Key: { pk: 'HOLD#acme', sk: 'PASS#m-1#2026-11-22T00:00:00.000Z' },
      ExpressionAttributeValues: { ':part': new Set(['customer-files/3']), ':expires': 1_796_601_601 },
    });
  });

  it('of a pass that has not begun is empty', async () => {
    db.on(GetCommand).resolves({});
    expect(await locks.done(PASS)).toEqual(new Set());
    db.on(GetCommand).resolves({ Item: { done: new Set(['exports/0']) } });
    expect(await locks.done(PASS)).toEqual(new Set(['exports/0']));
  });

  it('does not say "applied" of a hold that was lifted meanwhile, and takes a released one off the index', async () => {
    db.on(UpdateCommand).rejectsOnce(refusal('ConditionalCheckFailedException', 400)).resolves({});
    await locks.applied(holdOn(), new Date('2026-11-22T00:00:00.000Z'));
    await locks.released(holdOn(), new Date('2026-11-22T00:00:00.000Z'));
    const released = db.commandCalls(UpdateCommand)[1]?.args[0].input;
    expect(released?.UpdateExpression).toBe('SET #releasedAt = :at REMOVE #open, #dueAt');
    expect(released?.ConditionExpression).toBe('attribute_exists(#lifted)');
  });
});

describe('open holds', () => {
  it('are read from the index of what is due, standing ones and lifted ones', async () => {
    const row = (holdId: string) => ({ pk: 'HOLD#acme', sk: `HOLD#${holdId}`, dueAt: '2027-02-28T18:30:00.000Z' });
    db.on(QueryCommand, { ExpressionAttributeValues: { ':open': 'hold' } })
      .resolvesOnce({ Items: [row('m-1')], LastEvaluatedKey: { pk: 'a' } })
      .resolves({ Items: [row('m-2')] });
    db.on(QueryCommand, { ExpressionAttributeValues: { ':open': 'hold-lifted' } }).resolves({ Items: [row('m-3')] });
    const seen: string[] = [];
    for await (const { holdId, state } of controlOpenHolds(document, 'control').open()) seen.push(`${holdId} ${state}`);
    expect(seen).toEqual(['m-1 standing', 'm-2 standing', 'm-3 lifted']);
    expect(db.commandCalls(QueryCommand).every(({ args }) => args[0].input.IndexName === 'by-due')).toBe(true);
  });

  it('that are not understood are an error', async () => {
    db.on(QueryCommand).resolves({ Items: [{ pk: 'REQ#er-1', sk: 'META', dueAt: 'x' }] });
    await expect(controlOpenHolds(document, 'control').open()[Symbol.asyncIterator]().next()).rejects.toThrow();
  });
});
