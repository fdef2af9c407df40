/**
 * Which delete markers are hiding's own, told by S3's clock alone.
 *
 * No key is stored, because keys may carry personal data, so the markers are recognised by their time. Hiding
 * reads the store's clock, notes `since` one second later, and puts its first marker when that clock shows two
 * seconds more. Revealing notes `until` from the first answer it gets, when all hiding has ended. S3 gives
 * whole seconds, and its machines' clocks may differ a little: with a guard of a second on each side, a marker
 * that was there before is at most as old as `since`, and one of ours is younger, as long as two of S3's clocks
 * differ by less than a second. So inside the window lies every marker of ours, and nobody else's provided that
 * nobody deletes objects of the tenant while the flag stands. One who does has his marker removed too: what was
 * there when the contract ended comes back, which is what a restore promises.
 */
export interface Window {
  /** Our markers are younger than this. */
  readonly since: Date;
  /** Hiding had ended by then. */
  readonly until: Date;
}

/** S3's times are whole seconds; also how far apart two of its clocks may be. */
const GUARD_MS = 1_000;

/** Start of the window for hiding that found the store's clock at `at`. */
export function windowStart(at: Date): Date {
  return new Date(wholeSecond(at.getTime()) + GUARD_MS);
}

/** Milliseconds until the first marker may be put when the store's clock shows `at`; 0 = now. */
export function waitBeforeMarking(at: Date, since: Date): number {
  return Math.max(0, since.getTime() + 2 * GUARD_MS - wholeSecond(at.getTime()));
}

/** Whether a marker of that time, in milliseconds since the epoch, was put by hiding. */
export function isWithin(modifiedAt: number, { since, until }: Window): boolean {
  const second = wholeSecond(modifiedAt);
  return second > since.getTime() && second <= wholeSecond(until.getTime()) + GUARD_MS;
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}
