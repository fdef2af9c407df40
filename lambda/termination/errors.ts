/** Base of the termination subsystem's errors. Messages hold ids only. */
export class TerminationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A termination changed between reading and writing. Read again. */
export class StaleTerminationError extends TerminationError {
  constructor(terminationId: string) {
    super(`termination ${terminationId} changed meanwhile`);
  }
}

/** A schedule could not be made or removed. Nothing is lost: the sweeper finds what is due. */
export class ScheduleFaultError extends TerminationError {
  constructor(terminationId: string, options?: ErrorOptions) {
    super(`the schedules of ${terminationId} did not take`, options);
  }
}

/** The event bus did not take an event; the message should be delivered again. */
export class EventNotTakenError extends TerminationError {
  constructor(eventId: string, options?: ErrorOptions) {
    super(`event ${eventId} was not taken`, options);
  }
}
