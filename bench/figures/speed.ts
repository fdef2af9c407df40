import { NODE_ARGUMENTS } from '../../lambda/shared/names';
import type { CdkResult } from '../clients/cdk-client';
import { erase } from '../harness/eraser';
import { runClient, type S3Stub } from '../harness/processes';
import { atLeast, median, note } from '../table';
import type { FigureGroup } from './figure';

const VERSIONS = 20_000;
const SHARDS = 16;
const LATENCY_MS = 20;

interface Took {
  readonly spanMs: number;
  readonly cpuMs: number;
}

async function timeOf(s3: S3Stub, client: () => Promise<{ cpuMs: number }>): Promise<Took> {
  await s3.load({ versions: VERSIONS, shards: SHARDS, latencyMs: LATENCY_MS });
  const { cpuMs } = await client();
  const { remaining, spanMs } = await s3.stats();
  if (remaining > 0) throw new Error(`${remaining} of ${VERSIONS} versions were not erased`);
  return { spanMs, cpuMs };
}

export const speed: FigureGroup = {
  name: 'speed',
  title: `Time for ${VERSIONS.toLocaleString('en')} versions, ${LATENCY_MS} ms a request, proof included`,
  method:
    "First request to last reply at the stub, CDK's handler and the eraser in turns, each run in a fresh process; medians.",
  async measure({ s3, quick }) {
    const ours: Took[] = [];
    const theirs: Took[] = [];
    for (let run = 0; run < (quick ? 2 : 7); run++) {
      theirs.push(await timeOf(s3, () => runClient<CdkResult>('cdk-client', {}, { s3: s3.url })));
      ours.push(
        await timeOf(s3, () =>
          erase(
            { s3: s3.url, nodeArguments: NODE_ARGUMENTS },
            { shards: SHARDS, planned: VERSIONS, ledgerLatencyMs: LATENCY_MS },
          ),
        ),
      );
    }
    const ratios = ours.map(({ spanMs }, i) => (theirs[i]?.spanMs ?? 0) / spanMs).sort((a, b) => a - b);
    const cpu = (took: Took[]) => median(took.map(({ cpuMs }) => cpuMs));
    return [
      atLeast("span of CDK's handler / span of the eraser, median of the pairs (aim 2.4)", median(ratios), 1.6),
      note('lowest and highest pair', `${ratios[0]?.toFixed(2)} .. ${ratios.at(-1)?.toFixed(2)}`),
      note("processor time of CDK's handler / of the eraser, with start", (cpu(theirs) / cpu(ours)).toFixed(2)),
    ];
  },
};
