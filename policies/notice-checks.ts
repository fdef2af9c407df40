import { at, type CrossProblem, repeated } from './cross-problem';
import type { BundledRegister } from './schema';

const HOURS_PER_DAY = 24;

/**
 * Warnings must lie inside the recovery window: one that is due before the contract has ended warns nobody.
 * And there is one window: the ceilings that count from the termination agree on its length.
 */
export function notices({ retention: { notices: warnings, lifecycle, rules } }: BundledRegister): CrossProblem[] {
  const { before, marginHours } = warnings;
  const most = lifecycle.noncurrentDays.days * HOURS_PER_DAY - marginHours.hours;
  const windows = rules.filter((rule) => rule.kind === 'ceiling' && rule.countsFrom === 'terminatedAt');
  const lengths = new Set(windows.map(({ period }) => `${period?.value} ${period?.unit}`));
  return [
    ...(lengths.size === 1 && windows.every(({ period }) => period?.unit === 'days')
      ? []
      : [at('retention', ['rules'], 'expected ceilings in days from terminatedAt that agree on one recovery window')]),
    ...repeated(
      'retention',
      ['notices', 'before'],
      before.map((notice) => notice.id),
      'id',
    ),
    ...before.flatMap(({ hoursBefore }, i) => [
      ...(hoursBefore < most
        ? []
        : [
            at(
              'retention',
              ['notices', 'before', i, 'hoursBefore'],
              `expected less than ${most}, so that it lies inside the recovery window, got ${hoursBefore}`,
              ['lifecycle', 'noncurrentDays', 'days'],
            ),
          ]),
      ...(i === 0 || hoursBefore < (before[i - 1]?.hoursBefore ?? 0)
        ? []
        : [
            at('retention', ['notices', 'before', i, 'hoursBefore'], 'expected fewer hours than the warning before it'),
          ]),
    ]),
  ];
}
