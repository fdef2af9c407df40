import { loadRegister } from '../../policies/load';
import { loadExemptions, loadOrganizationPolicies, MOST_CHARACTERS, minified } from '../../policies/organization';
import { ACCOUNT } from '../lib/support/resolve';
import { type Row, testTable } from './cases';
import {
  type Document,
  NOBODY,
  OPEN,
  ORGANIZATION,
  role,
  STRANGER_ACCOUNT,
  service,
  tagged,
  type Who,
} from './support';

const policies = loadOrganizationPolicies(ORGANIZATION);
const ofKind = (kind: 'scp' | 'rcp'): Record<string, Document> =>
  Object.fromEntries(policies.filter((p) => p.kind === kind).map((p) => [p.name, p.document]));
const region = (name: string) => ({ 'aws:RequestedRegion': name });
const VIRGINIA = region('us-east-1');
const SINGAPORE = region('ap-southeast-1');
const ELSEWHERE = { 'aws:ResourceOrgID': 'o-zzzzzzzzzz', 'aws:ResourceAccount': STRANGER_ACCOUNT };
const ANYWHERE = '*';

const who: Record<string, Who> = {
  'an administrator': role('admin'),
  'the deployment': role(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-ap-south-1`),
  'the root user': { principal: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT },
  'the CRM': role('crm', tagged('digicrm:data-key-user')),
  'the eraser': role('ControlPlane-prod-EngineEraserRole', tagged('digicrm:vault-eraser', 'digicrm:vault-counter')),
  'the sealer': role('ControlPlane-prod-EngineSealerRole', tagged('digicrm:sealer')),
  'a reader with a case': role('Data-prod-VaultReader', { 'aws:PrincipalTag/digicrm:case-id': 'case-2027-HC-17' }),
};

const on: Record<string, string> = {
  everything: ANYWHERE,
  'an object': 'arn:aws:s3:::data-prod-customerfiles1-x/acme/00/p-1/a',
  'customer files': 'arn:aws:s3:::data-prod-customerfiles1-x',
  'the log archive': 'arn:aws:s3:::audit-prod-logarchive1-x',
  'a log': 'arn:aws:s3:::audit-prod-logarchive1-x/AWSLogs/1.json.gz',
  'the vault’s objects': 'arn:aws:s3:::data-prod-vaultbucket1-x/acme/1',
  'the vault’s rows': `arn:aws:dynamodb:ap-south-1:${ACCOUNT}:table/Data-prod-VaultTable1-X`,
  'the records': `arn:aws:dynamodb:ap-south-1:${ACCOUNT}:table/Data-prod-CrmRecords1-X`,
  'a foreign queue': `arn:aws:sqs:ap-south-1:${STRANGER_ACCOUNT}:theirs`,
  'a key': `arn:aws:kms:ap-south-1:${ACCOUNT}:key/k`,
  'the trail': `arn:aws:cloudtrail:ap-south-1:${ACCOUNT}:trail/digicrm`,
  'the boundary': `arn:aws:iam::${ACCOUNT}:policy/digicrm-boundary-prod`,
  'another policy': `arn:aws:iam::${ACCOUNT}:policy/developers`,
  'the eraser’s role': `arn:aws:iam::${ACCOUNT}:role/ControlPlane-prod-EngineEraserRole`,
  'a role of his own': `arn:aws:iam::${ACCOUNT}:role/mine`,
  'a role with the deployment’s name': `arn:aws:iam::${ACCOUNT}:role/cdk-mine-cfn-exec-role-x`,
  'a user': `arn:aws:iam::${ACCOUNT}:user/mine`,
  'a detector': `arn:aws:guardduty:ap-south-1:${ACCOUNT}:detector/d`,
  'an analyzer': `arn:aws:access-analyzer:ap-south-1:${ACCOUNT}:analyzer/a`,
  'a table in Singapore': `arn:aws:dynamodb:ap-southeast-1:${ACCOUNT}:table/Data-prod-CrmRecords1-X`,
};

const SCP_ROWS: readonly Row[] = [
  // Where
  ['an administrator', 's3:PutObject', 'an object', {}, 'allowed'],
  ['an administrator', 's3:PutObject', 'an object', region('ap-south-2'), 'allowed'],
  ['an administrator', 's3:PutObject', 'an object', VIRGINIA, 'denied'],
  ['the deployment', 's3:CreateBucket', 'customer files', VIRGINIA, 'denied'],
  ['the CRM', 'dynamodb:PutItem', 'the records', SINGAPORE, 'denied'],
  ['an administrator', 'kms:CreateKey', 'everything', VIRGINIA, 'denied'],
  ['an administrator', 'kms:ListAliases', 'everything', VIRGINIA, 'denied'],
  ['an administrator', 'iam:CreateRole', 'a role of his own', VIRGINIA, 'allowed'],
  ['an administrator', 'ec2:DescribeRegions', 'everything', VIRGINIA, 'allowed'],
  ['an administrator', 'ec2:RunInstances', 'everything', VIRGINIA, 'denied'],
  ['an administrator', 'cloudtrail:LookupEvents', 'everything', VIRGINIA, 'allowed'],
  ['the deployment', 's3:PutReplicationConfiguration', 'customer files', {}, 'allowed'],
  ['an administrator', 's3:PutReplicationConfiguration', 'customer files', {}, 'denied'],
  ['the deployment', 'dynamodb:CreateTableReplica', 'a table in Singapore', SINGAPORE, 'denied'],
  ['an administrator', 'dynamodb:CreateTableReplica', 'the records', {}, 'denied'],
  ['the deployment', 's3:PutAccelerateConfiguration', 'customer files', {}, 'denied'],
  ['the deployment', 'kms:ReplicateKey', 'a key', {}, 'denied'],
  ['the CRM', 'sqs:SendMessage', 'a foreign queue', ELSEWHERE, 'denied'],
  ['the CRM', 's3:PutObject', 'an object', ELSEWHERE, 'denied'],
  // The account
  ['an administrator', 'organizations:LeaveOrganization', 'everything', {}, 'denied'],
  ['an administrator', 'organizations:DescribeOrganization', 'everything', {}, 'allowed'],
  ['the root user', 's3:ListAllMyBuckets', 'everything', {}, 'denied'],
  ['an administrator', 's3:ListAllMyBuckets', 'everything', {}, 'allowed'],
  ['an administrator', 'account:EnableRegion', 'everything', VIRGINIA, 'denied'],
  ['an administrator', 'iam:CreateAccessKey', 'a user', {}, 'denied'],
  ['an administrator', 'guardduty:DeleteDetector', 'a detector', {}, 'denied'],
  ['the deployment', 'guardduty:UpdateDetector', 'a detector', {}, 'allowed'],
  ['an administrator', 'securityhub:DisableSecurityHub', 'everything', {}, 'denied'],
  ['an administrator', 'config:StopConfigurationRecorder', 'everything', {}, 'denied'],
  ['an administrator', 'access-analyzer:DeleteAnalyzer', 'an analyzer', {}, 'denied'],
  ['an administrator', 'macie2:DisableMacie', 'everything', {}, 'denied'],
  // The trail and its logs
  ['an administrator', 'cloudtrail:StopLogging', 'the trail', {}, 'denied'],
  ['the deployment', 'cloudtrail:UpdateTrail', 'the trail', {}, 'allowed'],
  ['an administrator', 'cloudtrail:GetTrailStatus', 'the trail', {}, 'allowed'],
  ['an administrator', 's3:DeleteObjectVersion', 'a log', {}, 'denied'],
  ['the deployment', 's3:DeleteObject', 'a log', {}, 'denied'],
  ['an administrator', 's3:BypassGovernanceRetention', 'a log', {}, 'denied'],
  ['an administrator', 's3:GetObject', 'a log', {}, 'allowed'],
  ['an administrator', 's3:PutLifecycleConfiguration', 'the log archive', {}, 'denied'],
  ['an administrator', 's3:PutBucketPolicy', 'customer files', {}, 'denied'],
  ['the deployment', 's3:PutBucketPolicy', 'customer files', {}, 'allowed'],
  ['an administrator', 'dynamodb:DeleteResourcePolicy', 'the records', {}, 'denied'],
  // Keys and the vault
  ['the eraser', 'kms:DisableKey', 'a key', {}, 'denied'],
  ['an administrator', 'kms:ScheduleKeyDeletion', 'a key', {}, 'denied'],
  ['an administrator', 'kms:CancelKeyDeletion', 'a key', {}, 'allowed'],
  ['the deployment', 'kms:PutKeyPolicy', 'a key', {}, 'allowed'],
  ['the CRM', 's3:GetObject', 'the vault’s objects', {}, 'denied'],
  ['the CRM', 's3:GetObject', 'an object', {}, 'allowed'],
  ['an administrator', 'dynamodb:ExportTableToPointInTime', 'the vault’s rows', {}, 'denied'],
  ['the sealer', 'dynamodb:GetItem', 'the vault’s rows', {}, 'allowed'],
  ['a reader with a case', 's3:GetObject', 'the vault’s objects', {}, 'allowed'],
  // Roles
  ['an administrator', 'iam:CreatePolicyVersion', 'the boundary', {}, 'denied'],
  ['an administrator', 'iam:CreatePolicyVersion', 'another policy', {}, 'allowed'],
  ['an administrator', 'iam:DeleteRolePermissionsBoundary', 'the eraser’s role', {}, 'denied'],
  ['an administrator', 'iam:PutRolePolicy', 'the eraser’s role', {}, 'denied'],
  ['an administrator', 'iam:PutRolePolicy', 'a role of his own', {}, 'allowed'],
  ['an administrator', 'iam:TagRole', 'a role of his own', { 'aws:TagKeys': ['digicrm:sealer'] }, 'denied'],
  ['an administrator', 'iam:TagRole', 'a role of his own', { 'aws:TagKeys': ['team'] }, 'allowed'],
  ['an administrator', 'iam:CreateRole', 'a role with the deployment’s name', {}, 'denied'],
  [
    'an administrator',
    'iam:CreateRole',
    'a role with the deployment’s name',
    { 'aws:CalledVia': ['cloudformation.amazonaws.com'] },
    'allowed',
  ],
];

describe('service control policies, where IAM and every resource allow everything', () => {
  testTable({
    documents: ofKind('scp'),
    who,
    on,
    always: { 'aws:ResourceOrgID': ORGANIZATION },
    policies: (documents) => ({ scps: Object.values(documents), resource: OPEN }),
    rows: SCP_ROWS,
  });
});

const OURS = { 'aws:SourceOrgID': ORGANIZATION };
const THEIRS = { 'aws:SourceOrgID': 'o-zzzzzzzzzz' };

const RCP_ROWS: readonly Row[] = [
  ['somebody of ours', 's3:GetObject', 'an object', {}, 'allowed'],
  ['a stranger', 's3:GetObject', 'an object', {}, 'denied'],
  ['nobody at all', 's3:GetObject', 'an object', {}, 'denied'],
  ['a stranger', 'dynamodb:GetItem', 'a table', {}, 'denied'],
  ['a stranger', 'sqs:SendMessage', 'a queue', {}, 'denied'],
  ['somebody of ours', 'sqs:SendMessage', 'a queue', {}, 'allowed'],
  ['a stranger', 'kms:Decrypt', 'a key', {}, 'denied'],
  ['a stranger', 'secretsmanager:GetSecretValue', 'a secret', {}, 'denied'],
  ['a stranger', 'sts:AssumeRole', 'a role', {}, 'denied'],
  ['a service for us', 's3:PutObject', 'an object', {}, 'allowed'],
  ['a service for a stranger', 's3:PutObject', 'an object', {}, 'denied'],
  ['a service for a stranger', 'sqs:SendMessage', 'a queue', {}, 'denied'],
  ['a service for a stranger', 'kms:GenerateDataKey', 'a key', {}, 'denied'],
  ['a service for nobody', 's3:PutObject', 'an object', {}, 'allowed'],
  ['somebody of ours', 's3:GetObject', 'an object', { 'aws:SecureTransport': 'false' }, 'denied'],
  ['somebody of ours', 'sqs:SendMessage', 'a queue', { 'aws:SecureTransport': 'false' }, 'denied'],
  ['somebody of ours', 's3:GetObject', 'an object', { 's3:TlsVersion': '1.1' }, 'denied'],
  [
    'somebody of ours',
    's3:PutObject',
    'an object',
    { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    'denied',
  ],
  ['somebody of ours', 'kms:CreateGrant', 'a key', {}, 'denied'],
  ['somebody of ours', 'kms:CreateGrant', 'a key', { 'kms:GrantIsForAWSResource': 'true' }, 'allowed'],
];

describe('resource control policies, where somebody has opened every resource to everybody', () => {
  testTable({
    documents: ofKind('rcp'),
    who: {
      'somebody of ours': role('admin', { 'aws:PrincipalOrgID': ORGANIZATION }),
      'a stranger': role('admin', { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' }, STRANGER_ACCOUNT),
      'nobody at all': NOBODY,
      'a service for us': service('cloudtrail', ACCOUNT, OURS),
      'a service for a stranger': service('cloudtrail', STRANGER_ACCOUNT, THEIRS),
      'a service for nobody': service('cloudtrail'),
    },
    on: {
      'an object': 'arn:aws:s3:::data-prod-customerfiles1-x/acme/00/p-1/a',
      'a table': `arn:aws:dynamodb:ap-south-1:${ACCOUNT}:table/Data-prod-CrmRecords1-X`,
      'a queue': `arn:aws:sqs:ap-south-1:${ACCOUNT}:ours`,
      'a key': `arn:aws:kms:ap-south-1:${ACCOUNT}:key/k`,
      'a secret': `arn:aws:secretsmanager:ap-south-1:${ACCOUNT}:secret:s-123456`,
      'a role': `arn:aws:iam::${ACCOUNT}:role/reader`,
    },
    policies: (documents) => ({ rcps: Object.values(documents), resource: OPEN }),
    rows: RCP_ROWS,
  });
});

describe('documents for an Organization', () => {
  it.each(policies.map((p) => [p.name, p] as const))('%s is within the size that AWS takes', (_, policy) => {
    expect(minified(policy).length).toBeLessThanOrEqual(MOST_CHARACTERS[policy.kind]);
  });

  it('exempt from the Regions exactly what has a reason, a risk and another control', () => {
    const [{ NotAction } = {}] = policies.find(({ name }) => name === 'scp-region')?.document.Statement ?? [];
    expect(NotAction).toEqual(loadExemptions().map(({ action }) => action));
  });

  it.each(['kms', 's3', 'dynamodb', 'sqs', 'sns', 'logs', 'events', 'lambda', 'cloudfront', 'sts'])(
    'exempt no service as a whole that holds or moves data: %s',
    (prefix) => {
      expect(loadExemptions().map(({ action }) => action)).not.toContain(`${prefix}:*`);
    },
  );

  it('name the Regions of the register', () => {
    const { home, replica } = loadRegister().regions;
    const [{ Condition } = {}] = policies.find(({ name }) => name === 'scp-region')?.document.Statement ?? [];
    expect(Condition?.StringNotEquals?.['aws:RequestedRegion']).toEqual([home.region, replica.region]);
  });

  it('have a name of its own for every statement', () => {
    const sids = policies.flatMap(({ document }) => document.Statement.map(({ Sid }) => Sid));
    expect(new Set(sids).size).toBe(sids.length);
  });

  it.each(['', 'ORG_ID', '111122223333'])('refuse "%s" as the id of an Organization', (id) => {
    expect(() => loadOrganizationPolicies(id)).toThrow(/is not the id of an Organization: expected one such as/);
  });
});
