import { PK, TRANSFER_PK, TRANSFER_TABLE } from '../../lambda/shared/names';
import { Cloud, type Request } from '../lib/support/iam';
import { templatesOf } from '../lib/support/stages';

/** The emulator enforces no policies, so what may not be done is proven by evaluating them: for every role there is. */
const cloud = new Cloud('prod');

const records = cloud.arn('AWS::DynamoDB::Table', 'TransferTable');
const controlTable = cloud.arn('AWS::DynamoDB::Table', 'Table');
const payloads = cloud.arn('AWS::DynamoDB::Table', 'TransferPayloads');
const tokens = cloud.arn('AWS::DynamoDB::Table', 'TransferTokens');

const DECIDER = 'TransfersDeciderRole';
const RELAY = 'TransfersRelayRole';
const EGRESS = 'TransfersEgressRole';
const DESK = 'TransfersDeskRole';
const TOKENS = 'TokensApiRole';
const DISCLOSURES = 'DisclosuresApiRole';
const ANNOUNCER = 'DisclosuresAnnouncerRole';
const SWEEPER = 'DisclosuresSweeperRole';
const PLANNER = 'EnginePlannerRole';
const RECORDER = 'EngineRecorderRole';
const SEALER = 'EngineSealerRole';
const ERASER = 'EngineEraserRole';
const WATCHMAN = 'LedgerWatchmanRole';
const SEQUENCER = 'LedgerSequencerRole';

/** Every role of a function, whoever adds one. */
const ROLES = Object.values(templatesOf('prod').controlPlane.findResources('AWS::Lambda::Function')).map(
  ({ Properties }) => String(Properties.Role['Fn::GetAtt'][0]).replace(/[0-9A-F]{8}$/, ''),
);

/** Names of the roles to which the request is allowed. */
async function allowed(request: Request): Promise<string[]> {
  const verdicts = await Promise.all(ROLES.map(async (role) => [role, await cloud.asRole(role, request)] as const));
  return verdicts.flatMap(([role, verdict]) => (verdict === 'Allowed' ? [role] : [])).sort();
}

const of = (prefix: string) => ({ 'dynamodb:LeadingKeys': [`${prefix}x-1`] });

it('looks at the role of every function', () => {
  expect(ROLES.length).toBeGreaterThan(20);
  expect(ROLES).toEqual(
    expect.arrayContaining([DECIDER, RELAY, EGRESS, DESK, TOKENS, DISCLOSURES, ANNOUNCER, SWEEPER]),
  );
});

describe('records of transfers', () => {
  const writers: Record<keyof typeof TRANSFER_PK, string[]> = {
    decision: [DECIDER, RELAY, EGRESS],
    recipient: [DECIDER, RELAY, EGRESS],
    transfer: [RELAY, EGRESS],
    idempotency: [RELAY],
    restriction: [DESK],
    notice: [DISCLOSURES, ANNOUNCER, SWEEPER, EGRESS],
    slot: [EGRESS],
    access: [TOKENS],
  };
  const readers: Record<keyof typeof TRANSFER_PK, string[]> = {
    decision: [],
    recipient: [ANNOUNCER, PLANNER],
    transfer: [RELAY, EGRESS, DISCLOSURES],
    idempotency: [RELAY],
    restriction: [DECIDER, RELAY, EGRESS, DESK],
    notice: [DISCLOSURES, ANNOUNCER, SWEEPER, EGRESS, RECORDER],
    slot: [EGRESS],
    access: [],
  };
  const kinds = Object.keys(TRANSFER_PK) as (keyof typeof TRANSFER_PK)[];

  it.each(kinds)('of kind %s are written by their own roles alone', async (kind) => {
    for (const action of ['dynamodb:PutItem', 'dynamodb:UpdateItem'])
      expect(await allowed({ action, resource: records, context: of(TRANSFER_PK[kind]) })).toEqual(
        writers[kind].toSorted(),
      );
  });

  it.each(kinds)('of kind %s are read by their own roles alone, and by the watchman', async (kind) => {
    const askers = (action: string) => allowed({ action, resource: records, context: of(TRANSFER_PK[kind]) });
    expect(await askers('dynamodb:GetItem')).toEqual([...readers[kind], WATCHMAN].toSorted());
    expect(await askers('dynamodb:Query')).toEqual(readers[kind].toSorted());
  });

  it('cannot be written without a key or deleted by anybody, and are read without one by the watchman alone', async () => {
    for (const name of ['PutItem', 'UpdateItem', 'Query', 'BatchGetItem', 'DeleteItem', 'BatchWriteItem'])
      expect([name, await allowed({ action: `dynamodb:${name}`, resource: records })]).toEqual([name, []]);
    for (const name of ['GetItem', 'Scan'])
      expect([name, await allowed({ action: `dynamodb:${name}`, resource: records })]).toEqual([name, [WATCHMAN]]);
    for (const prefix of Object.values(TRANSFER_PK))
      expect(await allowed({ action: 'dynamodb:DeleteItem', resource: records, context: of(prefix) })).toEqual([]);
  });

  it.each([
    [TRANSFER_TABLE.subjectIndex, [DISCLOSURES, ANNOUNCER, PLANNER]],
    [TRANSFER_TABLE.processorIndex, [DESK]],
    [TRANSFER_TABLE.dueIndex, [SWEEPER]],
  ])('are found in the index %s by those who need it', async (index, roles) => {
    expect(await allowed({ action: 'dynamodb:Query', resource: `${records}/index/${index}` })).toEqual(
      roles.toSorted(),
    );
  });
});

describe('the control table', () => {
  const deciding = [DECIDER, RELAY, EGRESS];

  it('shows those that decide whether a contract has ended, and nothing else', async () => {
    for (const prefix of Object.values(PK)) {
      const readers = await allowed({ action: 'dynamodb:GetItem', resource: controlTable, context: of(prefix) });
      expect([prefix, readers.filter((role) => deciding.includes(role))]).toEqual([
        prefix,
        prefix === PK.termination ? deciding.toSorted() : [],
      ]);
    }
  });

  it('takes from the announcer the line beyond which nobody can cancel, and from no other of them anything', async () => {
    const ours = [...deciding, DESK, TOKENS, DISCLOSURES, ANNOUNCER, SWEEPER];
    for (const prefix of Object.values(PK)) {
      const writers = await allowed({ action: 'dynamodb:PutItem', resource: controlTable, context: of(prefix) });
      expect([prefix, writers.filter((role) => ours.includes(role))]).toEqual([
        prefix,
        prefix === PK.line ? [ANNOUNCER] : [],
      ]);
    }
  });
});

describe('payloads on their way', () => {
  it('are put there by the relay, and taken out by the egress and by who erases', async () => {
    const may = (name: string) => allowed({ action: `dynamodb:${name}`, resource: payloads });
    expect(await may('PutItem')).toEqual([RELAY]);
    expect(await may('GetItem')).toEqual([SEALER, EGRESS].toSorted());
    expect(await may('DeleteItem')).toEqual([SEALER, EGRESS, RELAY].toSorted());
    expect(await may('UpdateItem')).toEqual([]);
    expect(await may('Scan')).toEqual([]);
  });

  it('are erased with their person or tenant, as every store', async () => {
    const context = { 'dynamodb:Attributes': ['pk', 'sk'] };
    expect(await allowed({ action: 'dynamodb:BatchWriteItem', resource: payloads, context })).toEqual([ERASER]);
    expect(await allowed({ action: 'dynamodb:BatchWriteItem', resource: tokens, context })).toEqual([ERASER]);
  });
});

describe.each([
  ['tenant', 'TenantKey'],
  ['account', 'AccountKey'],
])('the key of data of role %s', (dataRole, name) => {
  const resource = cloud.arn('AWS::KMS::Key', name);
  const resourcePolicy = cloud.policyOf('AWS::KMS::Key', name);
  const context = {
    'kms:EncryptionContext:tenantId': 't-1',
    'kms:EncryptionContext:transferId': 'tr-1',
    'kms:EncryptionContext:dataRole': dataRole,
    'kms:EncryptionContextKeys': ['tenantId', 'transferId', 'dataRole'],
  };
  const ask = (action: string, changes: Request['context'] = {}) =>
    allowed({ action, resource, resourcePolicy, context: { ...context, ...changes } });

  it('seals payloads for the relay, and opens them for the egress, and for nobody else', async () => {
    expect(await ask('kms:GenerateDataKey')).toEqual([RELAY]);
    expect(await ask('kms:Decrypt')).toEqual([EGRESS]);
    for (const action of ['kms:Encrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant', 'kms:GenerateDataKeyPair'])
      expect(await ask(action)).toEqual([]);
  });

  it.each<[string, Request['context']]>([
    ['of another role', { 'kms:EncryptionContext:dataRole': dataRole === 'tenant' ? 'account' : 'tenant' }],
    ['bound to more than it says', { 'kms:EncryptionContextKeys': ['tenantId', 'transferId', 'dataRole', 'more'] }],
  ])('opens and seals nothing %s', async (_, changes) => {
    expect(await ask('kms:GenerateDataKey', changes)).toEqual([]);
    expect(await ask('kms:Decrypt', changes)).toEqual([]);
  });

  it.each(['tenantId', 'transferId', 'dataRole'])(
    'opens and seals nothing that is not bound to a %s',
    async (lacks) => {
      const { [`kms:EncryptionContext:${lacks}` as keyof typeof context]: _, ...less } = context;
      for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
        expect(await allowed({ action, resource, resourcePolicy, context: less })).toEqual([]);
    },
  );

  it('is not opened to an administrator by it', async () => {
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
      expect(await cloud.asAdministrator({ action, resource, resourcePolicy, context })).toBe('ImplicitlyDenied');
  });
});

describe('virtual tokens', () => {
  it('are made by the relay, and turned back one by one by the function for that', async () => {
    const may = (name: string, resource = tokens) => allowed({ action: `dynamodb:${name}`, resource });
    expect(await may('PutItem')).toEqual([RELAY]);
    expect(await may('GetItem')).toEqual([SEALER, RELAY, TOKENS].toSorted());
    expect(await may('DeleteItem')).toEqual([SEALER]);
    expect(await may('Query', `${tokens}/index/by-token`)).toEqual([TOKENS]);
    for (const name of ['Scan', 'UpdateItem', 'BatchGetItem']) expect(await may(name)).toEqual([]);
  });

  it('cannot be listed by the function that turns them back', async () => {
    for (const name of ['Query', 'Scan'])
      for (const resource of [tokens, payloads])
        expect(await cloud.asRole(TOKENS, { action: `dynamodb:${name}`, resource })).toBe('ImplicitlyDenied');
  });
});

describe('keys', () => {
  const key = (name: string) => ({
    resource: cloud.arn('AWS::KMS::Key', name),
    resourcePolicy: cloud.policyOf('AWS::KMS::Key', name),
  });

  it('sign for the egress what goes out, and for the recorder what is certified', async () => {
    const context = { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
    expect(await allowed({ action: 'kms:Sign', ...key('EgressKeySigning'), context })).toEqual([EGRESS]);
    expect(await allowed({ action: 'kms:Sign', ...key('CertificateKeysSigning'), context })).toEqual([RECORDER]);
    const weaker = { 'kms:SigningAlgorithm': 'ECDSA_SHA_384' };
    expect(await allowed({ action: 'kms:Sign', ...key('EgressKeySigning'), context: weaker })).toEqual([]);
  });

  it('hash people for those that record or look up what is about them', async () => {
    const context = { 'kms:MacAlgorithm': 'HMAC_SHA_256' };
    expect(await allowed({ action: 'kms:GenerateMac', ...key('CertificateKeysSubjectHash'), context })).toEqual(
      [PLANNER, DECIDER, RELAY, DISCLOSURES, ANNOUNCER, SEQUENCER].toSorted(),
    );
  });
});

describe('queues', () => {
  it.each([
    ['TransfersEgressQueue', [RELAY, EGRESS, ANNOUNCER, SWEEPER]],
    ['AnnounceQueue', [RECORDER]],
  ])('%s takes messages from those that have something to say', async (name, roles) => {
    const resource = cloud.arn('AWS::SQS::Queue', name);
    expect(await allowed({ action: 'sqs:SendMessage', resource })).toEqual(roles.toSorted());
  });
});

it('keeps every store of the CRM from the functions of transfers', async () => {
  const files = `${cloud.arn('AWS::S3::Bucket', 'CustomerFiles')}/t-1/00/p-1/photo.jpg`;
  const ours = [DECIDER, RELAY, EGRESS, DESK, TOKENS, DISCLOSURES, ANNOUNCER, SWEEPER];
  const rows = ['CrmRecords', 'Accounts', 'BillingRecords'].map((name) => cloud.arn('AWS::DynamoDB::Table', name));
  for (const role of ours) {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObjectVersion'])
      expect(await cloud.asRole(role, { action, resource: files })).toBe('ImplicitlyDenied');
    for (const resource of rows)
      for (const action of ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'])
        expect(await cloud.asRole(role, { action, resource })).toBe('ImplicitlyDenied');
  }
});
