import { type App, Aspects, Aws, CfnResource, Tags } from 'aws-cdk-lib';
import {
  type CfnManagedPolicy,
  Effect,
  ManagedPolicy,
  PermissionsBoundary,
  PolicyStatement,
  type PolicyStatementProps,
} from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import type { Register } from '../../policies/schema';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import { CASE_ID, CASE_ID_PATTERN, VAULT_KEY, VAULT_KEY_USER } from '../data/vault-access';

/** Properties of a PermissionBoundary. */
export interface PermissionBoundaryProps {
  /** The parsed register: the Regions in which anything may be done. */
  readonly register: Pick<Register, 'regions'>;
  /** Name of the stage, which is part of the boundary's name. */
  readonly stageName: string;
}

/** Tag of a function's role with the id of the network in which the function runs. */
const NETWORK = 'digicrm:network';

/** What the roles of the app use, and nothing else that AWS offers. */
const SERVICES = [
  'backup:*',
  'cloudtrail:Describe*',
  'cloudtrail:Get*',
  'cloudtrail:List*',
  'cloudtrail:LookupEvents',
  'cloudwatch:*',
  'dynamodb:*',
  'ec2:*NetworkInterface*',
  'ec2:*PrivateIpAddresses',
  'ec2:*SecurityGroup*',
  'ec2:Describe*',
  'events:*',
  'kms:*',
  'logs:*',
  's3:*',
  'scheduler:*',
  'sns:*',
  'sqs:*',
  'tag:GetResources',
  'xray:*',
];

/** What no role of the app ever does: a deployment does it, with CloudFormation's role. */
const ADMINISTRATION = [
  'cloudtrail:DeleteTrail',
  'cloudtrail:PutEventSelectors',
  'cloudtrail:StopLogging',
  'cloudtrail:UpdateTrail',
  'dynamodb:CreateTableReplica',
  'dynamodb:DeleteResourcePolicy',
  'dynamodb:DeleteTable',
  'dynamodb:PutResourcePolicy',
  'dynamodb:UpdateTable',
  'iam:Attach*',
  'iam:Create*',
  'iam:Delete*',
  'iam:Detach*',
  'iam:Put*',
  'iam:Set*',
  'iam:Tag*',
  'iam:Untag*',
  'iam:Update*',
  'kms:DisableKey*',
  'kms:PutKeyPolicy',
  'kms:ReplicateKey',
  'kms:ScheduleKeyDeletion',
  'logs:DeleteLog*',
  'logs:DeleteRetentionPolicy',
  'logs:PutRetentionPolicy',
  'organizations:*',
  's3:BypassGovernanceRetention',
  's3:DeleteBucket*',
  's3:PutBucketAcl',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
  'sqs:AddPermission',
  'sqs:PurgeQueue',
  'sqs:SetQueueAttributes',
];

/** Lambda itself writes these with the function's role, from outside any network. */
const BY_LAMBDA_ITSELF = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

const DATA_SERVICES = ['dynamodb:*', 'events:*', 'kms:*', 's3:*', 'sns:*', 'sqs:*'];

/**
 * The most that any role of the app may ever do, whatever its own policies come to say. It stands in the
 * first stack; its name is chosen, because roles of both Regions and the Organization's policies name it.
 */
export class PermissionBoundary extends ManagedPolicy {
  private readonly boundaryName: string;

  constructor(scope: Construct, id: string, { register, stageName }: PermissionBoundaryProps) {
    super(scope, id, {
      managedPolicyName: boundaryName(stageName),
      description: 'The most that any role of the DigiCRM control plane may do',
      statements: [
        allow('ServicesOfTheApp', { actions: SERVICES, resources: ['*'] }),
        allow('PassTheRoleOfSchedules', {
          actions: ['iam:PassRole'],
          resources: ['*'],
          conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
        }),
        deny('NeverAdministers', { actions: ADMINISTRATION, resources: ['*'] }),
        onlyInIndia(register),
        onlyResourcesOfThisAccount(),
        vaultKeyForItsRoles(),
        onlyFromItsNetwork(),
      ],
    });
    this.boundaryName = boundaryName(stageName);
    acknowledge(
      this,
      {
        ...RISKS.permissionBoundary,
        reason:
          'A boundary grants nothing: it is the outer edge of what the policies of roles may grant, so it names services and not resources.',
      },
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      ...SERVICES.filter((action) => action.includes('*')).map(
        (action) => `AwsSolutions::AwsSolutions-IAM5[Action::${action}]` as const,
      ),
    );
  }

  /** Makes it the boundary of every role of the app, also of those that other constructs make. */
  applyTo(app: App): void {
    // By name and not by reference, so that no stack has to fetch it from another Region.
    PermissionsBoundary.of(app).apply(ManagedPolicy.fromManagedPolicyName(this, 'ByName', this.boundaryName));
    const policy = this.node.defaultChild as CfnManagedPolicy;
    // So nothing else says that it has to be there first.
    Aspects.of(app).add({
      visit: (node) => {
        if (CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::IAM::Role')
          node.addResourceDependency(policy);
      },
    });
  }
}

/** Name of a stage's boundary. */
export function boundaryName(stageName: string): string {
  return `digicrm-boundary-${stageName}`;
}

/**
 * Binds a function's role to its network: what the function's code does must come through that network's
 * endpoints, so its credentials are worth nothing elsewhere. Calls that Lambda makes itself are not the code's.
 */
export function confineToNetwork(role: IConstruct, vpcId: string): void {
  Tags.of(role).add(NETWORK, vpcId);
}

function onlyInIndia({ regions: { home, replica } }: Pick<Register, 'regions'>): PolicyStatement {
  return deny('OnlyInIndia', {
    // IAM has one endpoint for the world, in us-east-1.
    notActions: ['iam:PassRole'],
    resources: ['*'],
    conditions: { StringNotEquals: { 'aws:RequestedRegion': [home.region, replica.region] } },
  });
}

function onlyResourcesOfThisAccount(): PolicyStatement {
  return deny('OnlyResourcesOfThisAccount', {
    actions: DATA_SERVICES,
    resources: ['*'],
    conditions: { StringNotEqualsIfExists: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
  });
}

function vaultKeyForItsRoles(): PolicyStatement {
  return deny('VaultKeyForItsRoles', {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:CreateGrant'],
    resources: ['*'],
    conditions: {
      StringEquals: { [`aws:ResourceTag/${VAULT_KEY}`]: 'true' },
      StringNotEquals: { [`aws:PrincipalTag/${VAULT_KEY_USER}`]: 'true' },
      StringNotLike: { [`aws:PrincipalTag/${CASE_ID}`]: CASE_ID_PATTERN },
    },
  });
}

function onlyFromItsNetwork(): PolicyStatement {
  return deny('OnlyFromItsNetwork', {
    notActions: BY_LAMBDA_ITSELF,
    resources: ['*'],
    conditions: {
      Null: { 'lambda:SourceFunctionArn': 'false', [`aws:PrincipalTag/${NETWORK}`]: 'false' },
      BoolIfExists: { 'aws:ViaAWSService': 'false' },
      // Also true where a request comes from no network at all.
      StringNotEquals: { 'aws:SourceVpc': `\${aws:PrincipalTag/${NETWORK}}` },
    },
  });
}

function allow(sid: string, props: PolicyStatementProps): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.ALLOW, ...props });
}

function deny(sid: string, props: PolicyStatementProps): PolicyStatement {
  return new PolicyStatement({ sid, effect: Effect.DENY, ...props });
}
