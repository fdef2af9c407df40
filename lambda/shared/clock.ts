/** Source of time. Decisions take one, so that a test can stand in any year. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** ISO 8601 in UTC with milliseconds, the form of every stored instant. */
export function instant(date: Date): string {
  return date.toISOString();
}

export function plusMs(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}

/** Waits; a port, so that tests need not. */
export type Sleep = (ms: number) => Promise<void>;

export const systemSleep: Sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
