import { createHash, randomBytes } from 'node:crypto';
import { type AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { DynamoDbStore } from '../../lambda/erasure/adapters/dynamodb-store';
import { S3Store } from '../../lambda/erasure/adapters/s3-store';
import { lanesOf } from '../../lambda/erasure/lanes';
import type { ErasableStore, Ref, Target } from '../../lambda/erasure/ports';
import type { Item } from '../../lambda/sealing/adapters/canonical-item';
import { TableSource } from '../../lambda/sealing/adapters/row-source';
import type { CopyLimits } from '../../lambda/sealing/adapters/s3-vault';
import { AwsVaultLister } from '../../lambda/sealing/adapters/vault-lister';
import { VaultReceipts } from '../../lambda/sealing/adapters/vault-table';
import { vaultOf } from '../../lambda/sealing/aws';
import type { Receipt } from '../../lambda/sealing/ports';
import { readSealed } from '../../lambda/sealing/seal-reader';
import { SealingStore } from '../../lambda/sealing/sealing-store';
import { placeOf, type SealingOf } from '../../lambda/sealing/vault-layout';
import { VaultView } from '../../lambda/sealing/vault-view';
import { systemClock } from '../../lambda/shared/clock';
import type { Keepers, Store } from '../../lambda/shared/inventory';
import { itemKey, objectKey } from '../../lambda/shared/layout';
import { awsClients } from './support/clients';
import { storeNamed, testCloud } from './support/cloud';
import { deployedKeepers } from './support/keepers';

const cloud = testCloud();
const { s3, dynamodb: db } = awsClients(cloud);
const files = storeNamed(cloud, 'customer-files');
const records = storeNamed(cloud, 'crm-records');
let keepers: Keepers;
beforeAll(async () => {
  keepers = await deployedKeepers(cloud);
});

const faults: unknown[] = [];
afterEach(() => expect(faults.splice(0)).toEqual([]));

function live(store: Store): ErasableStore {
  return store.kind === 's3' ? new S3Store(store, s3, systemClock) : new DynamoDbStore(store, db);
}

function sealing(of: SealingOf, limits?: CopyLimits): ErasableStore {
  const vault = vaultOf(of, { s3For: () => s3, db }, systemClock, limits);
  return new SealingStore(live(of.source), vault, { atOnce: 8, onFault: (error) => faults.push(error) });
}

/** Everything of a target, as its lanes list it. */
async function all(store: ErasableStore, target: Target): Promise<Ref[]> {
  const pages = await Promise.all(lanesOf(store.store, target, 10).map((lane) => store.list(lane)));
  return pages.flatMap((page) => page.refs);
}

const tenant = (tenantId: string): Target => ({ scope: 'tenant', tenantId });
const sealingOf = (source: Store, tenantId: string, requestId = 'er-1'): SealingOf => ({
  requestId,
  target: tenant(tenantId),
  source,
  keepers,
});

async function put(tenantId: string, name: string, Body: string | Uint8Array, more = {}): Promise<string> {
  const Key = objectKey(tenantId, 'p-1', name, files.shards);
  await s3.send(
    new PutObjectCommand({
      Bucket: files.name,
      Key,
      Body,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: cloud.dataKeys[files.id],
      ...more,
    }),
  );
  return Key;
}

async function bytesOf(answer: GetObjectCommandOutput): Promise<Uint8Array> {
  return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
}

/** What S3 says of a key, newest first, and what is in it. */
async function historyOf(key: string) {
  const page = await s3.send(new ListObjectVersionsCommand({ Bucket: files.name, Prefix: key }));
  const versions = (page.Versions ?? []).map((v) => ({ ...v, marker: false }));
  const markers = (page.DeleteMarkers ?? []).map((m) => ({ ...m, marker: true }));
  return Promise.all(
    [...versions, ...markers]
      .sort((a, b) => (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0))
      .map(async ({ VersionId = '', LastModified, marker }) => {
        const read = { Bucket: files.name, Key: key, VersionId };
        const answer = marker ? undefined : await s3.send(new GetObjectCommand(read));
        return {
          id: VersionId,
          time: LastModified?.getTime(),
          bytes: answer && Buffer.from(await bytesOf(answer)).toString('base64'),
          type: answer?.ContentType,
          metadata: answer?.Metadata,
        };
      }),
  );
}

/** The same of what the vault holds, by the receipts of known versions. */
async function sealedHistoryOf(key: string, ids: readonly { id: string; bytes?: string }[], of: SealingOf) {
  const receipts = new VaultReceipts(keepers.vaultTable, db);
  return Promise.all(
    ids.map(async ({ id, bytes }) => {
      const kind = bytes === undefined ? 'deleteMarkers' : 'versions';
      const receipt = await receipts.find(placeOf({ kind, key, part: id, partition: '' }, of));
      return receipt && { id: receipt.sourceVersion, ...(await copyOf(receipt)) };
    }),
  );
}

async function copyOf({ copy, lastModified, content }: Receipt) {
  const answer =
    copy &&
    (await s3.send(
      new GetObjectCommand({ Bucket: keepers.vaultBucket.name, Key: copy.key, VersionId: copy.versionId }),
    ));
  expect(content?.metadata).toEqual(answer?.Metadata);
  return {
    time: Date.parse(lastModified),
    bytes: answer && Buffer.from(await bytesOf(answer)).toString('base64'),
    type: answer?.ContentType,
    metadata: answer?.Metadata,
  };
}

describe('sealing objects', () => {
  it('moves every version and marker, byte for byte, with times and metadata, and leaves nothing', async () => {
    const of = sealingOf(files, 'sealed-traders');
    const name = 'नमस्ते & co?versionId=1 +#%.pdf';
    const metadata = { ContentType: 'application/pdf', Metadata: { author: 'p-1' }, Tagging: 'kind=contract' };
    const key = await put('sealed-traders', name, 'first', metadata);
    await put('sealed-traders', name, Uint8Array.from(randomBytes(70_000)));
    await s3.send(new DeleteObjectCommand({ Bucket: files.name, Key: key }));
    await put('sealed-traders', name, '');
    const before = await historyOf(key);
    expect(before).toHaveLength(4);

    const store = sealing(of);
    expect(await store.erase(await all(store, of.target))).toEqual([]);
    expect(await all(live(files), of.target)).toEqual([]);
    expect(await sealedHistoryOf(key, before, of)).toEqual(before);
  });

  it('copies a large version in parts', async () => {
    const of = sealingOf(files, 'sealed-archive');
    const MIB = 1024 ** 2;
    const bytes = Uint8Array.from(randomBytes(11 * MIB));
    const key = await put('sealed-archive', 'archive.zip', bytes, {
      ContentType: 'application/zip',
      Metadata: { a: 'b' },
    });
    const before = await historyOf(key);
    const store = sealing(of, { largestCopyBytes: 6 * MIB, partBytes: 5 * MIB });
    expect(await store.erase(await all(store, of.target))).toEqual([]);
    const [sealed] = await sealedHistoryOf(key, before, of);
    expect(sealed).toEqual(before[0]);
    expect(await all(live(files), of.target)).toEqual([]);
  });

  it('copies nothing a second time, and finishes what was copied and not erased', async () => {
    const of = sealingOf(files, 'sealed-twice');
    await put('sealed-twice', 'a.txt', 'content');
    const [ref] = await all(live(files), of.target);
    if (ref === undefined) throw new Error('no version');
    const vault = vaultOf(of, { s3For: () => s3, db }, systemClock);
    for (let n = 0; n < 3; n++) expect(await vault.secure(ref)).toEqual({ outcome: 'kept' });
    const store = sealing(of);
    expect(await store.erase([ref, ref])).toEqual([]);
    const { sealed, remains } = await readSealed(
      { target: of.target, requestId: 'er-1', storeId: files.id },
      new AwsVaultLister(keepers, s3, db),
    );
    expect(sealed).toMatchObject({ versions: 1 });
    expect(remains).toMatchObject({ versions: 1, items: 1 });
  });
});

const EVERY_TYPE: Item = {
  text: { S: 'नमस्ते' },
  empty: { S: '' },
  number: { N: '1234567890123456789012345678901234567.8' },
  tiny: { N: '0.00000000000000000000000000000000000012' },
  binary: { B: Uint8Array.from([0, 255, 1]) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  words: { SS: ['b', 'a', 'ü'] },
  numbers: { NS: ['3', '1', '2.5'] },
  blobs: { BS: [Uint8Array.from([2]), Uint8Array.from([1, 0])] },
  list: { L: [{ S: 'x' }, { N: '1' }, { M: { deep: { L: [{ BOOL: false }] } } }] },
  map: { M: { inner: { SS: ['z', 'y'] } } },
};

async function putRow(tenantId: string, rest: string, attributes: Item): Promise<{ ref: Ref; item: Item }> {
  const { pk, sk } = itemKey(tenantId, 'p-1', rest, records.shards);
  const item: Item = { pk: { S: pk }, sk: { S: sk }, ...attributes };
  await db.send(new PutItemCommand({ TableName: records.name, Item: item }));
  return { ref: { kind: 'items', key: pk, part: sk, partition: pk }, item };
}

/** Sets have no order. */
function sorted(value: AttributeValue): unknown {
  if (value.SS) return value.SS.toSorted();
  if (value.NS) return value.NS.toSorted();
  if (value.BS) return value.BS.map((b) => Buffer.from(b).toString('hex')).toSorted();
  if (value.B) return Buffer.from(value.B).toString('hex');
  if (value.L) return value.L.map(sorted);
  if (value.M) return Object.fromEntries(Object.entries(value.M).map(([name, each]) => [name, sorted(each)]));
  return value;
}

describe('sealing rows', () => {
  it('moves a row with every type there is, exactly, and leaves nothing', async () => {
    const of = sealingOf(records, 'sealed-rows');
    const { ref, item } = await putRow('sealed-rows', 'contact', EVERY_TYPE);
    await putRow('sealed-rows', 'keys only', {});
    const row = await new TableSource(records, db).read(ref);
    const store = sealing(of);
    expect(await store.erase(await all(store, of.target))).toEqual([]);
    expect(await all(live(records), of.target)).toEqual([]);

    const { pk, sk } = placeOf(ref, of, row?.sha256);
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const sealed = await db.send(new GetItemCommand({ TableName: keepers.vaultTable.name, Key }));
    expect(sealed.Item?.sha256?.S).toBe(row?.sha256);
    expect(sorted({ M: sealed.Item?.item?.M ?? {} })).toEqual(sorted({ M: item }));
  });

  it('erases a row only as it was read, and says when more was in it', async () => {
    const source = new TableSource(records, db);
    const { ref } = await putRow('sealed-changes', 'contact', EVERY_TYPE);
    const read = await source.read(ref);
    if (read === undefined) throw new Error('no row');
    await putRow('sealed-changes', 'contact', { ...EVERY_TYPE, map: { M: { inner: { SS: ['z'] } } } });
    expect(await source.eraseUnchanged(ref, read)).toEqual({ outcome: 'changed' });
    await putRow('sealed-changes', 'contact', { ...EVERY_TYPE, added: { S: 'phone' } });
    const erased = await source.eraseUnchanged(ref, read);
    expect(erased).toMatchObject({ outcome: 'erased', more: { content: { added: { S: 'phone' } } } });
    expect(await source.eraseUnchanged(ref, read)).toEqual({ outcome: 'erased' });
    expect(await source.read(ref)).toBeUndefined();
  });
});

describe('the end of a seal', () => {
  it('takes what one request sealed out of one store, and nothing else', async () => {
    const tenantId = 'sealed-and-over';
    for (const requestId of ['er-1', 'er-2']) {
      await put(tenantId, `${requestId}.pdf`, createHash('sha256').update(requestId).digest());
      await putRow(tenantId, requestId, { name: { S: requestId } });
      for (const source of [files, records]) {
        const store = sealing(sealingOf(source, tenantId, requestId));
        expect(await store.erase(await all(store, tenant(tenantId)))).toEqual([]);
      }
    }
    const lister = new AwsVaultLister(keepers, s3, db);
    const read = (requestId: string, storeId: string) =>
      readSealed({ target: tenant(tenantId), requestId, storeId }, lister);
    expect((await read('er-1', files.id)).sealed).toMatchObject({ versions: 1 });

    for (const vault of [keepers.vaultBucket, keepers.vaultTable]) {
      const ending = new VaultView(live(vault), { requestId: 'er-1', storeIds: new Set([files.id]) });
      expect(await ending.erase(await all(ending, tenant(tenantId)))).toEqual([]);
    }
    expect((await read('er-1', files.id)).remains).toEqual({ versions: 0, deleteMarkers: 0, uploads: 0, items: 0 });
    expect((await read('er-1', records.id)).sealed).toMatchObject({ items: 1 });
    expect((await read('er-2', files.id)).sealed).toMatchObject({ versions: 1 });
    expect((await read('er-2', records.id)).sealed).toMatchObject({ items: 1 });
  });
});
