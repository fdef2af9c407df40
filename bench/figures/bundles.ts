import type { ImportResult } from '../clients/import-client';
import { type BuiltHandler, buildHandlers, HANDLER_ENV } from '../harness/handlers';
import { runClient } from '../harness/processes';
import { atMost, type Figure, median, note } from '../table';
import type { FigureGroup } from './figure';

interface Starts {
  readonly bundled: number[];
  readonly unbundled: number[];
}

async function importMs(file: string): Promise<number> {
  return (await runClient<ImportResult>('import-client', file, { environment: HANDLER_ENV })).importMs;
}

/** In turns, so that whatever else the machine does falls on both. */
async function startOften(handler: BuiltHandler, times: number): Promise<Starts> {
  const starts: Starts = { bundled: [], unbundled: [] };
  for (let i = 0; i < times; i++) {
    starts.unbundled.push(await importMs(handler.unbundled));
    starts.bundled.push(await importMs(handler.bundle));
  }
  return starts;
}

export const bundles: FigureGroup = {
  name: 'bundles',
  title: 'Function bundles: size, and time to import one against importing its sources and packages',
  method: 'Each import in a fresh process, bundled and unbundled in turns; medians. The ratio is over all functions.',
  async measure({ quick }) {
    const handlers = await buildHandlers();
    const figures: Figure[] = [];
    let bundled = 0;
    let unbundled = 0;
    for (const handler of handlers) {
      const starts = await startOften(handler, quick ? 3 : 15);
      bundled += median(starts.bundled);
      unbundled += median(starts.unbundled);
      const ratio = median(starts.bundled) / median(starts.unbundled);
      figures.push(note(handler.name, `${(handler.bundleBytes / 1024).toFixed(0)} KiB, ${ratio.toFixed(2)}`));
    }
    return [...figures, atMost('import of the bundle / unbundled import', bundled / unbundled, 0.75)];
  },
};
