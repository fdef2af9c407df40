import { erase, plan } from '../harness/eraser';
import { atMost, type Figure, note } from '../table';
import type { BenchContext, FigureGroup } from './figure';

const ITEMS = 10_000;
const SHARDS = 16;

async function measureOne({ dynamodb }: BenchContext, unprocessedShare: number): Promise<Figure[]> {
  const before = await dynamodb.load({ items: ITEMS, itemBytes: 1024, shards: SHARDS, unprocessedShare });
  const { ledgerRequests } = await erase(
    { dynamodb: dynamodb.url },
    { kind: 'dynamodb', shards: SHARDS, planned: ITEMS, verify: false },
  );
  const erased = await dynamodb.stats();
  if (erased.remaining > 0) throw new Error(`${erased.remaining} of ${ITEMS} items were not erased`);
  const queries = erased.operations.Query ?? 0;
  const writes = erased.operations.BatchWriteItem ?? 0;
  const floor = before.pages + Math.ceil((ITEMS + erased.unprocessed) / 25);
  const label = unprocessedShare === 0 ? 'nothing unprocessed:' : `${erased.unprocessed} deletes unprocessed:`;
  return [
    atMost(
      `${label} requests / (pages + ceil(M/25)) = (${queries}+${writes})/${floor}`,
      (queries + writes) / floor,
      1.05,
    ),
    {
      ...note(`${label} queries that read more than keys`, String(erased.wideQueries)),
      target: '0',
      pass: erased.wideQueries === 0,
    },
    note(`${label} control-table requests`, String(ledgerRequests)),
  ];
}

export const dynamodb: FigureGroup = {
  name: 'dynamodb',
  title: `DynamoDB requests to erase ${ITEMS.toLocaleString('en')} items of 1 KB over 16 shards and the shared partition`,
  method: 'Eraser against the DynamoDB stub, whose pages end at 1 MB; what came back unprocessed counts into M.',
  async measure(context) {
    const clean = await measureOne(context, 0);
    const flawed = await measureOne(context, 0.03);
    await context.dynamodb.load({ items: ITEMS, shards: SHARDS });
    await plan({ dynamodb: context.dynamodb.url }, { kind: 'dynamodb', shards: SHARDS });
    const planning = (await context.dynamodb.stats()).operations.Query ?? 0;
    await context.dynamodb.load({ items: 0, shards: SHARDS });
    await erase({ dynamodb: context.dynamodb.url }, { kind: 'dynamodb', shards: SHARDS, planned: 0, erase: false });
    const proof = (await context.dynamodb.stats()).operations.Query ?? 0;
    return [...clean, ...flawed, note('queries of planning; of the proof', `${planning}; ${proof}`)];
  },
};
