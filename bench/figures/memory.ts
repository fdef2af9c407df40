import { erase } from '../harness/eraser';
import { atMost, median, note } from '../table';
import type { BenchContext, FigureGroup } from './figure';

const SMALL = 10_000;
const LARGE = 200_000;

async function peakMb({ s3 }: BenchContext, versions: number): Promise<number> {
  await s3.load({ versions, shards: 16 });
  const { maxRssMb } = await erase({ s3: s3.url }, { shards: 16, planned: versions, verify: false });
  return maxRssMb;
}

export const memory: FigureGroup = {
  name: 'memory',
  title: `Peak memory of the eraser at ${LARGE.toLocaleString('en')} versions against ${SMALL.toLocaleString('en')}`,
  method: 'Largest resident set of a fresh process per run, in turns; medians.',
  async measure(context) {
    const small: number[] = [];
    const large: number[] = [];
    for (let run = 0; run < (context.quick ? 1 : 3); run++) {
      small.push(await peakMb(context, SMALL));
      large.push(await peakMb(context, LARGE));
    }
    return [
      atMost('difference in MB', median(large) - median(small), 20, 1),
      note('peak in MB at 10,000 and at 200,000', `${median(small).toFixed(0)} and ${median(large).toFixed(0)}`),
    ];
  },
};
