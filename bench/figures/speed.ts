import { erase } from '../harness/eraser';
import { runClient, type S3Stub } from '../harness/processes';
import { atLeast, median, note } from '../table';
import type { FigureGroup } from './figure';

const VERSIONS = 20_000;
const SHARDS = 16;
const LATENCY_MS = 20;

async function spanOf(s3: S3Stub, client: () => Promise<unknown>): Promise<number> {
  await s3.load({ versions: VERSIONS, shards: SHARDS, latencyMs: LATENCY_MS });
  await client();
  const { remaining, spanMs } = await s3.stats();
  if (remaining > 0) throw new Error(`${remaining} of ${VERSIONS} versions were not erased`);
  return spanMs;
}

export const speed: FigureGroup = {
  name: 'speed',
  title: `Time for ${VERSIONS.toLocaleString('en')} versions, ${LATENCY_MS} ms a request, proof included`,
  method:
    "First request to last reply at the stub, CDK's handler and the eraser in turns, each run in a fresh process; medians.",
  async measure({ s3, quick }) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let run = 0; run < (quick ? 2 : 7); run++) {
      theirs.push(await spanOf(s3, () => runClient('cdk-client', {}, { s3: s3.url })));
      ours.push(
        await spanOf(s3, () =>
          erase({ s3: s3.url }, { shards: SHARDS, planned: VERSIONS, ledgerLatencyMs: LATENCY_MS }),
        ),
      );
    }
    const spread = ours.map((span, i) => (theirs[i] ?? 0) / span).sort((a, b) => a - b);
    return [
      atLeast("span of CDK's handler / span of the eraser (aim 2.4)", median(theirs) / median(ours), 1.6),
      note('lowest and highest of the paired ratios', `${spread[0]?.toFixed(2)} .. ${spread.at(-1)?.toFixed(2)}`),
    ];
  },
};
