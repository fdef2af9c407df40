import { erase, plan } from '../harness/eraser';
import type { S3Stats } from '../stubs/s3-stub';
import { atMost, type Figure, note } from '../table';
import type { BenchContext, FigureGroup } from './figure';

const SHARDS = 16;

/** Requests that delete or prove, as opposed to the multipart listing, which the formula leaves out. */
function counted(stats: S3Stats): number {
  return Object.entries(stats.operations)
    .filter(([operation]) => operation !== 'ListMultipartUploads')
    .reduce((sum, [, count]) => sum + count, 0);
}

/** What no client that has to discover its keys can do without: list, delete, and one proof per shard. */
function formula(versions: number): number {
  return 2 * Math.ceil(versions / 1000) + SHARDS;
}

async function measureOne({ s3 }: BenchContext, versions: number): Promise<Figure[]> {
  await s3.load({ versions, shards: SHARDS });
  await plan({ s3: s3.url }, { shards: SHARDS });
  const planning = counted(await s3.stats());

  await s3.load({ versions, shards: SHARDS });
  const { ledgerRequests } = await erase({ s3: s3.url }, { shards: SHARDS, planned: versions });
  const stats = await s3.stats();
  if (stats.remaining > 0) throw new Error(`${stats.remaining} of ${versions} versions were not erased`);
  const floor = formula(versions);
  const requests = counted(stats);
  const label = `${versions.toLocaleString('en')} versions:`;
  return [
    atMost(`${label} S3 requests / (2*ceil(N/1000)+P) = ${requests}/${floor}`, requests / floor, 1.05),
    atMost(
      `${label} the same with ${ledgerRequests} control-table requests`,
      (requests + ledgerRequests) / floor,
      1.05,
    ),
    note(`${label} S3 requests of planning, before the erasure`, String(planning)),
  ];
}

export const requests: FigureGroup = {
  name: 'requests',
  title: 'Requests to erase and prove N versions over 16 shards',
  method: 'Eraser and verifier against the S3 stub; requests counted by the stub, multipart listing left out.',
  async measure(context) {
    const figures: Figure[] = [];
    for (const versions of context.quick ? [1_000, 20_000] : [1_000, 20_000, 200_000])
      figures.push(...(await measureOne(context, versions)));
    return figures;
  },
};
