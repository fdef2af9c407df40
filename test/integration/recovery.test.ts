import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EXIT } from '../../bin/cli/exit';
import { main } from '../../bin/cli/main';
import { clientConfig } from '../../bin/local/aws';
import { seedData } from '../../bin/local/seed';
import { snapshotTenant } from '../../bin/local/snapshot';
import { controlRecovery } from '../../lambda/recovery/adapters/control-recovery';
import { dynamoDbRows } from '../../lambda/recovery/adapters/dynamodb-rows';
import { TenantSuspendedError } from '../../lambda/recovery/errors';
import type { Direction } from '../../lambda/recovery/model';
import { readRows } from '../../lambda/recovery/records-reader';
import { hasFlags } from '../../lambda/shared/inventory';
import { objectKey, SHARED } from '../../lambda/shared/layout';
import { scanTable } from './support/by-hand';
import { awsClients } from './support/clients';
import { storeNamed, testCloud } from './support/cloud';
import { holdVersion, putVersion } from './support/fill';
import { allQueues, peek } from './support/traces';

const cloud = testCloud();
const { s3, sqs } = awsClients(cloud);
const db = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(cloud)));
const ledger = controlRecovery(db, cloud.controlTable);
const buckets = cloud.inventory.filter(({ kind }) => kind === 's3');
const tables = cloud.inventory.filter(hasFlags);
const files = storeNamed(cloud, 'customer-files');

const TENANT = 'recovered-tenant';
const NEIGHBOUR = 'recovered-tenant-2';
/** Its version is under a legal hold, which is no reason not to hide it. */
const HELD = 'held.pdf';
/** Names that queues, XML and URLs could trip over. */
const NAMES = ['ग्राहक सूची 😀.pdf', 'a+b & c <d> "e".pdf', "Ravi's%20file.pdf", 'tab\tand space .pdf'];

async function queueUrl(direction: Direction): Promise<string> {
  const name = direction === 'hide' ? 'RecoveryHideQueue' : 'RecoveryRevealQueue';
  const found = (await allQueues(cloud)).filter((url) => url.includes(name) && !url.includes('DeadLetters'));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} queues are called ${name}`);
  return found[0];
}

/** Asks for all stores of a tenant at once, and resolves when all are done. */
async function all(direction: Direction, terminationId: string): Promise<void> {
  const QueueUrl = await queueUrl(direction);
  for (const { id: storeId } of cloud.inventory) {
    const message = { type: direction, tenantId: TENANT, terminationId, storeId };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  }
  const deadline = Date.now() + 100_000;
  for (;;) {
    const done = await ledger.done(TENANT, terminationId, direction);
    if (done.length === cloud.inventory.length) return;
    if (Date.now() > deadline) throw new Error(`${direction}: only ${done.join(', ')} are done`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function currentObjects(tenantId: string): Promise<number> {
  const pages = await Promise.all(
    buckets.map(({ name }) => s3.send(new ListObjectsV2Command({ Bucket: name, Prefix: `${tenantId}/` }))),
  );
  return pages.reduce((sum, { KeyCount = 0 }) => sum + KeyCount, 0);
}

async function countRows(tenantId: string): Promise<number> {
  let count = 0;
  for (const table of tables)
    for await (const page of readRows(dynamoDbRows(table, db), tenantId)) count += page.length;
  return count;
}

beforeAll(async () => {
  await seedData(cloud, { tenants: [TENANT, NEIGHBOUR], records: 60, files: 40 });
  for (const name of NAMES)
    for (const subject of ['p-unicode', SHARED]) {
      const place = { Bucket: files.name, Key: objectKey(TENANT, subject, name, files.shards) };
      const encryption = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: cloud.dataKeys[files.id] };
      const meta = { ContentType: 'application/pdf', Metadata: { source: 'upload form' } };
      for (const Body of ['first', 'second'])
        await s3.send(new PutObjectCommand({ ...place, ...encryption, ...meta, Body }));
      if (subject === SHARED) await s3.send(new DeleteObjectCommand(place));
    }
  await holdVersion(cloud, await putVersion(cloud, files.id, TENANT, 'p-held', HELD), 'ON');
});

describe('a terminated tenant', () => {
  it('has nothing usable, and after a restore everything as it was', async () => {
    const [before, neighbour] = [await snapshotTenant(cloud, TENANT), await snapshotTenant(cloud, NEIGHBOUR)];
    const [objects, rows] = [await currentObjects(TENANT), await countRows(TENANT)];
    expect(before.counts.deleteMarkers).toBeGreaterThan(NAMES.length);
    expect(Math.min(objects, rows)).toBeGreaterThan(0);

    await all('hide', 'tm-1');
    expect(await currentObjects(TENANT)).toBe(0);
    const key = objectKey(TENANT, 'p-unicode', NAMES[0] ?? '', files.shards);
    await expect(s3.send(new GetObjectCommand({ Bucket: files.name, Key: key }))).rejects.toThrow(
      expect.objectContaining({ name: 'NoSuchKey' }),
    );
    for (const table of tables)
      await expect(readRows(dynamoDbRows(table, db), TENANT).next()).rejects.toThrow(TenantSuspendedError);
    const hidden = await snapshotTenant(cloud, TENANT);
    expect(hidden.counts).toEqual({
      ...before.counts,
      deleteMarkers: before.counts.deleteMarkers + objects,
      items: before.counts.items + tables.length,
    });

    await all('reveal', 'tm-1');
    expect(await snapshotTenant(cloud, TENANT)).toEqual(before);
    expect([await currentObjects(TENANT), await countRows(TENANT)]).toEqual([objects, rows]);
    expect(await snapshotTenant(cloud, NEIGHBOUR)).toEqual(neighbour);

    // A second contract's end is none of the first one's business.
    await all('hide', 'tm-2');
    expect(await currentObjects(TENANT)).toBe(0);
    await all('reveal', 'tm-2');
    expect(await snapshotTenant(cloud, TENANT)).toEqual(before);
  });

  it('is refused by digicrm records while it is suspended, and counted otherwise', async () => {
    const run = async () => {
      const printed = { out: '', err: '' };
      const streams = {
        out: (text: string) => {
          printed.out += text;
        },
        err: (text: string) => {
          printed.err += text;
        },
      };
      const outputs = process.env.DIGICRM_TEST_CLOUD ?? '';
      const code = await main(['records', '--tenant', TENANT, '--json', '--outputs', outputs], streams);
      return { code, ...printed };
    };
    await all('hide', 'tm-3');
    expect(await run()).toMatchObject({ code: EXIT.refused, err: expect.stringContaining('is suspended') });
    await all('reveal', 'tm-3');
    const { code, out } = await run();
    expect(code).toBe(EXIT.ok);
    expect(JSON.parse(out).counts['crm-records']).toBeGreaterThan(0);
    expect(out).not.toContain('rows');
  });

  it('leaves no key in the control table and no message in a dead-letter queue', async () => {
    const items = (await scanTable(cloud, cloud.controlTable)).filter(({ pk }) => pk?.S === `HIDE#${TENANT}`);
    expect(items.length).toBeGreaterThan(cloud.inventory.length);
    expect(JSON.stringify(items)).not.toMatch(/pdf|csv|p-unicode/);
    for (const url of (await allQueues(cloud)).filter((each) => /Recovery.*DeadLetters/.test(each)))
      expect(await peek(cloud, url)).toEqual([]);
  });
});
