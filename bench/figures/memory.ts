import { NODE_ARGUMENTS } from '../../lambda/shared/names';
import { erase } from '../harness/eraser';
import { atMost, median, note } from '../table';
import type { BenchContext, FigureGroup } from './figure';

const SMALL = 10_000;
const LARGE = 200_000;

/**
 * Half of the eraser's 1,024 MB: what V8 allows itself in a function of that size. On a machine with
 * much memory it collects so late that the peak says nothing about what is needed.
 */
const HEAP_OF_FUNCTION = [...NODE_ARGUMENTS, '--max-heap-size=512'];

async function peakMb({ s3 }: BenchContext, versions: number, nodeArguments: readonly string[]): Promise<number> {
  await s3.load({ versions, shards: 16 });
  const task = { shards: 16, planned: versions, verify: false };
  return (await erase({ s3: s3.url, nodeArguments }, task)).maxRssMb;
}

export const memory: FigureGroup = {
  name: 'memory',
  title: `Peak memory of the eraser at ${LARGE.toLocaleString('en')} versions against ${SMALL.toLocaleString('en')}`,
  method:
    "Largest resident set of a fresh process per run, in turns, with the heap limit of the eraser's function; medians.",
  async measure(context) {
    const small: number[] = [];
    const large: number[] = [];
    for (let run = 0; run < (context.quick ? 1 : 3); run++) {
      small.push(await peakMb(context, SMALL, HEAP_OF_FUNCTION));
      large.push(await peakMb(context, LARGE, HEAP_OF_FUNCTION));
    }
    const figures = [
      atMost('difference in MB', median(large) - median(small), 20, 1),
      note('peak in MB at 10,000 and at 200,000', `${median(small).toFixed(0)} and ${median(large).toFixed(0)}`),
    ];
    if (context.quick) return figures;
    const free = (await peakMb(context, LARGE, [])) - (await peakMb(context, SMALL, []));
    return [...figures, note("difference in MB with this machine's own heap limit, one run", free.toFixed(0))];
  },
};
