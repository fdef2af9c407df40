import type { Processor } from '../../policies/schema';
import { formatDay, parseDayInIndia } from '../retention/civil-date';
import type { LiveFacts } from './model';

/** What holds for one processor at one moment. Days are days in India, as numbers such as 20261201. */
export interface Moment {
  readonly today: number;
  /** Last day of the contract; 0 where none is signed. */
  readonly contractUntil: number;
  readonly restrictedCountries: readonly string[];
  /** False while somebody has pulled the kill switch. */
  readonly processorOpen: boolean;
}

/** `2026-12-01` as 20261201: days compare as numbers do. */
export function dayNumber(date: string): number {
  return Number(date.replaceAll('-', ''));
}

/** Day in India of an instant; undefined where the clock shows no day that a contract could name. */
export function todayInIndia(now: Date): number | undefined {
  if (Number.isNaN(now.getTime())) return undefined;
  const day = parseDayInIndia(now.toISOString());
  return day === undefined ? undefined : dayNumber(formatDay(day));
}

/** Whether facts are too old to decide by, or from a time that is not ours. */
export function isStale({ readAt }: LiveFacts, now: Date, seconds: number): boolean {
  // Of an invalid date this is NaN, which is no more than anything, so the comparison has to be this way round.
  return !(Math.abs(now.getTime() - readAt.getTime()) <= seconds * 1000);
}

export function momentOf(processor: Processor, { restrictions }: LiveFacts, today: number): Moment {
  const standing = restrictions.filter(({ liftedAt }) => liftedAt === null);
  const holding = standing.filter(({ from }) => dayNumber(from) <= today);
  // Its `from` is the last day of the contract, so it counts whether that day has come or not.
  const ends = standing.flatMap(({ scope, from }) =>
    scope.kind === 'contract' && scope.processorId === processor.id ? [dayNumber(from)] : [],
  );
  const { contract } = processor;
  const signed = contract !== null && contract.signedOn !== null;
  return {
    today,
    contractUntil: signed ? Math.min(dayNumber(contract.validUntil), ...ends) : 0,
    restrictedCountries: [
      ...new Set(holding.flatMap(({ scope }) => (scope.kind === 'country' ? [scope.country] : []))),
    ].sort(),
    processorOpen: !holding.some(({ scope }) => scope.kind === 'processor' && scope.processorId === processor.id),
  };
}
