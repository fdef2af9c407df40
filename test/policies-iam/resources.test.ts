import { ACCOUNT, arnOf, type Resource, resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';
import { type Row, testRows, testTable } from './cases';
import {
  type Context,
  type Document,
  NOBODY,
  OPEN,
  role,
  STRANGER_ACCOUNT,
  service,
  tagged,
  type Who,
} from './support';

/**
 * What buckets, tables, queues and keys refuse by themselves, in an account without an Organization: IAM
 * allows everybody everything, and somebody has opened each resource to everybody. Its own statements are left.
 */
const resources = resolveTemplates(templatesOf('prod'));

const MFA = { 'aws:MultiFactorAuthPresent': 'true' };
const CASE = { 'aws:PrincipalTag/digicrm:case-id': 'case-2027-HC-17' };
const ERASER_TAGS = [
  'digicrm:vault-eraser',
  'digicrm:vault-counter',
  'digicrm:vault-key-user',
  'digicrm:data-key-user',
];

const who: Record<string, Who> = {
  'an administrator': role('admin'),
  'an administrator in an emergency': role('fire', { ...tagged('digicrm:break-glass'), ...MFA }),
  'somebody with the tag alone': role('fire', tagged('digicrm:break-glass')),
  'an administrator with a second factor': role('admin', MFA),
  'the deployment': role(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-ap-south-1`),
  'the CRM': role('crm', tagged('digicrm:data-key-user')),
  'the eraser': role('eraser', tagged(...ERASER_TAGS)),
  'the sealer': role('sealer', tagged('digicrm:sealer', 'digicrm:vault-key-user')),
  'the replication': role('replication', tagged('digicrm:replicator')),
  'the sequencer': role('sequencer', tagged('digicrm:ledger-sequencer')),
  'the verifier': role('verifier', tagged('digicrm:vault-counter')),
  'a reader with a case': role(idOf('AWS::IAM::Role', 'VaultLegalCaseReader').toLowerCase(), CASE),
  'a reader without a case': role(idOf('AWS::IAM::Role', 'VaultLegalCaseReader').toLowerCase()),
  'an administrator with a case': role('admin', CASE),
  'a stranger': role('admin', {}, STRANGER_ACCOUNT),
  'nobody at all': NOBODY,
  'a service for us': service('cloudtrail', ACCOUNT),
  'a service for a stranger': service('cloudtrail', STRANGER_ACCOUNT),
};

const HTTP = { 'aws:SecureTransport': 'false' };
const key = (arn: string): Context => ({ 's3:x-amz-server-side-encryption-aws-kms-key-id': arn });

const EVERY_BUCKET: readonly Row[] = [
  ['an administrator', 's3:ListBucket', 'the bucket', {}, 'allowed'],
  ['an administrator', 's3:ListBucket', 'the bucket', HTTP, 'denied'],
  ['an administrator', 's3:ListBucket', 'the bucket', { 's3:TlsVersion': '1.1' }, 'denied'],
  ['a stranger', 's3:ListBucket', 'the bucket', {}, 'denied'],
  ['a stranger', 's3:GetObjectTagging', 'an object', {}, 'denied'],
  ['nobody at all', 's3:GetObjectTagging', 'an object', {}, 'denied'],
  ['a service for us', 's3:ListBucket', 'the bucket', {}, 'allowed'],
  ['a service for a stranger', 's3:ListBucket', 'the bucket', {}, 'denied'],
  // To replicate to Singapore begins with this setting.
  ['an administrator', 's3:PutReplicationConfiguration', 'the bucket', {}, 'denied'],
  ['the eraser', 's3:PutReplicationConfiguration', 'the bucket', {}, 'denied'],
  ['the deployment', 's3:PutReplicationConfiguration', 'the bucket', {}, 'allowed'],
  ['an administrator', 's3:PutBucketPolicy', 'the bucket', {}, 'denied'],
  ['an administrator', 's3:PutLifecycleConfiguration', 'the bucket', {}, 'denied'],
  ['an administrator', 's3:PutAccelerateConfiguration', 'the bucket', {}, 'denied'],
  ['an administrator', 's3:PutInventoryConfiguration', 'the bucket', {}, 'allowed'],
];

const OF_CUSTOMER_FILES: readonly Row[] = [
  ['the CRM', 's3:PutObject', 'an object', key(keyArn('TenantKey')), 'allowed'],
  ['the CRM', 's3:PutObject', 'an object', key(keyArn('AccountKey')), 'denied'],
  ['the CRM', 's3:PutObject', 'an object', {}, 'denied'],
  ['the eraser', 's3:DeleteObjectVersion', 'an object', {}, 'allowed'],
];

const UNDER_VAULT_KEY = key(keyArn('VaultKey'));
const OF_THE_VAULT: readonly Row[] = [
  ['the CRM', 's3:GetObject', 'an object', {}, 'denied'],
  ['an administrator', 's3:GetObjectVersion', 'an object', {}, 'denied'],
  ['an administrator with a case', 's3:GetObject', 'an object', {}, 'denied'],
  ['a reader with a case', 's3:GetObject', 'an object', {}, 'allowed'],
  ['a reader without a case', 's3:GetObject', 'an object', {}, 'denied'],
  ['the sealer', 's3:GetObjectVersion', 'an object', {}, 'allowed'],
  ['the sealer', 's3:PutObject', 'an object', UNDER_VAULT_KEY, 'allowed'],
  ['the sealer', 's3:PutObject', 'an object', key(keyArn('TenantKey')), 'denied'],
  ['an administrator', 's3:PutObject', 'an object', UNDER_VAULT_KEY, 'denied'],
  ['the eraser', 's3:DeleteObjectVersion', 'an object', {}, 'allowed'],
  ['an administrator', 's3:DeleteObject', 'an object', {}, 'denied'],
  ['the sealer', 's3:DeleteObject', 'an object', {}, 'denied'],
];

const LOCKED = { 's3:object-lock-mode': 'COMPLIANCE' };
const OF_BOOKS: readonly Row[] = [
  ['the sealer', 's3:PutObject', 'an object', { ...key(keyArn('BooksKey')), ...LOCKED }, 'allowed'],
  ['the sealer', 's3:PutObject', 'an object', key(keyArn('BooksKey')), 'denied'],
  ['the sealer', 's3:PutObject', 'an object', { ...key(keyArn('TenantKey')), ...LOCKED }, 'denied'],
  [
    'the sealer',
    's3:PutObject',
    'an object',
    { ...key(keyArn('BooksKey')), 's3:object-lock-mode': 'GOVERNANCE' },
    'denied',
  ],
];

const OF_LOGS: readonly Row[] = [
  ['an administrator', 's3:DeleteObjectVersion', 'an object', {}, 'denied'],
  ['the deployment', 's3:DeleteObject', 'an object', {}, 'denied'],
  ['an administrator', 's3:BypassGovernanceRetention', 'an object', {}, 'denied'],
  ['the deployment', 's3:DeleteBucket', 'the bucket', {}, 'denied'],
  ['an administrator', 's3:PutObject', 'an object', {}, 'denied'],
  ['a service for us', 's3:PutObject', 'an object', {}, 'allowed'],
  ['a service for us', 's3:PutObject', 'an object', key(keyArn('TenantKey')), 'denied'],
];

/** The tree and the copies of its checkpoints: one role creates, nobody deletes, not even the deployment. */
const ofTheLedger = (keyName: string): readonly Row[] => [
  ['the sequencer', 's3:PutObject', 'an object', key(keyArn(keyName)), 'allowed'],
  ['the sequencer', 's3:PutObject', 'an object', key(keyArn('TenantKey')), 'denied'],
  ['the sequencer', 's3:PutObject', 'an object', {}, 'denied'],
  ['an administrator', 's3:PutObject', 'an object', key(keyArn(keyName)), 'denied'],
  ['an administrator in an emergency', 's3:PutObject', 'an object', key(keyArn(keyName)), 'denied'],
  ['the deployment', 's3:PutObject', 'an object', key(keyArn(keyName)), 'denied'],
  ['the sequencer', 's3:GetObject', 'an object', {}, 'allowed'],
  ['an administrator', 's3:GetObjectVersion', 'an object', {}, 'allowed'],
  ['the sequencer', 's3:DeleteObject', 'an object', {}, 'denied'],
  ['the sequencer', 's3:DeleteObjectVersion', 'an object', {}, 'denied'],
  ['an administrator in an emergency', 's3:DeleteObjectVersion', 'an object', {}, 'denied'],
  ['the deployment', 's3:DeleteObject', 'an object', {}, 'denied'],
  ['the replication', 's3:ReplicateDelete', 'an object', {}, 'denied'],
  ['an administrator', 's3:PutObjectRetention', 'an object', {}, 'denied'],
  ['an administrator', 's3:BypassGovernanceRetention', 'an object', {}, 'denied'],
  ['an administrator', 's3:DeleteBucket', 'the bucket', {}, 'denied'],
  ['the deployment', 's3:DeleteBucket', 'the bucket', {}, 'denied'],
];

const OF_THE_REPLICA: readonly Row[] = [
  ['the replication', 's3:PutObject', 'an object', key(keyArn('ReplicaKey')), 'allowed'],
  ['the replication', 's3:PutObject', 'an object', key(keyArn('TenantKey')), 'denied'],
  ['an administrator', 's3:PutObject', 'an object', key(keyArn('ReplicaKey')), 'denied'],
  ['the CRM', 's3:PutObject', 'an object', key(keyArn('ReplicaKey')), 'denied'],
  ['the eraser', 's3:DeleteObjectVersion', 'an object', {}, 'allowed'],
];

const MORE_OF_BUCKET: Record<string, readonly Row[]> = {
  CustomerFiles: OF_CUSTOMER_FILES,
  Exports: OF_CUSTOMER_FILES,
  CustomerFilesReplica: OF_THE_REPLICA,
  VaultBucket: OF_THE_VAULT,
  BooksBucket: OF_BOOKS,
  LogArchive: OF_LOGS,
  ConfigurationHistory: OF_LOGS,
  LedgerBucket: ofTheLedger('LedgerKey'),
  Checkpoints: ofTheLedger('CheckpointsKey'),
};

describe.each(policiesOf('AWS::S3::BucketPolicy', 'Bucket'))('bucket %s', (name, arn, document) => {
  testTable({
    documents: { [name]: document },
    who,
    on: { 'the bucket': arn, 'an object': `${arn}/acme/00/p-1/a` },
    policies: (documents) => ({ resource: opened(documents[name]) }),
    rows: [...EVERY_BUCKET, ...(MORE_OF_BUCKET[name] ?? [])],
  });
});

const EVERY_TABLE: readonly Row[] = [
  ['an administrator', 'dynamodb:DescribeTable', 'the table', {}, 'allowed'],
  ['a stranger', 'dynamodb:DescribeTable', 'the table', {}, 'denied'],
  ['a service for us', 'dynamodb:DescribeTable', 'the table', {}, 'allowed'],
  ['a service for a stranger', 'dynamodb:DescribeTable', 'the table', {}, 'denied'],
  ['an administrator', 'dynamodb:DeleteTable', 'the table', {}, 'denied'],
  ['an administrator', 'dynamodb:UpdateTable', 'the table', {}, 'denied'],
  ['the deployment', 'dynamodb:UpdateTable', 'the table', {}, 'allowed'],
  ['an administrator', 'dynamodb:PutResourcePolicy', 'the table', {}, 'denied'],
  ['an administrator', 'dynamodb:UpdateContinuousBackups', 'the table', {}, 'denied'],
];

const OF_THE_VAULT_TABLE: readonly Row[] = [
  ['the CRM', 'dynamodb:GetItem', 'the table', {}, 'denied'],
  ['an administrator with a case', 'dynamodb:Scan', 'the table', {}, 'denied'],
  ['a reader with a case', 'dynamodb:GetItem', 'the table', {}, 'allowed'],
  ['a reader without a case', 'dynamodb:GetItem', 'the table', {}, 'denied'],
  ['a reader without a case', 'dynamodb:Query', 'the table', {}, 'denied'],
  ['a reader with a case', 'dynamodb:Query', 'the table', {}, 'allowed'],
  ['an administrator with a case', 'dynamodb:Query', 'the table', {}, 'denied'],
  ['the verifier', 'dynamodb:Query', 'the table', {}, 'allowed'],
  ['the verifier', 'dynamodb:DeleteItem', 'the table', {}, 'denied'],
  ['the sealer', 'dynamodb:PutItem', 'the table', {}, 'allowed'],
  ['an administrator', 'dynamodb:PutItem', 'the table', {}, 'denied'],
  ['the eraser', 'dynamodb:BatchWriteItem', 'the table', {}, 'allowed'],
  ['the sealer', 'dynamodb:DeleteItem', 'the table', {}, 'denied'],
];

describe.each(tables())('table %s', (name, arn, document) => {
  testTable({
    documents: { [name]: document },
    who,
    on: { 'the table': arn },
    policies: (documents) => ({ resource: opened(documents[name]) }),
    rows: [...EVERY_TABLE, ...(name === 'VaultTable' ? OF_THE_VAULT_TABLE : [])],
  });
});

describe.each(policiesOf('AWS::SQS::QueuePolicy', 'Queues'))('queue %s', (name, arn, document) => {
  testTable({
    documents: { [name]: document },
    who,
    on: { 'the queue': arn },
    policies: (documents) => ({ resource: opened(documents[name]) }),
    rows: [
      ['an administrator', 'sqs:SendMessage', 'the queue', {}, 'allowed'],
      ['an administrator', 'sqs:SendMessage', 'the queue', HTTP, 'denied'],
      ['a stranger', 'sqs:SendMessage', 'the queue', {}, 'denied'],
      ['a stranger', 'sqs:ReceiveMessage', 'the queue', {}, 'denied'],
      ['nobody at all', 'sqs:SendMessage', 'the queue', {}, 'denied'],
      ['a service for us', 'sqs:SendMessage', 'the queue', {}, 'allowed'],
      ['a service for a stranger', 'sqs:SendMessage', 'the queue', {}, 'denied'],
      ['an administrator', 'sqs:PurgeQueue', 'the queue', {}, 'denied'],
      ['an administrator', 'sqs:SetQueueAttributes', 'the queue', {}, 'denied'],
      ['the deployment', 'sqs:SetQueueAttributes', 'the queue', {}, 'allowed'],
    ],
  });
});

const EVERY_KEY: readonly Row[] = [
  ['an administrator', 'kms:DescribeKey', 'the key', {}, 'allowed'],
  ['a stranger', 'kms:DescribeKey', 'the key', {}, 'denied'],
  ['a stranger', 'kms:Decrypt', 'the key', {}, 'denied'],
  ['a service for us', 'kms:GenerateDataKey', 'the key', {}, 'allowed'],
  ['a service for a stranger', 'kms:GenerateDataKey', 'the key', {}, 'denied'],
  ['the eraser', 'kms:DisableKey', 'the key', {}, 'denied'],
  ['an administrator with a second factor', 'kms:ScheduleKeyDeletion', 'the key', {}, 'denied'],
  ['somebody with the tag alone', 'kms:ScheduleKeyDeletion', 'the key', {}, 'denied'],
  ['an administrator in an emergency', 'kms:DisableKey', 'the key', {}, 'allowed'],
  ['an administrator', 'kms:PutKeyPolicy', 'the key', {}, 'denied'],
  ['the deployment', 'kms:PutKeyPolicy', 'the key', {}, 'allowed'],
  ['an administrator', 'kms:CancelKeyDeletion', 'the key', {}, 'allowed'],
  ['an administrator', 'kms:EnableKey', 'the key', {}, 'allowed'],
];

describe.each(keys())('key %s', (name, arn, document) => {
  testTable({
    documents: { [name]: document },
    who,
    on: { 'the key': arn },
    policies: (documents) => ({ resource: opened(documents[name]) }),
    rows: EVERY_KEY,
  });
});

/** A key that nobody has opened: what it does not name is refused. */
describe.each(keys().filter(([name]) => ['TenantKey', 'VaultKey'].includes(name)))(
  'use of key %s',
  (name, arn, document) => {
    const user = name === 'VaultKey' ? 'the sealer' : 'the CRM';
    const via = (address: string): Context => ({ 'kms:ViaService': `${address}.amazonaws.com` });
    testRows({
      documents: { [name]: document },
      who,
      on: { 'the key': arn },
      policies: (documents) => ({ resource: documents[name] }),
      rows: [
        [user, 'kms:Decrypt', 'the key', via('s3.ap-south-1'), 'allowed'],
        [user, 'kms:Decrypt', 'the key', via('dynamodb.ap-south-1'), 'allowed'],
        [user, 'kms:Decrypt', 'the key', {}, 'denied'],
        [user, 'kms:Decrypt', 'the key', via('lambda.ap-south-1'), 'denied'],
        [user, 'kms:Decrypt', 'the key', via('s3.us-east-1'), 'denied'],
        ['an administrator', 'kms:Decrypt', 'the key', via('s3.ap-south-1'), 'denied'],
        ['an administrator in an emergency', 'kms:Decrypt', 'the key', via('s3.ap-south-1'), 'denied'],
        [name === 'VaultKey' ? 'the CRM' : 'the sealer', 'kms:Decrypt', 'the key', via('s3.ap-south-1'), 'denied'],
      ],
    });
  },
);

it('covers every bucket, table, queue and key that has a policy', () => {
  const count = (type: string) => Object.values(resources).filter((r) => r.Type === type).length;
  expect(policiesOf('AWS::S3::BucketPolicy', 'Bucket')).toHaveLength(count('AWS::S3::Bucket'));
  expect(tables()).toHaveLength(count('AWS::DynamoDB::Table'));
  expect(policiesOf('AWS::SQS::QueuePolicy', 'Queues')).toHaveLength(count('AWS::SQS::Queue'));
  expect(keys()).toHaveLength(count('AWS::KMS::Key'));
});

type Named = [name: string, arn: string, document: Document];

/** The policy beside each bucket or queue. */
function policiesOf(type: string, owner: 'Bucket' | 'Queues'): Named[] {
  return Object.values(resources)
    .filter((r) => r.Type === type)
    .map(({ Properties }) => {
      const ref = String([Properties[owner]].flat()[0]);
      const [id = '', resource] =
        Object.entries(resources).find(([key]) => ref.toLowerCase().endsWith(key.toLowerCase())) ?? [];
      const arn = arnOf(resource?.Type ?? '', id.toLowerCase());
      return [plain(id), arn, Properties.PolicyDocument as Document];
    });
}

function tables(): Named[] {
  return ofType('AWS::DynamoDB::Table').map(([id, { Properties }]) => {
    const { PolicyDocument } = Properties.ResourcePolicy as { PolicyDocument: Document };
    return [plain(id), arnOf('AWS::DynamoDB::Table', id.toLowerCase()), PolicyDocument];
  });
}

function keys(): Named[] {
  return ofType('AWS::KMS::Key').map(([id, { Properties }]) => [
    plain(id),
    arnOf('AWS::KMS::Key', id.toLowerCase()),
    Properties.KeyPolicy as Document,
  ]);
}

function ofType(type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, r]) => r.Type === type);
}

function idOf(type: string, name: string): string {
  return ofType(type).find(([id]) => plain(id) === name)?.[0] ?? '';
}

function keyArn(name: string): string {
  const id = idOf('AWS::KMS::Key', name);
  return arnOf('AWS::KMS::Key', id.toLowerCase(), resources[id]?.region);
}

/** A logical id without its hash. */
function plain(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}

/** The policy, and beside it what would let everybody in. */
function opened(document: Document | undefined): Document {
  return { ...OPEN, Statement: [...OPEN.Statement, ...(document?.Statement ?? [])] };
}
