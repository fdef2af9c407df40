import { lineOf, problemsAfter } from './broken-register';

const number = (name: string) => new RegExp(`(  ${name}:\\n    days: )\\d+`);

describe('the numbers of backups', () => {
  it.each(['retainDays', 'pointInTimeDays'])('refuse %s above the ceiling, and point to both lines', (name) => {
    const [line, ceiling] = [
      lineOf('retention.yaml', `  ${name}:`) + 1,
      lineOf('retention.yaml', '  ceilingDays:') + 1,
    ];
    expect(problemsAfter('retention.yaml', number(name), '$136')).toEqual([
      `policies/retention.yaml:${line}: backups.${name}.days: expected at most 35, the most that a backup may outlive an erasure, got 36 (policies/retention.yaml:${ceiling})`,
    ]);
  });

  it('refuse a ceiling below what is kept', () => {
    expect(problemsAfter('retention.yaml', number('ceilingDays'), '$130')).toHaveLength(2);
  });

  it('refuse a least number that would turn the daily backups away', () => {
    expect(problemsAfter('retention.yaml', number('leastDays'), '$136')).toEqual([
      expect.stringContaining('backups.leastDays.days: expected at most 35, or the vault would refuse'),
    ]);
  });

  it('refuse fewer days of grace than AWS gives', () => {
    expect(problemsAfter('retention.yaml', number('lockGraceDays'), '$12')).toEqual([
      expect.stringContaining('lockGraceDays.days: expected at least 3'),
    ]);
  });

  it('refuse a lock for good where there is no vault', () => {
    const local = /(backupLockForGood:\n {8}enabled: )false\n {8}reason: There is no vault.*/;
    expect(problemsAfter('stages.yaml', local, '$1true')).toEqual([
      expect.stringContaining('stages.local.switches.backupLockForGood.enabled: expected false, as this stage has no'),
    ]);
  });
});
