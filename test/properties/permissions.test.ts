import { Cloud, type Request } from '../lib/support/iam';

/** The emulator enforces no policies, so what may not be done is proven by evaluating them. */
const cloud = new Cloud('prod');

const controlTable = cloud.arn('AWS::DynamoDB::Table', 'Table');
const records = cloud.arn('AWS::DynamoDB::Table', 'CrmRecords');
const files = cloud.arn('AWS::S3::Bucket', 'CustomerFiles');
const signingKey = cloud.arn('AWS::KMS::Key', 'CertificateKeysSigning');
const tenantKey = cloud.arn('AWS::KMS::Key', 'TenantKey');

const API = 'ApiRole';
const PLANNER = 'EnginePlannerRole';
const ERASER = 'EngineEraserRole';
const VERIFIER = 'EngineVerifierRole';
const RECORDER = 'EngineRecorderRole';
const SWEEPER = 'EngineSweeperRole';
const RETENTION = 'RetentionApiRole';
const HOLDS_API = 'LegalHoldsApiRole';
const LOCKER = 'LegalHoldsLockerRole';
const HOLDS_DAILY = 'LegalHoldsDailyRole';
const HOLDS = [HOLDS_API, LOCKER, HOLDS_DAILY];
const TERMINATION_API = 'TerminationsApiRole';
const KEEPER = 'TerminationsKeeperRole';
const TERMINATION_SWEEPER = 'TerminationsSweeperRole';
const TERMINATIONS = [TERMINATION_API, KEEPER, TERMINATION_SWEEPER];
const ROLES = [
  API,
  RETENTION,
  'AuthorizerRole',
  PLANNER,
  ERASER,
  VERIFIER,
  RECORDER,
  SWEEPER,
  ...HOLDS,
  ...TERMINATIONS,
];

const KEYS_ONLY = { 'dynamodb:Attributes': ['pk', 'sk'], 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' };
const WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
const ERASES = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'];

describe('control table', () => {
  const mayWrite: Record<string, string[]> = {
    [API]: ['REQ#', 'IDEM#', 'LINE#'],
    [PLANNER]: ['PLAN#'],
    [ERASER]: ['STEP#', 'LINE#'],
    [VERIFIER]: ['VERIFY#'],
    [RECORDER]: ['REQ#', 'STEP#', 'CERT#'],
    [SWEEPER]: [],
    AuthorizerRole: [],
    [RETENTION]: [],
    [HOLDS_API]: ['HOLD#'],
    [LOCKER]: ['HOLD#'],
    [HOLDS_DAILY]: [],
    [TERMINATION_API]: ['TERM#', 'IDEM#', 'LINE#'],
    [KEEPER]: ['TERM#', 'REQ#', 'IDEM#'],
    [TERMINATION_SWEEPER]: [],
  };
  const prefixes = ['REQ#', 'IDEM#', 'PLAN#', 'STEP#', 'LINE#', 'VERIFY#', 'CERT#', 'TERM#', 'HIDE#', 'HOLD#'];

  it.each(ROLES)('lets %s write its own items only', async (role) => {
    for (const prefix of prefixes)
      for (const action of WRITES) {
        const context = { 'dynamodb:LeadingKeys': [`${prefix}er-1`] };
        const expected = mayWrite[role]?.includes(prefix) ? 'Allowed' : 'ImplicitlyDenied';
        expect([prefix, action, await cloud.asRole(role, { action, resource: controlTable, context })]).toEqual([
          prefix,
          action,
          expected,
        ]);
      }
  });

  it('lets nobody write without a key, delete an item or scan', async () => {
    for (const role of ROLES)
      for (const action of [...WRITES, 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem', 'dynamodb:Scan'])
        expect(await cloud.asRole(role, { action, resource: controlTable })).toBe('ImplicitlyDenied');
  });

  it.each([SWEEPER, HOLDS_DAILY, TERMINATION_SWEEPER])(
    'lets %s read nothing but the index of what is due',
    async (role) => {
      const query = (resource: string) => cloud.asRole(role, { action: 'dynamodb:Query', resource });
      expect(await query(`${controlTable}/index/by-due`)).toBe('Allowed');
      expect(await query(`${controlTable}/index/by-tenant`)).toBe('ImplicitlyDenied');
      expect(await query(controlTable)).toBe('ImplicitlyDenied');
    },
  );
});

describe('personal data', () => {
  const object = `${files}/t-1/00/p-1/photo.jpg`;

  it('lets the eraser alone delete', async () => {
    for (const role of ROLES) {
      const expected = role === ERASER ? 'Allowed' : 'ImplicitlyDenied';
      for (const action of ERASES) expect(await cloud.asRole(role, { action, resource: object })).toBe(expected);
      const batch: Request = { action: 'dynamodb:BatchWriteItem', resource: records, context: KEYS_ONLY };
      expect(await cloud.asRole(role, batch)).toBe(expected);
    }
  });

  it('lets nobody read or write what is stored', async () => {
    const actions = ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'];
    for (const role of ROLES) {
      for (const action of actions)
        expect(await cloud.asRole(role, { action, resource: object })).toBe('ImplicitlyDenied');
      for (const action of [...WRITES, 'dynamodb:GetItem', 'dynamodb:Scan'])
        expect(await cloud.asRole(role, { action, resource: records, context: KEYS_ONLY })).toBe('ImplicitlyDenied');
      const unlock: Request = { action: 's3:BypassGovernanceRetention', resource: object };
      expect(await cloud.asRole(role, unlock)).toBe('ExplicitlyDenied');
      expect(await cloud.asRole(role, { action: 'dynamodb:DeleteTable', resource: records })).toBe('ExplicitlyDenied');
    }
  });

  it('shows counting roles the keys of items and nothing else', async () => {
    for (const role of [PLANNER, ERASER, VERIFIER]) {
      const query = (context: Request['context']) =>
        cloud.asRole(role, { action: 'dynamodb:Query', resource: records, context });
      expect(await query(KEYS_ONLY)).toBe('Allowed');
      expect(await query({ ...KEYS_ONLY, 'dynamodb:Select': 'COUNT' })).toBe('Allowed');
      expect(await query({ ...KEYS_ONLY, 'dynamodb:Attributes': ['pk', 'sk', 'email'] })).toBe('ImplicitlyDenied');
      expect(await query({ ...KEYS_ONLY, 'dynamodb:Select': 'ALL_ATTRIBUTES' })).toBe('ImplicitlyDenied');
    }
  });

  it('does not let the eraser put an item with content', async () => {
    const context = { 'dynamodb:Attributes': ['pk', 'sk', 'email'] };
    const verdict = await cloud.asRole(ERASER, { action: 'dynamodb:BatchWriteItem', resource: records, context });
    expect(verdict).toBe('ImplicitlyDenied');
  });

  it('keeps the APIs, authorizer, recorder and sweeper away altogether', async () => {
    for (const role of [API, RETENTION, 'AuthorizerRole', RECORDER, SWEEPER]) {
      expect(await cloud.asRole(role, { action: 's3:ListBucketVersions', resource: files })).toBe('ImplicitlyDenied');
      const query: Request = { action: 'dynamodb:Query', resource: records, context: KEYS_ONLY };
      expect(await cloud.asRole(role, query)).toBe('ImplicitlyDenied');
    }
  });
});

describe('S3 legal holds', () => {
  it('are set and removed by the locker alone', async () => {
    for (const bucket of ['CustomerFiles', 'Exports'])
      for (const role of ROLES) {
        const resource = `${cloud.arn('AWS::S3::Bucket', bucket)}/t-1/00/p-1/photo.jpg`;
        const verdict = await cloud.asRole(role, { action: 's3:PutObjectLegalHold', resource });
        expect([bucket, role, verdict]).toEqual([bucket, role, role === LOCKER ? 'Allowed' : 'ImplicitlyDenied']);
      }
  });

  it('are all that the locker can change: no retention, no object, no row', async () => {
    for (const action of ['s3:PutObjectRetention', 's3:PutObject', ...ERASES])
      expect(await cloud.asRole(LOCKER, { action, resource: `${files}/t-1/00/p-1/photo.jpg` })).toBe(
        'ImplicitlyDenied',
      );
    const query: Request = { action: 'dynamodb:Query', resource: records, context: KEYS_ONLY };
    expect(await cloud.asRole(LOCKER, query)).toBe('ImplicitlyDenied');
  });

  it('cannot be asked for by those who only work on erasures', async () => {
    const queue = cloud.arn('AWS::SQS::Queue', 'LegalHoldsLocksQueue');
    for (const role of ROLES) {
      const verdict = await cloud.asRole(role, { action: 'sqs:SendMessage', resource: queue });
      expect([role, verdict]).toEqual([role, HOLDS.includes(role) ? 'Allowed' : 'ImplicitlyDenied']);
    }
  });
});

describe('bucket policy of customer files', () => {
  const resourcePolicy = cloud.policyOf('AWS::S3::Bucket', 'CustomerFiles');
  const header = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const put = (context: Request['context']) =>
    cloud.asAdministrator({ action: 's3:PutObject', resource: `${files}/t-1/00/p-1/a`, context, resourcePolicy });

  it('accepts an object under the key of its data role', async () => {
    expect(await put({ [header]: tenantKey })).toBe('Allowed');
  });

  it('denies an object under another key or none', async () => {
    expect(await put({ [header]: cloud.arn('AWS::KMS::Key', 'AccountKey') })).toBe('ExplicitlyDenied');
    expect(await put({})).toBe('ExplicitlyDenied');
  });

  it('denies plain HTTP and TLS below 1.2', async () => {
    expect(await put({ [header]: tenantKey, 'aws:SecureTransport': 'false' })).toBe('ExplicitlyDenied');
    expect(await put({ [header]: tenantKey, 's3:TlsVersion': '1.1' })).toBe('ExplicitlyDenied');
  });
});

describe('keys', () => {
  const signingPolicy = cloud.policyOf('AWS::KMS::Key', 'CertificateKeysSigning');
  const sign: Request = {
    action: 'kms:Sign',
    resource: signingKey,
    context: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' },
    resourcePolicy: signingPolicy,
  };

  it('let the recorder alone sign', async () => {
    for (const role of ROLES)
      expect([role, await cloud.asRole(role, sign)]).toEqual([
        role,
        role === RECORDER ? 'Allowed' : 'ImplicitlyDenied',
      ]);
  });

  it('let the planner hash subject ids, and no other role that works on erasures', async () => {
    const hash: Request = {
      action: 'kms:GenerateMac',
      resource: cloud.arn('AWS::KMS::Key', 'CertificateKeysSubjectHash'),
      context: { 'kms:MacAlgorithm': 'HMAC_SHA_256' },
      resourcePolicy: cloud.policyOf('AWS::KMS::Key', 'CertificateKeysSubjectHash'),
    };
    for (const role of ROLES)
      expect([role, await cloud.asRole(role, hash)]).toEqual([role, role === PLANNER ? 'Allowed' : 'ImplicitlyDenied']);
  });

  it('are run by administrators, who can neither use them nor end them', async () => {
    const keys = ['TenantKey', 'AccountKey', 'Key', 'CertificateKeysSigning', 'CertificateKeysSubjectHash'];
    const uses = [
      'kms:Decrypt',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:CreateGrant',
      'kms:Sign',
      'kms:GenerateMac',
    ];
    for (const key of keys) {
      const of = { resource: cloud.arn('AWS::KMS::Key', key), resourcePolicy: cloud.policyOf('AWS::KMS::Key', key) };
      for (const action of ['kms:CancelKeyDeletion', 'kms:EnableKey', 'kms:RevokeGrant'])
        expect(await cloud.asAdministrator({ ...of, action })).toBe('Allowed');
      for (const action of ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy'])
        expect(await cloud.asAdministrator({ ...of, action })).toBe('ExplicitlyDenied');
      for (const service of ['s3', 'dynamodb', 'sqs', 'lambda'])
        for (const action of uses) {
          const context = { 'kms:ViaService': `${service}.ap-south-1.amazonaws.com` };
          expect(await cloud.asAdministrator({ ...of, action })).toBe('ImplicitlyDenied');
          expect(await cloud.asAdministrator({ ...of, action, context })).toBe('ImplicitlyDenied');
        }
    }
  });

  it('let CloudFormation make tables, and nothing else', async () => {
    const generate = (service: string) =>
      cloud.asAdministrator(
        {
          action: 'kms:GenerateDataKey',
          resource: tenantKey,
          context: { 'kms:ViaService': service },
          resourcePolicy: cloud.policyOf('AWS::KMS::Key', 'TenantKey'),
        },
        'cdk-hnb659fds-cfn-exec-role-111122223333-ap-south-1',
      );
    expect(await generate('dynamodb.ap-south-1.amazonaws.com')).toBe('Allowed');
    expect(await generate('s3.ap-south-1.amazonaws.com')).toBe('ImplicitlyDenied');
  });

  it('decrypt for the counting roles through DynamoDB in Mumbai only', async () => {
    const decrypt = (role: string, service: string) =>
      cloud.asRole(role, {
        action: 'kms:Decrypt',
        resource: tenantKey,
        context: { 'kms:ViaService': service },
        resourcePolicy: cloud.policyOf('AWS::KMS::Key', 'TenantKey'),
      });
    for (const role of ROLES) {
      const counts = [PLANNER, ERASER, VERIFIER].includes(role);
      expect(await decrypt(role, 'dynamodb.ap-south-1.amazonaws.com')).toBe(counts ? 'Allowed' : 'ImplicitlyDenied');
      expect(await decrypt(role, 'dynamodb.us-east-1.amazonaws.com')).toBe('ImplicitlyDenied');
      expect(await decrypt(role, 's3.ap-south-1.amazonaws.com')).toBe('ImplicitlyDenied');
    }
  });
});

describe('queues', () => {
  const queue = (name: string) => cloud.arn('AWS::SQS::Queue', `Engine${name}Queue`);

  it('take messages from the roles that have something to say', async () => {
    const senders: Record<string, string[]> = {
      Plan: [RECORDER],
      Erase: [RECORDER, ERASER],
      Verify: [RECORDER],
      Record: [RECORDER, API, PLANNER, ERASER, VERIFIER, SWEEPER, LOCKER, TERMINATION_API, KEEPER],
    };
    for (const [name, allowed] of Object.entries(senders))
      for (const role of ROLES) {
        const verdict = await cloud.asRole(role, { action: 'sqs:SendMessage', resource: queue(name) });
        expect([name, role, verdict]).toEqual([name, role, allowed.includes(role) ? 'Allowed' : 'ImplicitlyDenied']);
      }
  });
});

describe('schedules of terminations', () => {
  const schedule = (group: string, name: string) =>
    `arn:aws:scheduler:ap-south-1:111122223333:schedule/${group}/${name}`;
  const group = 'TerminationsSchedulesGroup';
  const schedulesRole = cloud.arn('AWS::IAM::Role', 'TerminationsSchedulesRole');

  it('are made and removed by the keeper alone, in their own group', async () => {
    for (const role of ROLES)
      for (const action of ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule']) {
        const own = {
          action,
          resource: schedule(cloud.nameOf('AWS::Scheduler::ScheduleGroup', group), 'tm-1-erasure'),
        };
        expect([role, await cloud.asRole(role, own)]).toEqual([role, role === KEEPER ? 'Allowed' : 'ImplicitlyDenied']);
        expect(await cloud.asRole(role, { action, resource: schedule('default', 'tm-1') })).toBe('ImplicitlyDenied');
      }
  });

  it('send with a role that only the keeper may pass, and only to the scheduler', async () => {
    const pass = (role: string, service: string) =>
      cloud.asRole(role, {
        action: 'iam:PassRole',
        resource: schedulesRole,
        context: { 'iam:PassedToService': service },
      });
    for (const role of ROLES)
      expect([role, await pass(role, 'scheduler.amazonaws.com')]).toEqual([
        role,
        role === KEEPER ? 'Allowed' : 'ImplicitlyDenied',
      ]);
    expect(await pass(KEEPER, 'lambda.amazonaws.com')).toBe('ImplicitlyDenied');
  });

  it('can do nothing but wake the keeper', async () => {
    const send = (resource: string) =>
      cloud.asRole('TerminationsSchedulesRole', { action: 'sqs:SendMessage', resource });
    expect(await send(cloud.arn('AWS::SQS::Queue', 'TerminationQueue'))).toBe('Allowed');
    expect(await send(cloud.arn('AWS::SQS::Queue', 'EngineEraseQueue'))).toBe('ImplicitlyDenied');
    const read: Request = { action: 'dynamodb:GetItem', resource: controlTable };
    expect(await cloud.asRole('TerminationsSchedulesRole', read)).toBe('ImplicitlyDenied');
  });
});

describe('events of terminations', () => {
  it('come from the keeper alone', async () => {
    const put: Request = {
      action: 'events:PutEvents',
      resource: cloud.arn('AWS::Events::EventBus', 'TerminationsBus'),
    };
    for (const role of ROLES)
      expect([role, await cloud.asRole(role, put)]).toEqual([role, role === KEEPER ? 'Allowed' : 'ImplicitlyDenied']);
  });
});
