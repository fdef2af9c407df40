import { functionsHaveABoundary } from '../../../../../lib/checks/dpdp/rules/access/functions-have-a-boundary';
import { noAdministrators } from '../../../../../lib/checks/dpdp/rules/access/no-administrators';
import { noWildcardDataActions } from '../../../../../lib/checks/dpdp/rules/access/no-wildcard-data-actions';
import { noWildcardDataResources } from '../../../../../lib/checks/dpdp/rules/access/no-wildcard-data-resources';
import { rolesTrustNamedPrincipals } from '../../../../../lib/checks/dpdp/rules/access/roles-trust-named-principals';
import { judge } from '../support/judge';

const either = (yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': ['Condition', yes, no] });
const bucket = 'arn:aws:s3:::books/*';

/** A policy of this statement. */
const policy = (Statement: unknown) => ({
  It: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement } } },
});

describe('actions on stores and keys', () => {
  const judged = (Statement: unknown) => judge(noWildcardDataActions, policy(Statement)).It;
  const allowing = (Action: unknown) => judged([{ Effect: 'Allow', Action, Resource: bucket }]);

  it.each([
    '*',
    '*:*',
    's3:*',
    'dynamodb:*',
    'kms:*',
    's3:Get*',
    'dynamodb:Delete*',
    'S3:get*',
    's?:GetObject*',
    'sqs:*',
  ])('finds %s', (action) => {
    expect(allowing(action)).toEqual([`Action::${action}`]);
  });

  it('names each action once, in a list or alone, in a list of statements or one alone', () => {
    const statement = { Effect: 'Allow', Action: ['s3:Get*', 'kms:*', 's3:GetObject'], Resource: bucket };
    expect(judged([statement, statement])).toEqual(['Action::s3:Get*', 'Action::kms:*']);
    expect(judged(statement)).toEqual(['Action::s3:Get*', 'Action::kms:*']);
  });

  it.each(['s3:GetObject', 'logs:*', 'ec2:Describe*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'dynamodb:Describe*'])(
    'lets %s be',
    (action) => {
      expect(allowing(action)).toEqual([]);
    },
  );

  it('has nothing against a denial of everything', () => {
    expect(judged([{ Effect: 'Deny', Action: '*', Resource: '*' }])).toBe('not-applicable');
  });

  it('reads what conditions and functions make of an action, and finds what it cannot tell', () => {
    expect(allowing(either('s3:GetObject', 's3:*'))).toEqual(['Action::s3:*']);
    expect(allowing({ 'Fn::Sub': 's3:GetObject' })).toEqual([]);
    expect(allowing({ 'Fn::Join': [':', ['s3', '*']] })).toEqual(['Action::s3:*']);
    expect(allowing({ Ref: 'ActionParameter' })).toEqual(['Action::<unknown>']);
    expect(judged({ Ref: 'StatementParameter' })).toEqual(['Action::<unknown>']);
    expect(judged([{ Effect: { Ref: 'EffectParameter' }, Action: 's3:*', Resource: '*' }])).toEqual(['Action::s3:*']);
    expect(judged([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }])).toEqual(['Action::NotAction']);
  });

  it('looks into roles, groups, permission sets and policies as text', () => {
    const PolicyDocument = { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } };
    const Policies = [{ PolicyName: 'Inline', PolicyDocument }, either({ PolicyName: 'Also', PolicyDocument })];
    const verdicts = judge(noWildcardDataActions, {
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies } },
      Group: { Type: 'AWS::IAM::Group', Properties: { Policies: either(Policies) } },
      Set: { Type: 'AWS::SSO::PermissionSet', Properties: { InlinePolicy: JSON.stringify(PolicyDocument) } },
      Odd: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: '{' } },
      Bare: { Type: 'AWS::IAM::Role' },
    });
    expect(verdicts).toEqual({
      Role: ['Action::s3:*'],
      Group: ['Action::s3:*'],
      Set: ['Action::s3:*'],
      Odd: ['Action::<unknown>'],
      Bare: 'not-applicable',
    });
  });

  const boundary = {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      ManagedPolicyName: 'the-most',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
    },
  };
  const byName = { 'Fn::Sub': 'arn:$' + '{AWS::Partition}:iam::$' + '{AWS::AccountId}:policy/the-most' };

  it.each([
    ['by reference', { Ref: 'It' }],
    ['by name', byName],
  ])('asks no narrow actions of a boundary, named %s, as long as nobody is granted it', (_, PermissionsBoundary) => {
    const bounded = { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary } };
    const granted = { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [PermissionsBoundary] } };
    const attached = { ...boundary, Properties: { ...boundary.Properties, Roles: [{ Ref: 'Role' }] } };
    expect(judge(noWildcardDataActions, { It: boundary, Role: bounded }).It).toBe('not-applicable');
    expect(judge(noWildcardDataActions, { It: boundary, Role: bounded, Other: granted }).It).toEqual(['Action::s3:*']);
    expect(judge(noWildcardDataActions, { It: attached, Role: bounded }).It).toEqual(['Action::s3:*']);
    expect(judge(noWildcardDataActions, { It: boundary }).It).toEqual(['Action::s3:*']);
  });
});

describe('resources of actions on stores and keys', () => {
  const judged = (Resource: unknown, more: Record<string, unknown> = {}) =>
    judge(noWildcardDataResources, {
      ...policy([{ Effect: 'Allow', Action: ['s3:GetObject', 'logs:PutLogEvents'], Resource, ...more }]),
      Bucket: { Type: 'AWS::S3::Bucket' },
    }).It;

  it.each(['*', 'arn:aws:s3:::*', 'arn:aws:s3:::*/*', 'arn:aws:dynamodb:*:*:table/*', ['arn:aws:s3:::mine', '*']])(
    'finds %s',
    (resource) => {
      expect(judged(resource)).toEqual(['Action::s3:GetObject']);
    },
  );

  it('finds every table of the own account, a parameter, and all but some', () => {
    const tables = { 'Fn::Sub': 'arn:aws:dynamodb:$' + '{AWS::Region}:$' + '{AWS::AccountId}:table/*' };
    for (const resource of [tables, { Ref: 'ArnParameter' }, either(bucket, '*')])
      expect(judged(resource)).toEqual(['Action::s3:GetObject']);
    expect(judged(undefined, { NotResource: bucket })).toEqual(['Action::s3:GetObject']);
  });

  it('lets be what is named', () => {
    const prefixed = { 'Fn::Sub': 'arn:aws:s3:::$' + '{Bucket}/*' };
    const joined = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] };
    for (const resource of [bucket, [bucket], { 'Fn::GetAtt': 'Bucket.Arn' }, prefixed, joined])
      expect(judged(resource)).toEqual([]);
  });

  it('lets be what a condition on resources picks, and no other condition', () => {
    const condition = (key: string, value: unknown) => ({ Condition: { StringEquals: { [key]: value } } });
    expect(judged('*', condition('aws:ResourceTag/tenant', 'books'))).toEqual([]);
    expect(judged('*', condition('kms:ResourceAliases', ['alias/books']))).toEqual([]);
    expect(judged('*', condition('aws:ResourceTag/tenant', '*'))).toEqual(['Action::s3:GetObject']);
    expect(judged('*', condition('aws:RequestedRegion', 'ap-south-1'))).toEqual(['Action::s3:GetObject']);
  });

  it('is not about actions that know no resource, or that are of other services', () => {
    for (const Action of ['dynamodb:ListTables', 'kms:CreateKey', 'ec2:DescribeVpcs', 'xray:PutTraceSegments'])
      expect(judge(noWildcardDataResources, policy({ Effect: 'Allow', Action, Resource: '*' })).It).toBe(
        'not-applicable',
      );
  });
});

describe('administrators', () => {
  const judged = (ManagedPolicyArns: unknown) =>
    judge(noAdministrators, {
      It: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns } },
      Own: { Type: 'AWS::IAM::ManagedPolicy' },
    }).It;

  it.each(['AdministratorAccess', 'PowerUserAccess', 'IAMFullAccess', 'AmazonS3FullAccess', 'AWSLambda_FullAccess'])(
    'finds %s',
    (name) => {
      const arn = `arn:aws:iam::aws:policy/${name}`;
      expect(judged([arn])).toEqual([`Policy::${arn}`]);
      expect(judged([{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/${name}`]] }])).toEqual([
        `Policy::${arn}`,
      ]);
    },
  );

  it('finds what a condition or a parameter may attach', () => {
    const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(judged(either([arn]))).toEqual([`Policy::${arn}`]);
    expect(judged([either(arn)])).toEqual([`Policy::${arn}`]);
    expect(judged([{ Ref: 'ArnParameter' }])).toEqual(['Policy::<unknown>']);
  });

  it('lets narrow policies be', () => {
    const narrow = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    expect(judged([narrow, { Ref: 'Own' }])).toEqual([]);
    expect(judged(undefined)).toEqual([]);
  });

  it('finds users and their keys', () => {
    expect(judge(noAdministrators, { User: { Type: 'AWS::IAM::User' }, Key: { Type: 'AWS::IAM::AccessKey' } })).toEqual(
      { User: ['User'], Key: ['AccessKey'] },
    );
  });
});

describe('trust in principals', () => {
  const judged = (Principal: unknown, Condition?: unknown) =>
    judge(rolesTrustNamedPrincipals, {
      It: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition } },
        },
      },
      Other: { Type: 'AWS::IAM::Role' },
    }).It;
  const equals = (key: string, value: unknown) => ({ StringEquals: { [key]: value } });
  const stranger = 'arn:aws:iam::111122223333:root';

  it('finds everybody, others, and who a parameter names', () => {
    expect(judged('*')).toEqual(['Principal::*']);
    expect(judged({ AWS: ['*'] })).toEqual(['Principal::*']);
    expect(judged({ AWS: stranger })).toEqual([`Principal::${stranger}`]);
    expect(judged({ AWS: '111122223333' })).toEqual(['Principal::111122223333']);
    expect(judged({ AWS: { Ref: 'ArnParameter' } })).toEqual(['Principal::<unknown>']);
    expect(judged({ AWS: either({ 'Fn::GetAtt': ['Other', 'Arn'] }, stranger) })).toEqual([`Principal::${stranger}`]);
    expect(judged(undefined)).toEqual(['Principal::*']);
  });

  it('lets services, the own account and its roles in', () => {
    const root = { 'Fn::Sub': 'arn:$' + '{AWS::Partition}:iam::$' + '{AWS::AccountId}:root' };
    for (const principal of [
      { Service: 'lambda.amazonaws.com' },
      { Service: ['lambda.amazonaws.com', { 'Fn::Sub': 'logs.$' + '{AWS::Region}.amazonaws.com' }] },
      { AWS: root },
      { AWS: { Ref: 'AWS::AccountId' } },
      { AWS: { 'Fn::GetAtt': ['Other', 'Arn'] } },
    ])
      expect(judged(principal)).toEqual([]);
  });

  it('lets others in who show what they were told, or of whose organisation they are', () => {
    expect(judged({ AWS: stranger }, equals('sts:ExternalId', 'told'))).toEqual([]);
    expect(judged('*', equals('aws:PrincipalOrgID', { Ref: 'Organisation' }))).toEqual([]);
    expect(judged('*', { StringLike: { 'aws:PrincipalOrgID': '*' } })).toEqual(['Principal::*']);
    expect(judged('*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toEqual(['Principal::*']);
    expect(judged('*', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })).toEqual(['Principal::*']);
  });

  it('wants to know for whom an identity provider vouches', () => {
    const provider = { Federated: 'token.actions.githubusercontent.com' };
    expect(judged(provider)).toEqual(['Principal::token.actions.githubusercontent.com']);
    expect(judged(provider, equals('token.actions.githubusercontent.com:sub', 'repo:a/b:ref:refs/heads/main'))).toEqual(
      [],
    );
    expect(judged(provider, { StringLike: { 'token.actions.githubusercontent.com:sub': '*' } })).toHaveLength(1);
  });

  it('finds a role without a document that it can read', () => {
    const bare = { It: { Type: 'AWS::IAM::Role' } };
    expect(judge(rolesTrustNamedPrincipals, bare).It).toEqual(['Principal::<unknown>']);
  });
});

describe('boundaries of functions', () => {
  const judged = (Role: unknown, PermissionsBoundary: unknown) =>
    judge(functionsHaveABoundary, {
      It: { Type: 'AWS::Lambda::Function', Properties: { Role } },
      Role: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary } },
    }).It;
  const role = { 'Fn::GetAtt': ['Role', 'Arn'] };

  it('wants one in every case', () => {
    expect(judged(role, { Ref: 'BoundaryParameter' })).toBe('compliant');
    expect(judged({ 'Fn::GetAtt': 'Role.Arn' }, 'arn:aws:iam::111122223333:policy/the-most')).toBe('compliant');
    expect(judged(role, undefined)).toBe('broken');
    expect(judged(role, either('arn:aws:iam::111122223333:policy/the-most'))).toBe('broken');
  });

  it('cannot tell of a role that the app does not have', () => {
    expect(judged('arn:aws:iam::111122223333:role/legacy', 'arn')).toBe('broken');
    expect(judged({ Ref: 'RoleParameter' }, 'arn')).toBe('broken');
    expect(judged(undefined, 'arn')).toBe('broken');
  });
});
