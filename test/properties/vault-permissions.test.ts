import { Cloud, type Request, type Verdict } from '../lib/support/iam';

/** The emulator enforces no policies, so what may not be done is proven by evaluating them. */
const cloud = new Cloud('prod');

const bucket = cloud.arn('AWS::S3::Bucket', 'VaultBucket');
const table = cloud.arn('AWS::DynamoDB::Table', 'VaultTable');
const key = cloud.arn('AWS::KMS::Key', 'VaultKey');
const bucketPolicy = cloud.policyOf('AWS::S3::Bucket', 'VaultBucket');
const tablePolicy = cloud.policyOf('AWS::DynamoDB::Table', 'VaultTable');
const keyPolicy = cloud.policyOf('AWS::KMS::Key', 'VaultKey');

const SEALER = 'EngineSealerRole';
const ERASER = 'EngineEraserRole';
const VERIFIER = 'EngineVerifierRole';
const READER = 'VaultLegalCaseReader';
const OTHERS = ['ApiRole', 'AuthorizerRole', 'EnginePlannerRole', 'EngineRecorderRole', 'EngineSweeperRole'];
const ROLES = [SEALER, ERASER, VERIFIER, READER, ...OTHERS];

const CASE = { 'aws:PrincipalTag/digicrm:case-id': 'case-2027-HC-Kolkata-17' };
const KEYS_ONLY = { 'dynamodb:Attributes': ['pk', 'sk'], 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' };
const OBJECT = `${bucket}/acme/07/p-1/er-1/customer-files/v00`;
const UNDER_VAULT_KEY = { 's3:x-amz-server-side-encryption-aws-kms-key-id': key };

type Ask = Omit<Request, 'resource' | 'resourcePolicy'>;
const onObject = (ask: Ask): Request => ({ ...ask, resource: OBJECT, resourcePolicy: bucketPolicy });
const onTable = (ask: Ask): Request => ({ ...ask, resource: table, resourcePolicy: tablePolicy });
const onKey = (action: string, service: string, context = {}): Request => ({
  action,
  resource: key,
  resourcePolicy: keyPolicy,
  context: { 'kms:ViaService': `${service}.amazonaws.com`, ...context },
});

/** Who of all roles may, with the case in every session. */
async function allowed(request: Request, roles: readonly string[] = ROLES): Promise<string[]> {
  const verdicts = await Promise.all(
    roles.map(async (role) => [role, await cloud.asRole(role, request)] as [string, Verdict]),
  );
  return verdicts.filter(([, verdict]) => verdict === 'Allowed').map(([role]) => role);
}

describe('reading the vault', () => {
  it.each(['s3:GetObject', 's3:GetObjectVersion'])(
    'is for a legal case, and for the sealer to compare: %s',
    async (action) => {
      const sealer = action === 's3:GetObjectVersion' ? [SEALER] : [];
      expect(await allowed(onObject({ action }))).toEqual(sealer);
      expect(await allowed(onObject({ action, context: CASE }))).toEqual([...sealer, READER]);
    },
  );

  it('is for a legal case, and for the sealer to compare: rows', async () => {
    expect(await allowed(onTable({ action: 'dynamodb:GetItem' }))).toEqual([SEALER]);
    expect(await allowed(onTable({ action: 'dynamodb:GetItem', context: CASE }))).toEqual([SEALER, READER]);
    expect(await allowed(onTable({ action: 'dynamodb:Scan', context: CASE }))).toEqual([]);
  });

  it('is denied to administrators, whatever IAM allows them', async () => {
    for (const context of [{}, CASE, { 'aws:PrincipalTag/digicrm:case-id': 'curiosity' }]) {
      for (const action of ['s3:GetObject', 's3:GetObjectVersion'])
        expect(await cloud.asAdministrator(onObject({ action, context }))).toBe('ExplicitlyDenied');
      for (const action of ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan'])
        expect(await cloud.asAdministrator(onTable({ action, context }))).toBe('ExplicitlyDenied');
    }
  });

  it.each(['', 'true', 'case', 'case-17', 'case-2027-', 'CASE-2027-x'])('is no case for the id "%s"', async (id) => {
    const context = { 'aws:PrincipalTag/digicrm:case-id': id };
    expect(await cloud.asRole(READER, onObject({ action: 's3:GetObject', context }))).toBe('ExplicitlyDenied');
    expect(await cloud.asRole(READER, onTable({ action: 'dynamodb:GetItem', context }))).toBe('ExplicitlyDenied');
    expect(await cloud.asRole(READER, onKey('kms:Decrypt', 's3.ap-south-1', context))).toBe('ImplicitlyDenied');
  });

  it('shows those who count the keys of rows alone', async () => {
    const query = (context: Request['context']) => allowed(onTable({ action: 'dynamodb:Query', context }));
    expect(await query(KEYS_ONLY)).toEqual([ERASER, VERIFIER]);
    expect(await query({ ...KEYS_ONLY, 'dynamodb:Attributes': ['pk', 'sk', 'item'] })).toEqual([]);
    expect(await query({ ...KEYS_ONLY, ...CASE })).toEqual([ERASER, VERIFIER, READER]);
  });
});

describe('writing to the vault', () => {
  it('is the sealer’s, under the vault’s key', async () => {
    expect(await allowed(onObject({ action: 's3:PutObject', context: { ...UNDER_VAULT_KEY, ...CASE } }))).toEqual([
      SEALER,
    ]);
    expect(await allowed(onObject({ action: 's3:PutObject' }))).toEqual([]);
    expect(await allowed(onTable({ action: 'dynamodb:PutItem', context: CASE }))).toEqual([SEALER]);
    expect(await allowed(onTable({ action: 'dynamodb:UpdateItem', context: CASE }))).toEqual([]);
  });

  it('is denied to administrators', async () => {
    const put = onObject({ action: 's3:PutObject', context: UNDER_VAULT_KEY });
    expect(await cloud.asAdministrator(put)).toBe('ExplicitlyDenied');
    expect(await cloud.asAdministrator(onTable({ action: 'dynamodb:PutItem' }))).toBe('ExplicitlyDenied');
  });
});

describe('erasing from the vault', () => {
  it('is the eraser’s', async () => {
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion'])
      expect(await allowed(onObject({ action, context: CASE }))).toEqual([ERASER]);
    const batch = (context: Request['context']) => allowed(onTable({ action: 'dynamodb:BatchWriteItem', context }));
    expect(await batch(KEYS_ONLY)).toEqual([ERASER]);
    expect(await batch({ 'dynamodb:Attributes': ['pk', 'sk', 'item'] })).toEqual([]);
    expect(await allowed(onTable({ action: 'dynamodb:DeleteItem', context: CASE }))).toEqual([]);
  });

  it('is denied to administrators', async () => {
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion'])
      expect(await cloud.asAdministrator(onObject({ action }))).toBe('ExplicitlyDenied');
    for (const action of ['dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'])
      expect(await cloud.asAdministrator(onTable({ action }))).toBe('ExplicitlyDenied');
  });
});

describe('the vault’s key', () => {
  it('encrypts for the sealer, and decrypts for a legal case, through the stores in Mumbai only', async () => {
    expect(await allowed(onKey('kms:GenerateDataKey', 's3.ap-south-1', CASE))).toEqual([SEALER]);
    expect(await allowed(onKey('kms:Decrypt', 's3.ap-south-1'))).toEqual([SEALER]);
    expect(await allowed(onKey('kms:Decrypt', 's3.ap-south-1', CASE))).toEqual([SEALER, READER]);
    expect(await allowed(onKey('kms:Decrypt', 'dynamodb.ap-south-1', CASE))).toEqual([
      SEALER,
      ERASER,
      VERIFIER,
      READER,
    ]);
    for (const service of ['s3.us-east-1', 'dynamodb.us-east-1', 'sqs.ap-south-1', 'lambda.ap-south-1'])
      expect(await allowed(onKey('kms:Decrypt', service, CASE))).toEqual([]);
  });

  it('is run by administrators, who can neither use it nor end it', async () => {
    const administer = (action: string) => cloud.asAdministrator({ action, resource: key, resourcePolicy: keyPolicy });
    expect(await administer('kms:CancelKeyDeletion')).toBe('Allowed');
    expect(await administer('kms:ScheduleKeyDeletion')).toBe('ExplicitlyDenied');
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:CreateGrant'])
      expect(await cloud.asAdministrator(onKey(action, 's3.ap-south-1', CASE))).toBe('ImplicitlyDenied');
  });

  it('is another one than those of the live stores', async () => {
    for (const name of ['TenantKey', 'AccountKey']) {
      const live = {
        resource: cloud.arn('AWS::KMS::Key', name),
        resourcePolicy: cloud.policyOf('AWS::KMS::Key', name),
      };
      const decrypt = { ...onKey('kms:Decrypt', 's3.ap-south-1', CASE), ...live };
      expect(await cloud.asRole(READER, decrypt)).toBe('ImplicitlyDenied');
    }
  });
});

describe('the reader of a legal case', () => {
  const trust = cloud.policyOf('AWS::IAM::Role', READER);
  const session = {
    'aws:MultiFactorAuthPresent': 'true',
    'aws:RequestTag/digicrm:case-id': 'case-2027-HC-Kolkata-17',
    'aws:TagKeys': ['digicrm:case-id'],
  };
  const assume = (context: Record<string, string | string[]>, action = 'sts:AssumeRole') =>
    cloud.asAdministrator({ action, resource: cloud.arn('AWS::IAM::Role', READER), resourcePolicy: trust, context });

  it('has a second factor and names the case', async () => {
    expect(await assume(session)).toBe('Allowed');
    expect(await assume(session, 'sts:TagSession')).toBe('Allowed');
    expect(await assume({ ...session, 'aws:MultiFactorAuthPresent': 'false' })).not.toBe('Allowed');
    expect(await assume({ ...session, 'aws:RequestTag/digicrm:case-id': 'none' })).not.toBe('Allowed');
    expect(await assume({ 'aws:MultiFactorAuthPresent': 'true' })).not.toBe('Allowed');
  });

  it('cannot make itself the sealer or the eraser by a tag of the session', async () => {
    for (const tag of ['digicrm:sealer', 'digicrm:vault-eraser', 'digicrm:vault-counter', 'digicrm:vault-key-user']) {
      const more = { ...session, [`aws:RequestTag/${tag}`]: 'true', 'aws:TagKeys': ['digicrm:case-id', tag] };
      expect(await assume(more)).not.toBe('Allowed');
      expect(await assume(more, 'sts:TagSession')).not.toBe('Allowed');
    }
  });

  it('reads no live store', async () => {
    const files = cloud.arn('AWS::S3::Bucket', 'CustomerFiles');
    for (const action of ['s3:GetObject', 's3:GetObjectVersion'])
      expect(await cloud.asRole(READER, { action, resource: `${files}/a`, context: CASE })).toBe('ImplicitlyDenied');
    const records = cloud.arn('AWS::DynamoDB::Table', 'CrmRecords');
    expect(await cloud.asRole(READER, { action: 'dynamodb:GetItem', resource: records, context: CASE })).toBe(
      'ImplicitlyDenied',
    );
  });
});

describe('the sealer', () => {
  const files = `${cloud.arn('AWS::S3::Bucket', 'CustomerFiles')}/acme/07/p-1/a`;
  const records = cloud.arn('AWS::DynamoDB::Table', 'CrmRecords');
  const control = cloud.arn('AWS::DynamoDB::Table', 'Table');
  const verdict = (action: string, resource: string, context?: Request['context']) =>
    cloud.asRole(SEALER, { action, resource, context });

  it('reads and deletes live data, and writes none', async () => {
    for (const action of ['s3:GetObjectVersion', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'])
      expect(await verdict(action, files)).toBe('Allowed');
    for (const action of ['dynamodb:GetItem', 'dynamodb:DeleteItem'])
      expect(await verdict(action, records)).toBe('Allowed');
    for (const action of ['s3:PutObject', 's3:PutObjectLegalHold'])
      expect(await verdict(action, files)).toBe('ImplicitlyDenied');
    expect(await verdict('s3:BypassGovernanceRetention', files)).toBe('ExplicitlyDenied');
    for (const action of ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem', 'dynamodb:Scan'])
      expect(await verdict(action, records)).toBe('ImplicitlyDenied');
  });

  it('writes steps and the line, and nothing else of a request', async () => {
    for (const prefix of ['REQ#', 'IDEM#', 'PLAN#', 'STEP#', 'LINE#', 'VERIFY#', 'CERT#', 'HOLD#', 'TERM#'])
      for (const action of ['dynamodb:PutItem', 'dynamodb:UpdateItem']) {
        const expected = ['STEP#', 'LINE#'].includes(prefix) ? 'Allowed' : 'ImplicitlyDenied';
        const context = { 'dynamodb:LeadingKeys': [`${prefix}er-1`] };
        expect([prefix, await verdict(action, control, context)]).toEqual([prefix, expected]);
      }
  });

  it('signs nothing', async () => {
    const resource = cloud.arn('AWS::KMS::Key', 'CertificateKeysSigning');
    const resourcePolicy = cloud.policyOf('AWS::KMS::Key', 'CertificateKeysSigning');
    const context = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
    expect(await cloud.asRole(SEALER, { action: 'kms:Sign', resource, resourcePolicy, context })).toBe(
      'ImplicitlyDenied',
    );
  });

  it('hears of work from itself and the recorder alone', async () => {
    const resource = cloud.arn('AWS::SQS::Queue', 'EngineSealQueue');
    expect(await allowed({ action: 'sqs:SendMessage', resource })).toEqual([SEALER, 'EngineRecorderRole']);
  });
});
