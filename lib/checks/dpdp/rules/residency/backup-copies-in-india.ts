import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

const words = (region: string) => `copies backups to ${region}`;

export const backupCopiesInIndia: Rule = {
  id: 'BackupCopiesInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Backups are copied to vaults in India alone.',
  why: 'A copy of a backup is a copy of all that it holds, and outlives what is erased at home.',
  fix: 'Let `DestinationBackupVaultArn` of each of `CopyActions` name a vault in an allowed Region.',
  serves: [SOURCES.transfers, SOURCES.continuity],
  types: ['AWS::Backup::BackupPlan'],
  check: (resource, facts) =>
    inEach(resource.properties, ['BackupPlan', 'BackupPlanRule'], words(UNKNOWN_REGION), (rule) =>
      inEach(rule, ['CopyActions'], words(UNKNOWN_REGION), (copy) =>
        strays(regionsOf(at(copy, 'DestinationBackupVaultArn'), resource), facts, UNKNOWN_REGION).map(words),
      ),
    ),
};
