import type { Rule } from '../../rule';
import { at } from '../../template';
import { CONTINUITY, ERASURE, LOSS } from './sources';
import { mayBePersonal } from './stores';
import { isWithin } from './values';

/** A lock holds whoever has an administrator's credentials. */
export const backupVaultLocked: Rule = {
  id: 'BackupVaultLocked',
  area: 'recovery',
  severity: 'error',
  title: 'Backup vaults are locked, and refuse backups that stay too long.',
  why: 'Without a lock a stolen administrator can delete the backups, and a single job can keep erased data for years.',
  fix: 'Set `LockConfiguration` with `MinRetentionDays`, and `MaxRetentionDays` of at most 35.',
  serves: [CONTINUITY, LOSS, ERASURE],
  types: ['AWS::Backup::BackupVault', 'AWS::Backup::LogicallyAirGappedBackupVault'],
  check: (vault, facts) => {
    if (!mayBePersonal(vault, facts)) return 'not-applicable';
    const isAirGapped = vault.type === 'AWS::Backup::LogicallyAirGappedBackupVault';
    const lock = isAirGapped ? vault.properties : vault.properties.LockConfiguration;
    return isWithin(at(lock, 'MinRetentionDays'), 1, facts.longestBackupDays) &&
      isWithin(at(lock, 'MaxRetentionDays'), 1, facts.longestBackupDays)
      ? 'compliant'
      : 'broken';
  },
};
