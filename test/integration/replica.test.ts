import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { clientConfig } from '../../bin/local/aws';
import { publicKeyPem } from '../../bin/local/public-key';
import { snapshotTenant } from '../../bin/local/snapshot';
import { verifyCertificate } from '../../lambda/certificate/verify';
import { AwsResidueReader } from '../../lambda/erasure/adapters/residue-reader';
import type { Residue, Target } from '../../lambda/erasure/ports';
import { systemClock } from '../../lambda/shared/clock';
import { objectKey } from '../../lambda/shared/layout';
import { apiFor, eraseToTheEnd } from './support/api';
import { listBucket } from './support/by-hand';
import { awsClients } from './support/clients';
import { storeNamed, testCloud } from './support/cloud';
import { fillTenant } from './support/fill';

const cloud = testCloud();
const api = apiFor(cloud);
const { s3For } = awsClients(cloud);
const files = storeNamed(cloud, 'customer-files');
const replica = storeNamed(cloud, 'customer-files-replica');

async function keysIn(store: typeof files, tenantId: string): Promise<string[]> {
  return (await listBucket(cloud, store)).map(({ key }) => key).filter((key) => key.startsWith(`${tenantId}/`));
}

/** Outcome and count of erased versions of both stores, as the certificate has them. */
async function certified(requestId: string) {
  const verdict = verifyCertificate(Buffer.from(await api.certificate(requestId)), await publicKeyPem(cloud));
  if (!verdict.ok) throw new Error(verdict.reason);
  const stores = verdict.certificate.stores.filter(({ storeId }) => [files.id, replica.id].includes(storeId));
  return Object.fromEntries(stores.map(({ storeId, region, erased }) => [storeId, { region, ...erased }]));
}

describe('the copy of customer files in Hyderabad', () => {
  it('is in the inventory, in its own Region, beside the store that it copies', () => {
    expect(replica).toMatchObject({ region: 'ap-south-2', replicaOf: 'customer-files', objectLock: true });
    expect(cloud.dataKeys[replica.id]).toContain(':ap-south-2:');
  });

  it('is emptied with a tenant, and the certificate has a line for each Region', async () => {
    await fillTenant(cloud, 'both-regions', { subjects: ['p1', 'p2'], versions: 10, rows: 2 });
    await fillTenant(cloud, 'both-regions-2', { subjects: ['p1'], versions: 4, rows: 1 });
    const before = await snapshotTenant(cloud, 'both-regions-2');
    expect(await keysIn(replica, 'both-regions')).not.toEqual([]);
    const { status, requestId } = await eraseToTheEnd(api, { tenantId: 'both-regions' });
    expect(status).toBe('completed');
    for (const store of [files, replica]) expect(await keysIn(store, 'both-regions')).toEqual([]);
    expect(await snapshotTenant(cloud, 'both-regions-2')).toEqual(before);
    expect(await certified(requestId)).toEqual({
      'customer-files': { region: 'ap-south-1', versions: 20, deleteMarkers: 4, uploads: 2, items: 0 },
      // S3 copies no unfinished upload.
      'customer-files-replica': { region: 'ap-south-2', versions: 20, deleteMarkers: 4, uploads: 0, items: 0 },
    });
  });

  it('loses one person and nobody else', async () => {
    await fillTenant(cloud, 'one-of-both', { subjects: ['p1', 'p2'], versions: 6, rows: 1 });
    const others = (await keysIn(replica, 'one-of-both')).filter((key) => !key.includes('/p1/'));
    const { status } = await eraseToTheEnd(api, { tenantId: 'one-of-both', subjectId: 'p1' });
    expect(status).toBe('completed');
    expect(await keysIn(replica, 'one-of-both')).toEqual(others);
    for (const store of [files, replica])
      expect((await keysIn(store, 'one-of-both')).filter((key) => key.includes('/p1/'))).toEqual([]);
  });

  it('does not hide a version that came after the erasure: the second reader finds it, and the next request takes it', async () => {
    const tenantId = 'late-copy';
    await fillTenant(cloud, tenantId, { subjects: ['p1'], versions: 3, rows: 1 });
    expect(await eraseToTheEnd(api, { tenantId })).toMatchObject({ status: 'completed' });
    const Key = objectKey(tenantId, 'p1', 'late.pdf', replica.shards);
    const encryption = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: cloud.dataKeys[replica.id] };
    await s3For(replica).send(new PutObjectCommand({ Bucket: replica.name, Key, Body: 'late', ...encryption }));
    expect(await residueIn({ scope: 'tenant', tenantId })).toEqual([{ kind: 'versions', held: false }]);
    const again = await eraseToTheEnd(api, { tenantId });
    expect(again).toMatchObject({ status: 'completed' });
    expect(await certified(again.requestId)).toMatchObject({
      'customer-files': { versions: 0 },
      'customer-files-replica': { versions: 1 },
    });
    expect(await residueIn({ scope: 'tenant', tenantId })).toEqual([]);
  });
});

/** What the verifier's own reader sees in the copy. */
async function residueIn(target: Target): Promise<Residue[]> {
  const reader = new AwsResidueReader(s3For, new DynamoDBClient(clientConfig(cloud)), systemClock);
  const found: Residue[] = [];
  for await (const page of reader.read(replica, target)) found.push(...page);
  return found;
}
