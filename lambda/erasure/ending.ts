import { instant } from '../shared/clock';
import { StaleRecordError } from './errors';
import type { Reason, RequestRecord, Status } from './model';

/**
 * A request at its end. The subject id is needed no longer, and so is not kept: the keyed hash stays. Only
 * where a request failed after it had sealed something, that has to be found again.
 */
export function ended(request: RequestRecord, status: Status, reasons: Reason[], now: Date): RequestRecord {
  const { subjectId, ...rest } = request;
  const at = instant(now);
  const needed = status === 'failed' && request.sealed.some((entry) => entry.state !== 'erased');
  return {
    ...rest,
    ...(needed && subjectId !== undefined && { subjectId }),
    status,
    reasons,
    endedAt: rest.endedAt ?? at,
    updatedAt: at,
    version: rest.version + 1,
  };
}

const TRIES = 4;

/**
 * Reads and writes again while others change the record in between.
 * @throws StaleRecordError when they never stop
 */
export async function untilFresh<T>(readAndWrite: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!(error instanceof StaleRecordError) || n >= TRIES) throw error;
    }
  }
}
