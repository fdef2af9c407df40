/** When deliveries are tried again. Pure; the random numbers are given. */

const SECOND_MS = 1000;
/** After this long without news the sweep takes it that a message got lost. */
export const LOST_AFTER_MS = 15 * 60 * SECOND_MS;
/** Longest delay that SQS offers. */
export const MAX_DELAY_SECONDS = 900;

/** What one delivery may take beside the time that the processor has to answer. */
const AROUND_A_DELIVERY_MS = 30 * SECOND_MS;

/** Milliseconds from the record of an attempt after which whoever made it has been killed. */
export function leaseMs(timeoutSeconds: number): number {
  return timeoutSeconds * SECOND_MS + AROUND_A_DELIVERY_MS;
}

const FIRST_DELAY_MS = 15 * SECOND_MS;
const LONGEST_DELAY_MS = 2 * 3_600 * SECOND_MS;
/** Longest time that a message is away because its processor was busy: slots that fall free are not left empty for longer. */
const LONGEST_WAIT_SECONDS = 60;

/**
 * Milliseconds after attempt `attempts` (from 1) until the next: 15 seconds, doubled with each, at most two hours;
 * of that one half for certain and one half at random, so that what failed together does not come back together.
 *
 * @param random 0 to 1
 */
export function retryDelayMs(attempts: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * Seconds after which to look whether a busy processor has a slot: doubled from 2 with each time that it had none,
 * at most 60, half of it at random. So a long queue asks seldom, and a short one soon.
 *
 * @param waits how often it had none so far
 */
export function waitSeconds(waits: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_SECONDS, 2 ** (Math.min(waits, 10) + 1));
  return Math.max(1, Math.round(full / 2 + (full / 2) * random));
}

/** Longest pause of a processor that fails. */
export const LONGEST_PAUSE_MS = 300 * SECOND_MS;

/**
 * Milliseconds for which nothing is sent to a processor after so many failures (from 1) in a row: a second, doubled
 * with each, at most five minutes, half of it at random.
 */
export function pauseMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, SECOND_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(full / 2 + (full / 2) * random);
}
