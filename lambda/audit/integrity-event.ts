import { type Integrity, problemCount } from './integrity';

/** Detail type of the event that tells what a validation came to. */
export const INTEGRITY_DETAIL_TYPE = 'Log integrity';

/** Detail of that event: counts, and no name of an object. */
export interface IntegrityEvent extends Omit<Integrity, 'findings'> {
  readonly verdict: 'intact' | 'broken';
}

export function integrityEvent({ findings: _, ...counts }: Integrity): IntegrityEvent {
  return { verdict: problemCount(counts) === 0 ? 'intact' : 'broken', ...counts };
}
