import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { boundaryName, confineToNetwork } from '../../lib/guardrails/permission-boundary';
import { ACCOUNT, resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';
import { type Row, testTable } from './cases';
import { type Document, OPEN, role, STRANGER_ACCOUNT, tagged, type Who } from './support';

const resources = Object.values(resolveTemplates(templatesOf('prod')));
const boundary = resources.find((r) => r.Type === 'AWS::IAM::ManagedPolicy')?.Properties.PolicyDocument as Document;

/** Code of a function whose role is confined to a network. */
const CONFINED = {
  'aws:PrincipalTag/digicrm:network': 'vpc-0a1b2c3d',
  'lambda:SourceFunctionArn': `arn:aws:lambda:ap-south-1:${ACCOUNT}:function:eraser`,
};
const INSIDE = { 'aws:SourceVpc': 'vpc-0a1b2c3d' };
const ABROAD = { 'aws:RequestedRegion': 'us-east-1' };
const FOREIGN = { 'aws:ResourceAccount': STRANGER_ACCOUNT };
const VAULT_KEY = { 'aws:ResourceTag/digicrm:vault-key': 'true' };

const who: Record<string, Who> = {
  'a role': role('any'),
  'the code of a function': role('eraser', CONFINED),
  'Lambda for a function': role('eraser', tagged('digicrm:network')),
  'the CRM': role('crm', tagged('digicrm:data-key-user')),
  'the sealer': role('sealer', tagged('digicrm:vault-key-user')),
  'a reader with a case': role('reader', { 'aws:PrincipalTag/digicrm:case-id': 'case-2027-HC-17' }),
};

const on: Record<string, string> = {
  everything: '*',
  'an object': 'arn:aws:s3:::files/acme/a',
  'a bucket': 'arn:aws:s3:::files',
  'a table': `arn:aws:dynamodb:ap-south-1:${ACCOUNT}:table/records`,
  'a foreign object': 'arn:aws:s3:::theirs/a',
  'a queue': `arn:aws:sqs:ap-south-1:${ACCOUNT}:work`,
  'a foreign queue': `arn:aws:sqs:ap-south-1:${STRANGER_ACCOUNT}:theirs`,
  'a key': `arn:aws:kms:ap-south-1:${ACCOUNT}:key/k`,
  'a log group': `arn:aws:logs:ap-south-1:${ACCOUNT}:log-group:g:log-stream:s`,
  'the trail': `arn:aws:cloudtrail:ap-south-1:${ACCOUNT}:trail/digicrm`,
  'its own role': `arn:aws:iam::${ACCOUNT}:role/any`,
  'the boundary': `arn:aws:iam::${ACCOUNT}:policy/digicrm-boundary-prod`,
};

/** Everybody is allowed everything by a policy of his own. */
const ROWS: readonly Row[] = [
  ['a role', 's3:PutObject', 'an object', {}, 'allowed'],
  ['a role', 's3:PutObject', 'an object', ABROAD, 'denied'],
  ['a role', 'dynamodb:PutItem', 'a table', { 'aws:RequestedRegion': 'ap-southeast-1' }, 'denied'],
  ['a role', 'dynamodb:PutItem', 'a table', { 'aws:RequestedRegion': 'ap-south-2' }, 'allowed'],
  [
    'a role',
    'iam:PassRole',
    'its own role',
    { 'iam:PassedToService': 'scheduler.amazonaws.com', ...ABROAD },
    'allowed',
  ],
  ['a role', 'iam:PassRole', 'its own role', { 'iam:PassedToService': 'lambda.amazonaws.com' }, 'denied'],
  ['a role', 's3:PutObject', 'a foreign object', FOREIGN, 'denied'],
  ['a role', 'sqs:SendMessage', 'a foreign queue', FOREIGN, 'denied'],
  ['a role', 'sqs:SendMessage', 'a queue', {}, 'allowed'],
  ['a role', 'ec2:RunInstances', 'everything', {}, 'denied'],
  ['a role', 'lambda:ListFunctions', 'everything', {}, 'denied'],
  ['a role', 'cloudtrail:StopLogging', 'the trail', {}, 'denied'],
  ['a role', 'cloudtrail:GetTrailStatus', 'the trail', {}, 'allowed'],
  ['a role', 'kms:DisableKey', 'a key', {}, 'denied'],
  ['a role', 'kms:ScheduleKeyDeletion', 'a key', {}, 'denied'],
  ['a role', 'kms:PutKeyPolicy', 'a key', {}, 'denied'],
  ['a role', 's3:PutReplicationConfiguration', 'a bucket', {}, 'denied'],
  ['a role', 's3:PutBucketPolicy', 'a bucket', {}, 'denied'],
  ['a role', 's3:BypassGovernanceRetention', 'an object', {}, 'denied'],
  ['a role', 'dynamodb:UpdateTable', 'a table', {}, 'denied'],
  ['a role', 'iam:DeleteRolePermissionsBoundary', 'its own role', {}, 'denied'],
  ['a role', 'iam:CreatePolicyVersion', 'the boundary', {}, 'denied'],
  ['a role', 'organizations:LeaveOrganization', 'everything', {}, 'denied'],
  ['the CRM', 'kms:Decrypt', 'a key', {}, 'allowed'],
  ['the CRM', 'kms:Decrypt', 'a key', VAULT_KEY, 'denied'],
  ['the sealer', 'kms:Decrypt', 'a key', VAULT_KEY, 'allowed'],
  ['a reader with a case', 'kms:Decrypt', 'a key', VAULT_KEY, 'allowed'],
  ['the code of a function', 's3:DeleteObject', 'an object', INSIDE, 'allowed'],
  ['the code of a function', 's3:DeleteObject', 'an object', {}, 'denied'],
  ['the code of a function', 's3:DeleteObject', 'an object', { 'aws:SourceVpc': 'vpc-0f0f0f0f' }, 'denied'],
  ['the code of a function', 'dynamodb:Query', 'a table', {}, 'denied'],
  ['the code of a function', 'kms:Decrypt', 'a key', { 'aws:ViaAWSService': 'true' }, 'allowed'],
  ['the code of a function', 'logs:PutLogEvents', 'a log group', {}, 'allowed'],
  ['Lambda for a function', 'sqs:ReceiveMessage', 'a queue', {}, 'allowed'],
];

describe('the permission boundary, where everything else allows everything', () => {
  testTable({
    documents: { boundary },
    who,
    on,
    // What is another account's, and a key, has to be opened to the caller as well.
    policies: ({ boundary: document }, thing) => ({
      boundary: document as Document,
      ...(/foreign|key/.test(thing) && { resource: OPEN }),
    }),
    rows: ROWS,
  });

  it('is within the 6,144 characters that IAM takes', () => {
    expect(JSON.stringify(boundary).length).toBeLessThan(6_144);
  });

  it('has the name that roles and the Organization’s policies know it by', () => {
    const [policy] = resources.filter((r) => r.Type === 'AWS::IAM::ManagedPolicy');
    expect(policy?.Properties.ManagedPolicyName).toBe(boundaryName('prod'));
    expect(boundaryName('prod')).toMatch(/^digicrm-boundary-/);
  });

  it('takes nothing away that the app’s roles are granted', () => {
    const granted = resources.filter((r) => r.Type === 'AWS::IAM::Policy').flatMap(grantsOf);
    expect(granted.length).toBeGreaterThan(100);
    const beyond = granted.filter(
      (action) =>
        names('NeverAdministers', action) ||
        !(names('ServicesOfTheApp', action) || names('PassTheRoleOfSchedules', action)),
    );
    expect(beyond).toEqual([]);
  });
});

describe.each(['local', 'dev', 'prod'])('every role of stage %s', (stage) => {
  const roles = Object.entries(resolveTemplates(templatesOf(stage))).filter(([, r]) => r.Type === 'AWS::IAM::Role');

  it.each(roles)('%s has the boundary', (_, { Properties }) => {
    expect(Properties.PermissionsBoundary).toBe(`arn:aws:iam::${ACCOUNT}:policy/${boundaryName(stage)}`);
  });
});

it('a role that is confined to a network carries the network’s id', () => {
  const stack = new Stack(new App(), 'Test');
  const confined = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  confineToNetwork(confined, 'vpc-0a1b2c3d');
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    Tags: [{ Key: 'digicrm:network', Value: 'vpc-0a1b2c3d' }],
  });
});

/** Actions that a role's own policy allows. */
function grantsOf({ Properties }: { Properties: Record<string, unknown> }): string[] {
  const { Statement } = Properties.PolicyDocument as { Statement: { Effect: string; Action: string | string[] }[] };
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
}

/** Whether a statement of the boundary is about the action. */
function names(sid: string, action: string): boolean {
  const patterns = boundary.Statement.filter((s) => s.Sid === sid).flatMap((s) => s.Action as string | string[]);
  return patterns.some((p) => new RegExp(`^${p.replaceAll('*', '.*')}$`).test(action));
}
