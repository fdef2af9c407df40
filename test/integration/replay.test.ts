import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EXIT } from '../../bin/cli/exit';
import { main } from '../../bin/cli/main';
import { snapshotTenant } from '../../bin/local/snapshot';
import { controlHolds } from '../../lambda/holds/adapters/control-holds';
import type { Store } from '../../lambda/shared/inventory';
import { holdOn } from '../lambda/holds/support';
import { apiFor, eraseToTheEnd } from './support/api';
import { listBucket, scanTable } from './support/by-hand';
import { awsClients } from './support/clients';
import { CLOUD_FILE_ENV, storeNamed, testCloud } from './support/cloud';
import { fillTenant } from './support/fill';
import { restoreBucket, restoreTable } from './support/restored';

const cloud = testCloud();
const GONE = 'replayed-traders';
const CLINIC = 'replayed-clinic';
const OTHER = 'replayed-bystander';

/** The copies, made before the erasures, and the moment in between. */
let records: Store;
let heldRecords: Store;
let files: Store;
let exports: Store;
let since: string;
/** By store: erasures of other tests, which moved the clock and so are dated later than now. */
const laterElsewhere = new Map<string, number>();

beforeAll(async () => {
  for (const tenantId of [GONE, CLINIC, OTHER])
    await fillTenant(cloud, tenantId, { subjects: ['p1', 'p10', 'p2'], versions: 6, rows: 30 });
  const tenants = [GONE, CLINIC, OTHER];
  records = await restoreTable(cloud, storeNamed(cloud, 'crm-records'));
  heldRecords = await restoreTable(cloud, storeNamed(cloud, 'crm-records'));
  files = await restoreBucket(cloud, storeNamed(cloud, 'customer-files'), tenants);
  exports = await restoreBucket(cloud, storeNamed(cloud, 'exports'), tenants);
  since = new Date().toISOString();
  for (const copy of [records, files, exports]) {
    const { erasures } = JSON.parse((await replay(copy, '--dry-run', '--json')).out) as { erasures: number };
    laterElsewhere.set(copy.id, erasures);
  }
  const api = apiFor(cloud);
  const ends = await Promise.all([
    eraseToTheEnd(api, { tenantId: GONE }),
    eraseToTheEnd(api, { tenantId: CLINIC, subjectId: 'p1' }),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['completed', 'completed']);
});

/** Runs the command on a copy, as an operator does. */
async function replay(copy: Store, ...more: string[]) {
  let out = '';
  const streams = { out: (text: string) => (out += text), err: () => undefined };
  const name = copy.kind === 's3' ? '--bucket' : '--table';
  const code = await main(
    [
      ...['replay-erasures', '--outputs', process.env[CLOUD_FILE_ENV] ?? '', '--since', since],
      ...['--store', copy.id, name, copy.name, ...more],
    ],
    streams,
  );
  return { code, out };
}

/** Everything in the copy, read without the key layout: bucket keys, or sort keys behind their tenant. */
async function listingOf(copy: Store): Promise<string[]> {
  if (copy.kind === 's3') return (await listBucket(cloud, copy)).map(({ key }) => key);
  return (await scanTable(cloud, copy.name)).map(({ pk, sk }) => `${pk?.S}/${sk?.S}`);
}

const inCopy = (copy: Store, tenantId: string, except?: (store: Store, key: string) => boolean) =>
  snapshotTenant({ ...cloud, inventory: [copy] }, tenantId, { ...(except && { except }) });

describe.each([
  ['table', () => records],
  ['bucket', () => files],
  ['bucket with what tenants share', () => exports],
])('a %s that was restored to a moment before two erasures', (_, copyOf) => {
  it('loses the erased tenant and person once they are replayed, and nothing else', async () => {
    const copy = copyOf();
    const erasures = 2 + (laterElsewhere.get(copy.id) ?? Number.NaN);
    // Her keys, and what her tenant shares where that may hold her.
    const hers = (_store: Store, key: string) =>
      /(^|\/)p1[/#]/.test(key) || (copy.id === 'exports' && key.includes('/_/'));
    const other = await inCopy(copy, OTHER);
    const rest = await inCopy(copy, CLINIC, hers);
    expect((await inCopy(copy, CLINIC)).sha256).not.toBe(rest.sha256);
    expect((await listingOf(copy)).some((key) => key.startsWith(GONE))).toBe(true);

    const before = await inCopy(copy, CLINIC);
    const dry = await replay(copy, '--dry-run');
    expect(dry.out).toMatch(
      new RegExp(
        `^${erasures} erasures would be applied again, \\d+ things erased, see er-.*: this copy may not serve`,
      ),
    );
    expect(dry.code).toBe(EXIT.notCompleted);
    expect(await inCopy(copy, CLINIC)).toEqual(before);

    const first = await replay(copy);

    expect(first.out).toMatch(
      new RegExp(`^${erasures} erasures applied again, \\d+ things erased, nothing left: .* may serve\\.\n$`),
    );
    expect(first.code).toBe(EXIT.ok);
    expect((await listingOf(copy)).filter((key) => key.startsWith(GONE))).toEqual([]);
    expect(await inCopy(copy, CLINIC)).toEqual(rest);
    expect(await inCopy(copy, OTHER)).toEqual(other);
    const again = await replay(copy, '--json');
    expect(JSON.parse(again.out)).toMatchObject({
      erasures,
      erased: { versions: 0, deleteMarkers: 0, uploads: 0, items: 0 },
      mayServe: true,
    });
  });
});

describe('a restored table under a legal hold', () => {
  it('keeps what the hold covers, loses the rest, and may not serve', async () => {
    const ledger = controlHolds(DynamoDBDocumentClient.from(awsClients(cloud).dynamodb), cloud.controlTable);
    await ledger.place(holdOn({ tenantId: CLINIC, subjectId: 'p1' }, { holdId: 'replayed-matter' }), 'test-counsel');

    const { code, out } = await replay(heldRecords);

    expect(code).toBe(EXIT.notCompleted);
    expect(out).toMatch(/30 things are held or were refused, legal holds: replayed-matter, .*this copy may not serve/);
    const rows = await listingOf(heldRecords);
    expect(rows.filter((row) => row.startsWith(GONE))).toEqual([]);
    expect(rows.filter((row) => row.startsWith(CLINIC) && row.includes('/p1#'))).toHaveLength(30);
  });
});
