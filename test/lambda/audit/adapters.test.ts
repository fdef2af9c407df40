import { Readable } from 'node:stream';
import { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { cloudTrailKeys } from '../../../lambda/audit/adapters/cloudtrail-keys';
import { putIntegrity } from '../../../lambda/audit/adapters/event-bus';
import { emitIntegrity } from '../../../lambda/audit/adapters/integrity-metrics';
import { s3LogArchive } from '../../../lambda/audit/adapters/s3-log-archive';
import { integrityEvent } from '../../../lambda/audit/integrity-event';
import { BUCKET, PREFIX } from './trail-writer';

const $metadata = {};
const INTEGRITY = {
  from: '2027-02-28T19:30:00.000Z',
  to: '2027-03-02T20:30:00.000Z',
  regions: 2,
  digests: 98,
  logs: 400,
  unsigned: 49,
  problems: { 'log-missing': 2, 'chain-broken': 1 },
  findings: [{ kind: 'log-missing', region: 'ap-south-1', key: 'cloudtrail/AWSLogs/1/a.json.gz' }],
} as const;

describe('the archive in S3', () => {
  const s3 = mockClient(S3Client);
  const archive = s3LogArchive(new S3Client({}), BUCKET, PREFIX);
  beforeEach(() => s3.reset());

  it('finds the Regions that have digests, on every page', async () => {
    const ask = { Bucket: BUCKET, Prefix: PREFIX, Delimiter: '/' };
    s3.on(ListObjectsV2Command, ask)
      .resolves({ CommonPrefixes: [{ Prefix: `${PREFIX}ap-south-1/` }], NextContinuationToken: 'more', $metadata })
      .on(ListObjectsV2Command, { ...ask, ContinuationToken: 'more' })
      .resolves({ CommonPrefixes: [{ Prefix: `${PREFIX}us-east-1/` }], $metadata });
    expect(await archive.regions()).toEqual(['ap-south-1', 'us-east-1']);
  });

  it('lists the digests of one day, on every page', async () => {
    const ask = { Bucket: BUCKET, Prefix: `${PREFIX}ap-south-1/2027/03/02/` };
    s3.on(ListObjectsV2Command, ask)
      .resolves({ Contents: [{ Key: 'a' }], NextContinuationToken: 'more', $metadata })
      .on(ListObjectsV2Command, { ...ask, ContinuationToken: 'more' })
      .resolves({ Contents: [{ Key: 'b' }], $metadata });
    const keys: string[] = [];
    for await (const key of archive.digestKeys('ap-south-1', new Date('2027-03-02T23:59:59Z'))) keys.push(key);
    expect(keys).toEqual(['a', 'b']);
  });

  it('gives out what an object holds, with its metadata', async () => {
    const Body = Readable.from([Buffer.from('ab'), Buffer.from('c')]);
    s3.on(GetObjectCommand, { Bucket: BUCKET, Key: 'a' }).resolves({
      Metadata: { signature: '00' },
      Body: Body as never,
    });
    const object = await archive.read('a');
    const chunks: Uint8Array[] = [];
    for await (const chunk of object?.body ?? []) chunks.push(chunk);
    expect([object?.metadata, Buffer.concat(chunks).toString()]).toEqual([{ signature: '00' }, 'abc']);
  });

  it('tells an object that is not there from one that it may not read', async () => {
    s3.on(GetObjectCommand).rejectsOnce(new NoSuchKey({ message: '', $metadata }));
    expect(await archive.read('a')).toBeUndefined();
    const denied = new S3ServiceException({ name: 'AccessDenied', $fault: 'client', $metadata, message: 'denied' });
    s3.on(GetObjectCommand).rejects(denied);
    await expect(archive.read('a')).rejects.toThrow('denied');
  });
});

describe('public keys', () => {
  const cloudTrail = mockClient(CloudTrailClient);
  const keys = cloudTrailKeys(new CloudTrailClient({ region: 'ap-south-1' }));
  const [from, to] = [new Date(INTEGRITY.from), new Date(INTEGRITY.to)];
  beforeEach(() => cloudTrail.reset());

  it('are those of all pages, by fingerprint', async () => {
    cloudTrail
      .on(ListPublicKeysCommand, { StartTime: from, EndTime: to })
      .resolves({ PublicKeyList: [{ Fingerprint: 'a', Value: Uint8Array.of(1) }], NextToken: 'more', $metadata })
      .on(ListPublicKeysCommand, { StartTime: from, EndTime: to, NextToken: 'more' })
      .resolves({ PublicKeyList: [{ Fingerprint: 'b', Value: Uint8Array.of(2) }], $metadata });
    expect([...((await keys.of('ap-south-1', from, to)) ?? [])]).toEqual([
      ['a', Uint8Array.of(1)],
      ['b', Uint8Array.of(2)],
    ]);
  });

  it('of another Region are not asked for', async () => {
    expect(await keys.of('us-east-1', from, to)).toBeUndefined();
    expect(cloudTrail.calls()).toEqual([]);
  });
});

describe('the result', () => {
  it('is told under the names that alarms watch, problems of all kinds together', () => {
    // Else Powertools writes past the console.
    Object.assign(process.env, { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' });
    const lines: string[] = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
    emitIntegrity(INTEGRITY);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        service: 'log-integrity',
        DigestsValidated: 98,
        LogsValidated: 400,
        DigestsWithoutSignatureCheck: 49,
        DigestProblems: 3,
      }),
    ]);
  });

  it('goes to the bus as an event of its own type', async () => {
    const events = mockClient(EventBridgeClient);
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, $metadata });
    await putIntegrity(new EventBridgeClient({}), 'bus', integrityEvent(INTEGRITY));
    const [entry] = events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    const { findings: _, ...counts } = INTEGRITY;
    expect(entry).toMatchObject({ EventBusName: 'bus', Source: 'digicrm.compliance', DetailType: 'Log integrity' });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({ verdict: 'broken', ...counts });
  });

  it('that the bus does not take is a failure', async () => {
    mockClient(EventBridgeClient).on(PutEventsCommand).resolves({ FailedEntryCount: 1, $metadata });
    await expect(putIntegrity(new EventBridgeClient({}), 'bus', integrityEvent(INTEGRITY))).rejects.toThrow(
      /did not take/,
    );
  });
});
