import type { Sleep } from '../shared/clock';
import { StoreBusyError, StoreFaultError } from './errors';

/** Tries of one request before its message goes back to the queue. */
export const MAX_TRIES = 6;
const FIRST_WAIT_MS = 50;

/** Milliseconds to wait before try `n` (from 1): exponential with full jitter, at most 2 s. */
export function backoffMs(n: number): number {
  return Math.random() * Math.min(2_000, FIRST_WAIT_MS * 2 ** n);
}

/** Repeats what a busy or faulty store refused. @throws the last error after `MAX_TRIES` */
export async function withBackoff<T>(call: () => Promise<T>, sleep: Sleep): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreBusyError || error instanceof StoreFaultError) || n >= MAX_TRIES) throw error;
      await sleep(backoffMs(n));
    }
  }
}
