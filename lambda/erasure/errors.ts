/** Base of the erasure subsystem's errors. `code` goes into reasons; messages hold ids and counts only. */
export class ErasureError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The store asks for fewer requests (503 SlowDown, provisioned throughput exceeded). Slow down, then repeat. */
export class StoreBusyError extends ErasureError {
  constructor(storeId: string, options?: ErrorOptions) {
    super('store-busy', `store ${storeId} asks for fewer requests`, options);
  }
}

/** The store failed in a way that may pass (500, time-out, broken connection). Repeat. */
export class StoreFaultError extends ErasureError {
  constructor(storeId: string, options?: ErrorOptions) {
    super('store-fault', `store ${storeId} did not answer as it should`, options);
  }
}

/** A step gave up for now: its message goes back to the queue. */
export class StepInterruptedError extends ErasureError {
  constructor(storeId: string, left: number, options?: ErrorOptions) {
    super('step-interrupted', `store ${storeId}: ${left} deletions did not succeed in this try`, options);
  }
}

/** Another function works on the step; the message comes back when that one should be done. */
export class StepBusyError extends ErasureError {
  constructor(storeId: string, part: number) {
    super('step-busy', `step ${storeId}/${part} is being worked on`);
  }
}

/** The lease was lost: another function has taken the step over, so this one must stop. */
export class LeaseLostError extends ErasureError {
  constructor(storeId: string, part: number) {
    super('lease-lost', `step ${storeId}/${part} was taken over`);
  }
}

/** A record changed between reading and writing. Read again. */
export class StaleRecordError extends ErasureError {
  constructor(recordId: string) {
    super('stale-record', `record ${recordId} changed meanwhile`);
  }
}

/** A message names something that does not exist. It cannot succeed; the dead-letter queue keeps it. */
export class UnknownWorkError extends ErasureError {
  constructor(what: string) {
    super('unknown-work', `${what} is not known`);
  }
}
