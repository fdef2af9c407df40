import { isCustomerKey } from '../../keys';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const backupVaultUsesCustomerKey: Rule = {
  id: 'BackupVaultUsesCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Backup vaults are encrypted under a customer-managed key.',
  why: 'Whatever a vault is called, backups of stores of every data role may come into it.',
  fix: 'Set `EncryptionKeyArn` to the ARN of a key of yours.',
  serves: [SOURCES.encryption, SOURCES.continuity],
  types: ['AWS::Backup::BackupVault', 'AWS::Backup::LogicallyAirGappedBackupVault'],
  check: (resource) => (isCustomerKey(resource.properties.EncryptionKeyArn, resource) ? 'compliant' : 'broken'),
};
