import { at, type CrossProblem } from './cross-problem';
import type { BundledRegister } from './schema';

/** What is wrong among the numbers of backups, and between them and the stages' switches. */
export function backups(register: BundledRegister): CrossProblem[] {
  const numbers = register.retention.backups;
  const place = (name: keyof typeof numbers) => ['backups', name, 'days'];
  const tooLong = (['retainDays', 'pointInTimeDays'] as const).flatMap((name) => {
    const { days } = numbers[name];
    const most = numbers.ceilingDays.days;
    if (days <= most) return [];
    const message = `expected at most ${most}, the most that a backup may outlive an erasure, got ${days}`;
    return [at('retention', place(name), message, place('ceilingDays'))];
  });
  const { leastDays, retainDays } = numbers;
  const refused =
    leastDays.days <= retainDays.days
      ? []
      : [
          at(
            'retention',
            place('leastDays'),
            `expected at most ${retainDays.days}, or the vault would refuse the daily backups, got ${leastDays.days}`,
            place('retainDays'),
          ),
        ];
  return [...tooLong, ...refused, ...lockWithoutVault(register)];
}

function lockWithoutVault({ stages: { stages } }: BundledRegister): CrossProblem[] {
  return Object.entries(stages)
    .filter(([, { switches }]) => switches.backupLockForGood.enabled && !switches.backups.enabled)
    .map(([name]) =>
      at(
        'stages',
        ['stages', name, 'switches', 'backupLockForGood', 'enabled'],
        'expected false, as this stage has no backup vault to lock',
        ['stages', name, 'switches', 'backups', 'enabled'],
      ),
    );
}
