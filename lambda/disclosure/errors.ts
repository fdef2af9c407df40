import { ErasureError } from '../erasure/errors';

/** Processors are told when an erasure has begun and not before; the message comes back until it has. */
export class NotBegunError extends ErasureError {
  constructor(requestId: string) {
    super('not-begun', `request ${requestId} has not begun to erase`);
  }
}
