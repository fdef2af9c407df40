import { Cloud, type Request } from '../lib/support/iam';

/** Who may hide and reveal what, decided by evaluating the policies. */
const cloud = new Cloud('prod');

const HIDER = 'RecoveryHiderRole';
const REVEALER = 'RecoveryRevealerRole';
const ROLES = [HIDER, REVEALER];

const controlTable = cloud.arn('AWS::DynamoDB::Table', 'Table');
const tables = ['CrmRecords', 'Accounts'].map((name) => cloud.arn('AWS::DynamoDB::Table', name));
const buckets = ['CustomerFiles', 'Exports'].map((name) => cloud.arn('AWS::S3::Bucket', name));

const FLAG = {
  'dynamodb:LeadingKeys': ['t-1#_'],
  'dynamodb:Attributes': ['pk', 'sk', 'state', 'since', 'terminationId'],
  'dynamodb:ReturnValues': 'NONE',
};

async function verdicts(role: string, actions: readonly string[], resource: string, context?: Request['context']) {
  const entries = await Promise.all(
    actions.map(async (action) => [action, await cloud.asRole(role, { action, resource, context })] as const),
  );
  return entries.filter(([, verdict]) => verdict === 'Allowed').map(([action]) => action);
}

describe('hiding and revealing', () => {
  it.each(buckets)('lets the hider list objects of %s and put markers, and destroy nothing', async (bucket) => {
    expect(await verdicts(HIDER, ['s3:ListBucket', 's3:ListBucketVersions'], bucket)).toEqual(['s3:ListBucket']);
    const actions = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload', 's3:GetObject'];
    expect(await verdicts(HIDER, actions, `${bucket}/t-1/00/p-1/a`)).toEqual(['s3:DeleteObject']);
  });

  it.each(buckets)('lets the revealer list versions of %s and remove markers, and hide nothing', async (bucket) => {
    expect(await verdicts(REVEALER, ['s3:ListBucket', 's3:ListBucketVersions'], bucket)).toEqual([
      's3:ListBucketVersions',
    ]);
    const actions = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload', 's3:GetObjectVersion'];
    expect(await verdicts(REVEALER, actions, `${bucket}/t-1/00/p-1/a`)).toEqual(['s3:DeleteObjectVersion']);
  });

  it.each(tables)('lets the hider write the flag of %s and the revealer remove it', async (table) => {
    const writes = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'];
    expect(await verdicts(HIDER, writes, table, FLAG)).toEqual(['dynamodb:PutItem']);
    expect(await verdicts(REVEALER, writes, table, FLAG)).toEqual(['dynamodb:DeleteItem']);
  });

  it('lets neither role into the table of invoices', async () => {
    const billing = cloud.arn('AWS::DynamoDB::Table', 'BillingRecords');
    for (const role of ROLES)
      expect(await verdicts(role, ['dynamodb:PutItem', 'dynamodb:DeleteItem'], billing, FLAG)).toEqual([]);
  });

  it.each([
    ['rows of people', { 'dynamodb:LeadingKeys': ['t-1#0a'] }],
    ['other attributes', { 'dynamodb:Attributes': ['pk', 'sk', 'email'] }],
    ['an answer with the old item', { 'dynamodb:ReturnValues': 'ALL_OLD' }],
  ])('refuses both roles %s', async (_, context) => {
    for (const table of tables)
      for (const role of ROLES)
        expect(
          await verdicts(role, ['dynamodb:PutItem', 'dynamodb:DeleteItem'], table, { ...FLAG, ...context }),
        ).toEqual([]);
  });

  it('refuses both roles a write without a key', async () => {
    const { 'dynamodb:LeadingKeys': _, ...withoutKey } = FLAG;
    for (const table of tables)
      for (const role of ROLES)
        expect(await verdicts(role, ['dynamodb:PutItem', 'dynamodb:DeleteItem'], table, withoutKey)).toEqual([]);
  });

  it('lets neither role read a row or an object', async () => {
    for (const role of ROLES) {
      for (const table of tables)
        expect(
          await verdicts(role, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchGetItem'], table),
        ).toEqual([]);
      for (const bucket of buckets)
        expect(
          await verdicts(role, ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], `${bucket}/t-1/x`),
        ).toEqual([]);
    }
  });

  it('lets both roles note their work beside the termination, and nothing else in the control table', async () => {
    const writes = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
    for (const role of ROLES) {
      const write = (pk: string) => verdicts(role, writes, controlTable, { 'dynamodb:LeadingKeys': [pk] });
      expect(await write('HIDE#t-1')).toEqual(writes);
      for (const prefix of ['REQ#', 'IDEM#', 'PLAN#', 'STEP#', 'LINE#', 'VERIFY#', 'CERT#', 'HOLD#', 'TERM#'])
        expect(await write(`${prefix}t-1`)).toEqual([]);
    }
  });

  it('lets each role send to its own queue', async () => {
    for (const [role, own, other] of [
      [HIDER, 'RecoveryHideQueue', 'RecoveryRevealQueue'],
      [REVEALER, 'RecoveryRevealQueue', 'RecoveryHideQueue'],
    ] as const) {
      const send = (name: string) => verdicts(role, ['sqs:SendMessage'], cloud.arn('AWS::SQS::Queue', name));
      expect(await send(own)).toEqual(['sqs:SendMessage']);
      expect(await send(other)).toEqual([]);
      expect(await send('EngineEraseQueue')).toEqual([]);
    }
  });
});
