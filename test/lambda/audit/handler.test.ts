import { Readable } from 'node:stream';
import { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { ENV } from '../../../lambda/shared/names';
import { Archive, BUCKET, changeByte, HOME, PREFIX, rsaKey, TRAIL, TrailWriter } from './trail-writer';

const $metadata = {};
const key = rsaKey();
const s3 = mockClient(S3Client);
const cloudTrail = mockClient(CloudTrailClient);
const events = mockClient(EventBridgeClient);
const lines: string[] = [];

/** S3 with what the archive holds. */
function serve(archive: Archive): void {
  s3.on(ListObjectsV2Command).callsFake(({ Prefix = '', Delimiter }) => {
    const keys = archive.keys(Prefix);
    if (Delimiter === undefined) return { Contents: keys.map((Key) => ({ Key })), $metadata };
    const folders = new Set(keys.map((name) => `${Prefix}${name.slice(Prefix.length).split('/')[0]}/`));
    return { CommonPrefixes: [...folders].map((folder) => ({ Prefix: folder })), $metadata };
  });
  s3.on(GetObjectCommand).callsFake(({ Key = '' }) => {
    const object = archive.objects.get(Key);
    if (!object) throw new NoSuchKey({ message: '', $metadata });
    return { Body: Readable.from([object.body]), Metadata: object.metadata, $metadata };
  });
}

/** A trail whose newest digest has just been written. */
function currentTrail(archive: Archive): TrailWriter {
  const start = new Date(Math.floor(Date.now() / 3_600_000 - 60) * 3_600_000);
  return new TrailWriter(archive, key, HOME, start).hours(60);
}

async function run(): Promise<unknown> {
  Object.assign(process.env, {
    AWS_REGION: HOME,
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_METRICS_DISABLED: 'false',
    [ENV.logArchive]: BUCKET,
    [ENV.digestPrefix]: PREFIX,
    [ENV.trailName]: TRAIL,
    [ENV.eventBus]: 'bus',
  });
  const { handler } = jest.requireActual<typeof import('../../../lambda/audit/digest-validation.handler')>(
    '../../../lambda/audit/digest-validation.handler',
  );
  await handler();
  return JSON.parse(events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0]?.Detail ?? 'null');
}

beforeEach(() => {
  for (const mock of [s3, cloudTrail, events]) mock.reset();
  lines.length = 0;
  for (const method of ['log', 'info', 'error'] as const)
    jest.spyOn(console, method).mockImplementation((...parts: unknown[]) => lines.push(String(parts[0])));
  cloudTrail
    .on(ListPublicKeysCommand)
    .resolves({ PublicKeyList: [{ Fingerprint: key.fingerprint, Value: new Uint8Array(key.der) }], $metadata });
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, $metadata });
});

it('an intact trail is told as such, in an event and as metrics', async () => {
  const archive = new Archive();
  currentTrail(archive);
  serve(archive);
  expect(await run()).toMatchObject({ verdict: 'intact', digests: 49, logs: 98, unsigned: 0 });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({ DigestProblems: 0, DigestsValidated: 49, service: 'log-integrity' }),
  );
});

it('a log that was changed is counted, and named in the function’s own log', async () => {
  const archive = new Archive();
  const trail = currentTrail(archive);
  const log = trail.logs.at(-3) as string;
  changeByte(archive, log);
  serve(archive);
  expect(await run()).toMatchObject({ verdict: 'broken', problems: { 'log-changed': 1 } });
  const told = lines.map((line) => JSON.parse(line) as unknown);
  expect(told).toContainEqual(expect.objectContaining({ DigestProblems: 1 }));
  expect(told).toContainEqual(expect.objectContaining({ level: 'ERROR', kind: 'log-changed', region: HOME, key: log }));
});

it('a trail that cannot be read is told by no metric and no event, and fails', async () => {
  s3.on(ListObjectsV2Command).rejects(new Error('AccessDenied'));
  await expect(run()).rejects.toThrow('AccessDenied');
  expect(events.calls()).toEqual([]);
  expect(lines).toEqual([]);
});
