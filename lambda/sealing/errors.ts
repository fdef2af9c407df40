import { ErasureError } from '../erasure/errors';

/** A thing that no repetition will seal, e.g. a row larger than the vault's table takes. A person has to decide. */
export class NeverSealableError extends ErasureError {
  constructor(storeId: string, why: string, options?: ErrorOptions) {
    super('never-sealable', `store ${storeId} holds something that cannot be sealed: ${why}`, options);
  }
}
