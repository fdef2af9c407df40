import type { DeserializeMiddleware, MiddlewareStack } from '@smithy/types';
import { StoreFaultError } from '../../erasure/errors';

/**
 * Reads the `Date` header of a command's answer: the store's own clock, in whole seconds.
 * @returns what to ask once the command has been sent; throws StoreFaultError when no date came
 */
export function readStoreDate<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  storeId: string,
): () => Date {
  let date: string | undefined;
  const read: DeserializeMiddleware<I, O> = (next) => async (args) => {
    const result = await next(args);
    date = dateHeader(result.response);
    return result;
  };
  stack.addRelativeTo(read, { relation: 'after', toMiddleware: 'deserializerMiddleware', name: 'readStoreDate' });
  return () => {
    const at = new Date(date ?? Number.NaN);
    if (Number.isNaN(at.getTime())) throw new StoreFaultError(storeId);
    return at;
  };
}

function dateHeader(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date')?.[1];
  return typeof found === 'string' ? found : undefined;
}
