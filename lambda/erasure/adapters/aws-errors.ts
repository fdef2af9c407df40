import { StoreBusyError, StoreFaultError } from '../errors';

const BUSY = new Set([
  'SlowDown',
  'ServiceUnavailable',
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
]);

/** Codes by which a store asks for fewer requests. */
export function isBusyCode(code: string | undefined): boolean {
  return code !== undefined && BUSY.has(code);
}

export function isConditionFailure(error: unknown): boolean {
  return nameOf(error) === 'ConditionalCheckFailedException';
}

/** Name of an SDK error, e.g. `NoSuchUpload`. */
export function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

/**
 * Runs one SDK call and tells apart what may pass from what will not.
 * @throws StoreBusyError on throttling, StoreFaultError on 5xx and broken connections, else the SDK's error
 */
export async function storeCall<T>(storeId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const status = httpStatus(error);
    if (isBusyCode(nameOf(error)) || status === 503 || status === 429)
      throw new StoreBusyError(storeId, { cause: error });
    // Without a status there was no answer: time-out, reset, name not resolved. A success that could not
    // be read is no answer either.
    if (status === undefined || status >= 500 || status < 400) throw new StoreFaultError(storeId, { cause: error });
    throw error;
  }
}

function httpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
