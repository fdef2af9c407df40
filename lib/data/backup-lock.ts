import { Duration } from 'aws-cdk-lib';
import type { LockConfiguration } from 'aws-cdk-lib/aws-backup';
import { Effect, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Register } from '../../policies/schema';
import type { AppStage } from '../stage';

/**
 * No recovery point may be kept for less or for more than the register says. Where the lock is for good,
 * nobody can lift it once the days of grace are over, root and AWS included: a thief of an administrator's
 * credentials can then neither destroy the backups nor keep them. That is for prod alone, because a locked
 * vault cannot be removed before its last recovery point has gone.
 */
export function lockOf(register: Pick<Register, 'retention'>, stage: Pick<AppStage, 'config'>): LockConfiguration {
  const { leastDays, ceilingDays, lockGraceDays } = register.retention.backups;
  const forGood = stage.config.switches.backupLockForGood.enabled;
  return {
    minRetention: Duration.days(leastDays.days),
    maxRetention: Duration.days(ceilingDays.days),
    ...(forGood && { changeableFor: Duration.days(lockGraceDays.days) }),
  };
}

/** A recovery point goes on its day and not before, nor is that day moved. */
export function denyDeletion(): PolicyStatement {
  return new PolicyStatement({
    sid: 'NobodyDeletesOrKeepsLonger',
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ['backup:DeleteRecoveryPoint', 'backup:DisassociateRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle'],
    resources: ['*'],
  });
}

/**
 * Recovery points of the vault are copied to one other vault, or nowhere. A negated operator also matches where the
 * request names no target.
 */
export function denyCopies(copyVaultArn?: string): PolicyStatement {
  return new PolicyStatement({
    sid: copyVaultArn === undefined ? 'NobodyCopies' : 'NobodyCopiesElsewhere',
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ['backup:StartCopyJob', 'backup:CopyFromBackupVault'],
    resources: ['*'],
    ...(copyVaultArn !== undefined && { conditions: { ArnNotEquals: { 'backup:CopyTargets': copyVaultArn } } }),
  });
}
