import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { s3LogArchive } from '../../lambda/audit/adapters/s3-log-archive';
import { validateDigests } from '../../lambda/audit/validate';
import { Archive, changeByte, HOME, NOW, PREFIX, rsaKey, TRAIL, TrailWriter } from '../lambda/audit/trail-writer';
import { awsClients } from './support/clients';
import { testCloud } from './support/cloud';

const { s3 } = awsClients(testCloud());
const key = rsaKey();
let bucket: string;
let archive: Archive;
let trail: TrailWriter;

async function upload(name: string): Promise<void> {
  const object = archive.objects.get(name);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: object?.body, Metadata: object?.metadata }));
}

const validate = () =>
  validateDigests({
    archive: s3LogArchive(s3, bucket, PREFIX),
    publicKeys: { of: async () => new Map([[key.fingerprint, new Uint8Array(key.der)]]) },
    clock: { now: () => NOW },
    trailName: TRAIL,
    homeRegion: HOME,
  });

/** The emulator has no trail: what one would write is put into the deployed archive by hand. */
beforeAll(async () => {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  bucket = Buckets.map(({ Name = '' }) => Name).find((name) => /logarchive/i.test(name)) ?? '';
  archive = new Archive(bucket);
  trail = new TrailWriter(archive, key, HOME, new Date('2027-03-02T12:00:00Z')).hours(8);
  for (const name of archive.objects.keys()) await upload(name);
});

it('a trail is validated through S3, down to every log', async () => {
  expect(await validate()).toMatchObject({ digests: 8, logs: 16, unsigned: 0, problems: {} });
});

it('what was delivered is locked for 366 days', async () => {
  const Key = trail.logs[0] as string;
  const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key }));
  const days = ((Retention?.RetainUntilDate?.getTime() ?? 0) - Date.now()) / 86_400_000;
  expect([Retention?.Mode, Math.round(days)]).toEqual(['GOVERNANCE', 366]);
  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
  const [VersionId] = Versions?.map((version) => version.VersionId) ?? [];
  await expect(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }))).rejects.toThrow(/lock|denied/i);
});

it('a log that was written over and one below a delete marker are named, although the lock keeps their versions', async () => {
  const [changed = '', hidden = ''] = trail.logs;
  changeByte(archive, changed);
  await upload(changed);
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: hidden }));
  expect((await validate()).findings).toEqual(
    expect.arrayContaining([
      { kind: 'log-changed', region: HOME, key: changed },
      { kind: 'log-missing', region: HOME, key: hidden },
    ]),
  );
  expect((await validate()).problems).toEqual({ 'log-changed': 1, 'log-missing': 1 });
});
