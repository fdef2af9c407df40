import { Aws } from 'aws-cdk-lib';
import { AnyPrincipal, type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What every resource says about who may come near it, whatever other policies allow: the part of an
 * Organization's policies (policies/organization) that an account can have by itself.
 */

/** Tag of a role that people take up in an emergency. It helps only together with a second factor. */
export const BREAK_GLASS = 'digicrm:break-glass';

/** Names of the role with which CloudFormation deploys; no person can take it up. */
export function deployRole(): string {
  return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/cdk-*-cfn-exec-role-*`;
}

/**
 * Nobody of another account, nobody without an account, and no service of AWS that works for another account: it
 * would be the confused deputy of somebody else.
 */
export function denyOutsiders(actions: string[], resources: string[]): PolicyStatement[] {
  return [
    deny('DenyOtherAccounts', actions, resources, {
      StringNotEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    }),
    deny('DenyServicesForOtherAccounts', actions, resources, {
      StringNotEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      // Not every service names an account; those that must are held to it where they are allowed.
      Null: { 'aws:SourceAccount': 'false' },
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
    }),
  ];
}

/** Settings are changed by a deployment, which is reviewed, and by nobody else. */
export function denyOthersThanDeployment(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return deny(sid, actions, resources, { ArnNotLike: { 'aws:PrincipalArn': deployRole() } });
}

/** The perimeter of a key: who may end it, or change who may use it. */
export function keyPerimeter(): PolicyStatement[] {
  const everybodyElse = { ArnNotLike: { 'aws:PrincipalArn': deployRole() } };
  return [
    ...denyOutsiders(['kms:*'], ['*']),
    deny('DenyEndingTheKeyByOthers', END_A_KEY, ['*'], {
      ...everybodyElse,
      StringNotEquals: { [`aws:PrincipalTag/${BREAK_GLASS}`]: 'true' },
    }),
    deny('DenyEndingTheKeyWithoutASecondFactor', END_A_KEY, ['*'], {
      ...everybodyElse,
      BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' },
    }),
  ];
}

/** The perimeter of a bucket and its objects. */
export function bucketPerimeter(bucketArn: string): PolicyStatement[] {
  const all = [bucketArn, `${bucketArn}/*`];
  return [
    ...denyOutsiders(['s3:*'], all),
    denyOthersThanDeployment('DenySettingsByOthers', BUCKET_SETTINGS, [bucketArn]),
  ];
}

/** The perimeter of a table, which names itself with `*` in its own policy. */
export function tablePerimeter(): PolicyStatement[] {
  return [
    ...denyOutsiders(['dynamodb:*'], ['*']),
    denyOthersThanDeployment('DenySettingsByOthers', TABLE_SETTINGS, ['*']),
  ];
}

/** The perimeter of a queue. */
export function queuePerimeter(queueArn: string): PolicyStatement[] {
  return [
    ...denyOutsiders(['sqs:*'], [queueArn]),
    denyOthersThanDeployment('DenySettingsByOthers', QUEUE_SETTINGS, [queueArn]),
  ];
}

const END_A_KEY = ['kms:DisableKey', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy', 'kms:DisableKeyRotation'];

/** Each could open a bucket, copy it elsewhere, or let its contents go early. Inventories stay free: AWS Backup makes one. */
const BUCKET_SETTINGS = [
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:PutAccelerateConfiguration',
  's3:PutAnalyticsConfiguration',
  's3:PutBucketAcl',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketVersioning',
  's3:PutBucketWebsite',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
];

/** A replica in another Region is an update of its table. */
const TABLE_SETTINGS = [
  'dynamodb:DeleteResourcePolicy',
  'dynamodb:DeleteTable',
  'dynamodb:PutResourcePolicy',
  'dynamodb:UpdateContinuousBackups',
  'dynamodb:UpdateTable',
  'dynamodb:UpdateTimeToLive',
];

/** A purge loses steps of erasures; dead letters are moved back, or deleted one by one. */
const QUEUE_SETTINGS = [
  'sqs:AddPermission',
  'sqs:DeleteQueue',
  'sqs:PurgeQueue',
  'sqs:RemovePermission',
  'sqs:SetQueueAttributes',
];

function deny(sid: string, actions: string[], resources: string[], conditions: Conditions): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources,
    conditions,
  });
}
