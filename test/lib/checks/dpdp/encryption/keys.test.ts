import { kmsKeyRotates } from '../../../../../lib/checks/dpdp/rules/encryption/kms-key-rotates';
import { kmsKeyWaitsBeforeDeletion } from '../../../../../lib/checks/dpdp/rules/encryption/kms-key-waits-before-deletion';
import { kmsPolicyNamesPrincipals } from '../../../../../lib/checks/dpdp/rules/encryption/kms-policy-names-principals';
import { kmsPolicySeparatesDuties } from '../../../../../lib/checks/dpdp/rules/encryption/kms-policy-separates-duties';
import { oneKeyPerDataRole } from '../../../../../lib/checks/dpdp/rules/encryption/one-key-per-data-role';
import type { Properties } from '../../../../../lib/checks/dpdp/template';
import { judge } from '../support/judge';
import { arnOf, either, NO_VALUE, PARAMETER, sub, tagged, verdictOn } from '../support/one';

const KEY = 'AWS::KMS::Key';

describe('KmsKeyRotates', () => {
  it.each<[Properties, string]>([
    [{}, 'broken'],
    [{ EnableKeyRotation: false }, 'broken'],
    [{ EnableKeyRotation: NO_VALUE }, 'broken'],
    [{ EnableKeyRotation: PARAMETER }, 'broken'],
    [{ EnableKeyRotation: either(true, false) }, 'broken'],
    [{ KeySpec: PARAMETER }, 'broken'],
    [{ KeySpec: either('ECC_NIST_P256', NO_VALUE) }, 'broken'],
    [{ EnableKeyRotation: true }, 'compliant'],
    [{ EnableKeyRotation: 'true', KeySpec: 'SYMMETRIC_DEFAULT' }, 'compliant'],
    [{ EnableKeyRotation: either(true, 'true') }, 'compliant'],
    [{ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, 'not-applicable'],
    [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, 'not-applicable'],
  ])('a key with %j is %s', (properties, verdict) => {
    expect(verdictOn(kmsKeyRotates, KEY, properties)).toBe(verdict);
  });
});

describe('KmsKeyWaitsBeforeDeletion', () => {
  it.each<[unknown, string]>([
    [undefined, 'compliant'],
    [30, 'compliant'],
    ['30', 'compliant'],
    [7, 'broken'],
    ['', 'broken'],
    [PARAMETER, 'broken'],
    [either(30, 7), 'broken'],
  ])('a key that waits %j days is %s', (PendingWindowInDays, verdict) => {
    expect(verdictOn(kmsKeyWaitsBeforeDeletion, KEY, { PendingWindowInDays })).toBe(verdict);
  });

  it('goes by the number in the facts', () => {
    const facts = { keyDeletionWaitDays: 14 };
    expect(verdictOn(kmsKeyWaitsBeforeDeletion, KEY, { PendingWindowInDays: 14 }, {}, { facts })).toBe('compliant');
  });
});

const ROOT = {
  AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] },
};
const allow = (Principal: unknown, Action: unknown, rest: Properties = {}) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...rest,
});
const policy = (...Statement: unknown[]) => ({ KeyPolicy: { Statement } });
const role = (name: string) => ({ AWS: `arn:aws:iam::111122223333:role/${name}` });

describe('KmsPolicySeparatesDuties', () => {
  it.each<[string, Properties]>([
    ['one statement with everything', policy(allow(role('a'), 'kms:*'))],
    ['everything by a star', policy(allow({ AWS: ['*'] }, '*'))],
    ['both in one list', policy(allow(role('a'), ['kms:PutKeyPolicy', 'kms:Decrypt']))],
    [
      'both in two statements for the same principal',
      policy(allow(role('a'), 'kms:ScheduleKeyDeletion'), allow(role('a'), 'kms:GenerateDataKey*')),
    ],
    [
      'both for a role of the template, in other letters',
      policy(allow({ AWS: arnOf('R') }, 'KMS:putkeypolicy'), allow({ AWS: [arnOf('R')] }, ['kms:De*'])),
    ],
    ['all actions but some', policy(allow(role('a'), undefined, { NotAction: 'kms:ScheduleKeyDeletion' }))],
    ['an action that is a parameter', policy(allow(role('a'), PARAMETER))],
    ['a statement that is a parameter', policy(PARAMETER)],
    ['no statement', policy()],
    ['a policy that is a parameter', { KeyPolicy: PARAMETER }],
    ['both in one case of a condition', policy(either(allow(role('a'), 'kms:*'), allow(role('a'), 'kms:Decrypt')))],
  ])('refuses %s', (_, properties) => {
    expect(verdictOn(kmsPolicySeparatesDuties, KEY, properties)).toBe('broken');
  });

  it.each<[string, Properties]>([
    ['the account', policy(allow(ROOT, 'kms:*'))],
    ['the account as text', policy(allow({ AWS: 'arn:aws:iam::111122223333:root' }, 'kms:*'))],
    ['the account by its number', policy(allow({ AWS: { Ref: 'AWS::AccountId' } }, 'kms:*'))],
    ['the account in a substituted text', policy(allow({ AWS: sub('arn:aws:iam::<AWS::AccountId>:root') }, 'kms:*'))],
    [
      'two principals with one duty each',
      policy(
        allow(role('admin'), ['kms:Put*', 'kms:ScheduleKeyDeletion', 'kms:DescribeKey']),
        allow(role('user'), ['kms:Decrypt', 'kms:DescribeKey']),
      ),
    ],
    ['a service', policy(allow(ROOT, 'kms:*'), allow({ Service: 'logs.amazonaws.com' }, 'kms:Decrypt'))],
    ['a denial of everything', policy(allow(ROOT, 'kms:*'), allow('*', 'kms:*', { Effect: 'Deny' }))],
  ])('lets %s have it', (_, properties) => {
    expect(verdictOn(kmsPolicySeparatesDuties, KEY, properties)).toBe('compliant');
  });

  it('has nothing to say where KMS makes the policy', () => {
    expect(verdictOn(kmsPolicySeparatesDuties, KEY, {})).toBe('not-applicable');
  });
});

describe('KmsPolicyNamesPrincipals', () => {
  const own = { Ref: 'AWS::AccountId' };
  const where = (Condition: unknown) => policy(allow({ AWS: '*' }, 'kms:Decrypt', { Condition }));

  it.each<[string, Properties]>([
    ['everybody', policy(allow('*', 'kms:Decrypt'))],
    ['everybody among others', policy(allow({ AWS: [arnOf('R'), '*'] }, 'kms:Decrypt'))],
    ['nobody in particular', policy(allow(undefined, 'kms:Decrypt'))],
    ['all but one', policy(allow(undefined, 'kms:Decrypt', { NotPrincipal: role('a') }))],
    ['a parameter', policy(allow(PARAMETER, 'kms:Decrypt'))],
    ['everybody through a service', where({ StringEquals: { 'kms:ViaService': 's3.ap-south-1.amazonaws.com' } })],
    ['everybody but one account', where({ StringNotEquals: { 'aws:PrincipalAccount': own } })],
    ['everybody of any account', where({ StringLike: { 'aws:PrincipalArn': ['*'] } })],
    ['everybody who may have no account', where({ StringEqualsIfExists: { 'aws:PrincipalAccount': own } })],
    ['a policy without statements', { KeyPolicy: {} }],
  ])('refuses %s', (_, properties) => {
    expect(verdictOn(kmsPolicyNamesPrincipals, KEY, properties)).toBe('broken');
  });

  it.each<[string, Properties]>([
    ['the account', policy(allow(ROOT, 'kms:*'))],
    ['a service', policy(allow({ Service: 'logs.amazonaws.com' }, 'kms:Decrypt'))],
    ['everybody of one account', where({ StringEquals: { 'kms:CallerAccount': own, 'kms:ViaService': 'x' } })],
    ['everybody with an ARN like this', where({ ArnLike: { 'aws:principalarn': 'arn:aws:iam::1:role/x' } })],
    ['a denial for everybody', policy(allow(ROOT, 'kms:*'), allow('*', 'kms:*', { Effect: 'Deny' }))],
  ])('lets %s go', (_, properties) => {
    expect(verdictOn(kmsPolicyNamesPrincipals, KEY, properties)).toBe('compliant');
  });
});

describe('OneKeyPerDataRole', () => {
  const table = (key: unknown, dataRole?: string) => ({
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      SSESpecification: { SSEEnabled: true, KMSMasterKeyId: key },
      ...(dataRole === undefined ? {} : tagged(dataRole)),
    },
  });
  const bucket = (KMSMasterKeyID: unknown, dataRole: string) => ({
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID } }] },
      ...tagged(dataRole),
    },
  });
  const keys = {
    A: { Type: KEY },
    B: { Type: KEY },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { TargetKeyId: arnOf('A') } },
  };

  it('refuses both stores of two roles that share a key', () => {
    const verdicts = judge(oneKeyPerDataRole, {
      ...keys,
      One: table(arnOf('A'), 'tenant'),
      Two: bucket({ Ref: 'A' }, 'account'),
      Three: table(arnOf('B'), 'account'),
    });
    expect(verdicts).toEqual({ One: 'broken', Two: 'broken', Three: 'compliant' });
  });

  it('lets what is about nobody be under any key', () => {
    const verdicts = judge(oneKeyPerDataRole, {
      ...keys,
      One: table(arnOf('A'), 'account'),
      Two: table(arnOf('A'), 'none'),
    });
    expect(verdicts).toEqual({ One: 'compliant', Two: 'not-applicable' });
  });

  it('sees the key behind its alias, and the same literal key', () => {
    const literal = 'alias/shared';
    const verdicts = judge(oneKeyPerDataRole, {
      ...keys,
      One: table({ Ref: 'Alias' }, 'tenant'),
      Two: table(arnOf('A'), 'account'),
      Three: table(literal, 'tenant'),
      Four: bucket(literal, 'books'),
    });
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['broken']));
  });

  it('sees a key of another stack', () => {
    const others = [
      {
        Resources: {
          Key: { Type: KEY },
          Two: { Type: 'AWS::DynamoDB::Table', Properties: table(arnOf('Key'), 'account').Properties },
        },
        Outputs: { KeyArn: { Value: arnOf('Key'), Export: { Name: 'Shared' } } },
      },
    ];
    const one = { One: table({ 'Fn::ImportValue': 'Shared' }, 'tenant') };
    expect(judge(oneKeyPerDataRole, one, { others })).toEqual({ One: 'broken' });
  });

  it('lets stores of one role share, and goes by no other tag', () => {
    const verdicts = judge(oneKeyPerDataRole, {
      ...keys,
      One: table(arnOf('A'), 'tenant'),
      Two: bucket(arnOf('A'), 'tenant'),
      Three: table(arnOf('A')),
    });
    expect(verdicts).toEqual({ One: 'compliant', Two: 'compliant', Three: 'not-applicable' });
  });
});
