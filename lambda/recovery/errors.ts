/** Base of the recovery subsystem's errors: messages hold ids and counts only. */
class RecoveryError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The tenant's rows must not be used while its termination lasts. */
export class TenantSuspendedError extends RecoveryError {
  constructor(readonly tenantId: string) {
    super(`tenant ${tenantId} is suspended`);
  }
}

/** Another termination's flag stands in the table: the rows are suspended, and not by us. */
export class ForeignFlagError extends RecoveryError {
  constructor(storeId: string) {
    super(`store ${storeId} is suspended by another termination`);
  }
}

/** The store refused for good to mark or unmark some objects. */
export class MarkRefusedError extends RecoveryError {
  constructor(storeId: string, count: number) {
    super(`store ${storeId} refused ${count} delete markers`);
  }
}

/** Somebody keeps writing into what is to be hidden. */
export class StillWrittenError extends RecoveryError {
  constructor(storeId: string) {
    super(`store ${storeId} is still being written to`);
  }
}

/** A whole invocation achieved nothing; another one would do no better. */
export class NoProgressError extends RecoveryError {
  constructor(storeId: string) {
    super(`store ${storeId}: no progress within the time of one function`);
  }
}
