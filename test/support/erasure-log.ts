import { entryOf } from '../../lambda/ledger/event';
import { SampleLog, sampleEvent } from './sample-log';

export const REQUEST = 'er-3f2a9c1e-7b54-4d0a-8e61-0c9d2b7a4f18';

/** A log with what happened in one erasure among other events. */
export function logWithErasure(): SampleLog {
  const of = (about: string, second: number) =>
    entryOf(sampleEvent(second, { type: 'erasure.request', about, at: `2026-12-01T18:30:0${second}.000Z` }));
  return new SampleLog()
    .addMany(300)
    .add([of(REQUEST, 0), of(`${REQUEST}/plan`, 1)])
    .add([of(`${REQUEST}0`, 2), of(`${REQUEST}/certificate/0001`, 3)])
    .addMany(200);
}
