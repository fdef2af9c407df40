import { erase } from '../harness/eraser';
import { runClient } from '../harness/processes';
import type { S3Load } from '../stubs/s3-stub';
import { atLeast, atMost, type Figure, median, note } from '../table';
import type { BenchContext, FigureGroup } from './figure';

const VERSIONS = 35_000;
const KEYS_PER_SECOND = 3_500;
/** One second of burst is free, the rest passes at the partition's rate. */
const FLOOR_MS = ((VERSIONS - KEYS_PER_SECOND) / KEYS_PER_SECOND) * 1000;

interface Paced {
  readonly spanMs: number;
  /** Share of delete calls that were answered 503. */
  readonly throttled: number;
}

async function paced({ s3 }: BenchContext, load: Partial<S3Load>, client: () => Promise<unknown>): Promise<Paced> {
  await s3.load({ versions: VERSIONS, latencyMs: 20, keysPerSecond: KEYS_PER_SECOND, ...load });
  await client();
  const { remaining, spanMs, throttled, operations } = await s3.stats();
  if (remaining > 0) throw new Error(`${remaining} of ${VERSIONS} versions were not erased`);
  return { spanMs, throttled: throttled / (operations.DeleteObjects ?? 1) };
}

const ours = ({ s3 }: BenchContext, shards: number) =>
  erase({ s3: s3.url }, { shards, planned: VERSIONS, ledgerLatencyMs: 20 });

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

export const pacing: FigureGroup = {
  name: 'pacing',
  title: `${VERSIONS.toLocaleString('en')} versions where a partition takes ${KEYS_PER_SECOND} keys a second`,
  method:
    'The stub holds a token bucket with one second of burst per partition and refuses a whole call with 503; one shard: median of three runs.',
  async measure(context) {
    const ones: Paced[] = [];
    for (let run = 0; run < (context.quick ? 1 : 3); run++)
      ones.push(await paced(context, { shards: 1 }, () => ours(context, 1)));
    const one = { spanMs: median(ones.map((o) => o.spanMs)), throttled: median(ones.map((o) => o.throttled)) };
    const sixteen = await paced(context, { shards: 16 }, () => ours(context, 16));
    const figures: Figure[] = [
      atMost('one shard: span / floor', one.spanMs / FLOOR_MS, 1.1),
      atMost('one shard: share of delete calls throttled', one.throttled, 0.02, 3),
      atLeast('16 shards: times as fast as one shard', one.spanMs / sixteen.spanMs, 1, 1),
      atMost('16 shards: share of delete calls throttled', sixteen.throttled, 0.02, 3),
    ];
    if (context.quick) return figures;
    const unsplit = await paced(context, { shards: 16, partition: 'bucket' }, () => ours(context, 16));
    const cdk = await paced(context, { shards: 1 }, () => runClient('cdk-client', {}, { s3: context.s3.url }));
    return [
      ...figures,
      note(
        '16 shards that S3 still keeps in one partition: span / floor, throttled',
        `${(unsplit.spanMs / FLOOR_MS).toFixed(2)}, ${percent(unsplit.throttled)}`,
      ),
      note(
        "CDK's handler on one shard: span / floor, throttled",
        `${(cdk.spanMs / FLOOR_MS).toFixed(2)}, ${percent(cdk.throttled)}`,
      ),
    ];
  },
};
