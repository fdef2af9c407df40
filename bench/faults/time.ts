import type { Clock, Sleep } from '../../lambda/shared/clock';

/** Time of one run. Every event takes at least a millisecond, so that instants order them. */
export class VirtualTime implements Clock {
  private ms = Date.parse('2027-06-01T00:00:00.000Z');

  now(): Date {
    return new Date(this.ms);
  }

  pass(ms = 1): void {
    this.ms += ms;
  }

  readonly sleep: Sleep = async (ms) => this.pass(Math.max(1, ms));
}
