import type { Rule } from '../../../../../lib/checks/dpdp/rule';
import { ENCRYPTION_RULES } from '../../../../../lib/checks/dpdp/rules/encryption';
import { cacheEncrypted } from '../../../../../lib/checks/dpdp/rules/encryption/cache-encrypted';
import { ebsEncrypted } from '../../../../../lib/checks/dpdp/rules/encryption/ebs-encrypted';
import { lambdaEnvironmentUsesCustomerKey } from '../../../../../lib/checks/dpdp/rules/encryption/lambda-environment-uses-customer-key';
import { s3UsesCustomerKey } from '../../../../../lib/checks/dpdp/rules/encryption/s3-uses-customer-key';
import { searchEncrypted } from '../../../../../lib/checks/dpdp/rules/encryption/search-encrypted';
import { streamsUseCustomerKey } from '../../../../../lib/checks/dpdp/rules/encryption/streams-use-customer-key';
import type { Properties } from '../../../../../lib/checks/dpdp/template';
import { holds } from '../support/judge';
import { arnOf, either, NO_VALUE, PARAMETER, sub, tagged, verdictOn } from '../support/one';

/** How each type is told its key, everything else being well. */
const KEYED: readonly (readonly [id: string, type: string, under: (key: unknown) => Properties])[] = [
  ['S3UsesCustomerKey', 'AWS::S3::Bucket', (KMSMasterKeyID) => bucket({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID })],
  [
    'DynamoDbUsesCustomerKey',
    'AWS::DynamoDB::Table',
    (KMSMasterKeyId) => ({ SSESpecification: { SSEEnabled: 'true', SSEType: 'KMS', KMSMasterKeyId } }),
  ],
  [
    'DynamoDbUsesCustomerKey',
    'AWS::DynamoDB::GlobalTable',
    (KMSMasterKeyId) => ({
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [{ Region: 'ap-south-1', SSESpecification: { KMSMasterKeyId } }],
    }),
  ],
  ['SqsUsesCustomerKey', 'AWS::SQS::Queue', (KmsMasterKeyId) => ({ KmsMasterKeyId })],
  ['SnsUsesCustomerKey', 'AWS::SNS::Topic', (KmsMasterKeyId) => ({ KmsMasterKeyId })],
  ['LogGroupUsesCustomerKey', 'AWS::Logs::LogGroup', (KmsKeyId) => ({ KmsKeyId })],
  [
    'StreamsUseCustomerKey',
    'AWS::Kinesis::Stream',
    (KeyId) => ({ StreamEncryption: { EncryptionType: 'KMS', KeyId } }),
  ],
  [
    'StreamsUseCustomerKey',
    'AWS::KinesisFirehose::DeliveryStream',
    (KeyARN) => ({ DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN } }),
  ],
  ['RdsEncryptedByCustomerKey', 'AWS::RDS::DBInstance', (KmsKeyId) => ({ StorageEncrypted: true, KmsKeyId })],
  ['RdsEncryptedByCustomerKey', 'AWS::RDS::DBCluster', (KmsKeyId) => ({ StorageEncrypted: 'true', KmsKeyId })],
  ['RdsEncryptedByCustomerKey', 'AWS::Redshift::Cluster', (KmsKeyId) => ({ Encrypted: true, KmsKeyId })],
  ['EfsEncryptedByCustomerKey', 'AWS::EFS::FileSystem', (KmsKeyId) => ({ Encrypted: true, KmsKeyId })],
  ['SearchEncrypted', 'AWS::OpenSearchService::Domain', (KmsKeyId) => domain({ KmsKeyId })],
  ['SecretsUseCustomerKey', 'AWS::SecretsManager::Secret', (KmsKeyId) => ({ KmsKeyId })],
  ['BackupVaultUsesCustomerKey', 'AWS::Backup::BackupVault', (EncryptionKeyArn) => ({ EncryptionKeyArn })],
  [
    'LambdaEnvironmentUsesCustomerKey',
    'AWS::Lambda::Function',
    (KmsKeyArn) => ({ KmsKeyArn, Environment: { Variables: { API_KEY: 'abc' } } }),
  ],
];

/** Rules that ask for a key whatever the data role says. */
const WHATEVER_THE_ROLE = ['SecretsUseCustomerKey', 'BackupVaultUsesCustomerKey', 'LambdaEnvironmentUsesCustomerKey'];

const BESIDE = {
  Key: { Type: 'AWS::KMS::Key' },
  Alias: { Type: 'AWS::KMS::Alias', Properties: { TargetKeyId: { Ref: 'Key' } } },
  Answer: { Type: 'Custom::Answer' },
};

const GOOD_KEYS: readonly unknown[] = [
  arnOf('Key'),
  { Ref: 'Key' },
  { Ref: 'Alias' },
  sub('<Key.Arn>'),
  either(arnOf('Key'), { Ref: 'Alias' }),
  'alias/digicrm',
  'arn:aws:kms:ap-south-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  sub('arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
];

const BAD_KEYS: readonly unknown[] = [
  undefined,
  NO_VALUE,
  PARAMETER,
  '',
  'alias/aws/s3',
  'arn:aws:kms:ap-south-1:111122223333:alias/aws/sqs',
  either(arnOf('Key'), NO_VALUE),
  either(arnOf('Key'), 'alias/aws/dynamodb'),
  { 'Fn::GetAtt': ['Answer', 'KeyArn'] },
  { 'Fn::ImportValue': 'SomewhereElse' },
  '{{resolve:ssm:/keys/data}}',
  ['alias/digicrm'],
];

function bucket(ServerSideEncryptionByDefault: unknown): Properties {
  return { BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault }] } };
}

function domain(atRest: Properties, endpoint: Properties = {}): Properties {
  return {
    EncryptionAtRestOptions: { Enabled: true, ...atRest },
    NodeToNodeEncryptionOptions: { Enabled: true },
    DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: 'Policy-Min-TLS-1-2-2019-07', ...endpoint },
  };
}

function ruleOf(id: string): Rule {
  const rule = ENCRYPTION_RULES.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`There is no rule ${id}.`);
  return rule;
}

describe.each(KEYED)('%s for %s', (id, type, under) => {
  const rule = ruleOf(id);
  const judged = (properties: Properties) => holds(verdictOn(rule, type, properties, BESIDE));

  it.each(GOOD_KEYS.map((key) => [key]))('lets it go under the key %j', (key) => {
    expect(judged(under(key))).toBe(true);
  });

  it.each(BAD_KEYS.map((key) => [key]))('does not let it go under the key %j', (key) => {
    expect(judged(under(key))).toBe(false);
  });

  it('counts what has no data role, or one that nobody knows, as personal', () => {
    expect(judged({ ...under(undefined), ...tagged('whatever') })).toBe(false);
    expect(judged({ ...under(undefined), Tags: [{ Key: 'digicrm:data-role', Value: PARAMETER }] })).toBe(false);
  });

  it('goes by the data role where the rule says so', () => {
    const isOfNoBusiness = !WHATEVER_THE_ROLE.includes(id);
    expect(judged({ ...under(undefined), ...tagged('none') })).toBe(isOfNoBusiness);
  });
});

describe('encryption at rest', () => {
  it.each<[string, string, Properties]>([
    ['S3UsesCustomerKey', 'AWS::S3::Bucket', {}],
    ['S3UsesCustomerKey', 'AWS::S3::Bucket', bucket({ SSEAlgorithm: 'AES256' })],
    ['S3UsesCustomerKey', 'AWS::S3::Bucket', bucket(either({ SSEAlgorithm: 'AES256' }, NO_VALUE))],
    ['S3UsesCustomerKey', 'AWS::S3::Bucket', bucket({ SSEAlgorithm: PARAMETER, KMSMasterKeyID: arnOf('Key') })],
    ['S3UsesCustomerKey', 'AWS::S3::Bucket', { BucketEncryption: { ServerSideEncryptionConfiguration: [NO_VALUE] } }],
    ['S3UsesCustomerKey', 'AWS::S3::Bucket', { BucketEncryption: PARAMETER }],
    ['DynamoDbUsesCustomerKey', 'AWS::DynamoDB::Table', { SSESpecification: { KMSMasterKeyId: arnOf('Key') } }],
    [
      'DynamoDbUsesCustomerKey',
      'AWS::DynamoDB::Table',
      { SSESpecification: { SSEEnabled: false, KMSMasterKeyId: arnOf('Key') } },
    ],
    ['DynamoDbUsesCustomerKey', 'AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true } }],
    [
      'DynamoDbUsesCustomerKey',
      'AWS::DynamoDB::GlobalTable',
      { SSESpecification: { SSEEnabled: true }, Replicas: [{ Region: 'ap-south-1' }] },
    ],
    ['SqsUsesCustomerKey', 'AWS::SQS::Queue', { SqsManagedSseEnabled: true }],
    ['RdsEncryptedByCustomerKey', 'AWS::RDS::DBInstance', { KmsKeyId: arnOf('Key') }],
    ['RdsEncryptedByCustomerKey', 'AWS::RDS::DBInstance', { StorageEncrypted: PARAMETER, KmsKeyId: arnOf('Key') }],
    ['EfsEncryptedByCustomerKey', 'AWS::EFS::FileSystem', { Encrypted: 'false', KmsKeyId: arnOf('Key') }],
    ['StreamsUseCustomerKey', 'AWS::Kinesis::Stream', { StreamEncryption: { EncryptionType: 'NONE' } }],
    [
      'StreamsUseCustomerKey',
      'AWS::KinesisFirehose::DeliveryStream',
      { DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' } },
    ],
  ])('%s does not let %s go with %j', (id, type, properties) => {
    expect(holds(verdictOn(ruleOf(id), type, properties, BESIDE))).toBe(false);
  });

  it('leaves alone a bucket that takes access logs, which S3 encrypts with no other key than its own', () => {
    const properties = bucket({ SSEAlgorithm: 'AES256' });
    const source = {
      Type: 'AWS::S3::Bucket',
      Properties: { LoggingConfiguration: { DestinationBucketName: { Ref: 'It' } } },
    };
    expect(verdictOn(s3UsesCustomerKey, 'AWS::S3::Bucket', properties, { Source: source })).toBe('not-applicable');
  });

  it('does not take a bucket that logs into itself for one', () => {
    const properties = {
      ...bucket({ SSEAlgorithm: 'AES256' }),
      LoggingConfiguration: { DestinationBucketName: { Ref: 'It' } },
    };
    expect(verdictOn(s3UsesCustomerKey, 'AWS::S3::Bucket', properties)).toBe('broken');
  });

  it('leaves a delivery stream alone that reads from a stream, and a database of a cluster', () => {
    const reading = { KinesisStreamSourceConfiguration: { KinesisStreamARN: arnOf('Stream') } };
    expect(verdictOn(streamsUseCustomerKey, 'AWS::KinesisFirehose::DeliveryStream', reading)).toBe('not-applicable');
    const member = { DBClusterIdentifier: { Ref: 'Cluster' } };
    expect(verdictOn(ruleOf('RdsEncryptedByCustomerKey'), 'AWS::RDS::DBInstance', member)).toBe('not-applicable');
  });

  it('reads the data role where file systems and global tables have it', () => {
    const files = { FileSystemTags: tagged('none').Tags };
    expect(verdictOn(ruleOf('EfsEncryptedByCustomerKey'), 'AWS::EFS::FileSystem', files)).toBe('not-applicable');
    const table = (...roles: string[]) => ({ Replicas: roles.map((role) => tagged(role)) });
    const judged = (...roles: string[]) =>
      verdictOn(ruleOf('DynamoDbUsesCustomerKey'), 'AWS::DynamoDB::GlobalTable', table(...roles));
    expect(judged('none', 'none')).toBe('not-applicable');
    expect(judged('none', 'tenant')).toBe('broken');
  });

  it('takes a tag of another app for the data role where the facts say so', () => {
    const facts = { tags: { dataRole: 'data', dataClass: 'class' }, dataRoles: { public: { personal: false } } };
    const properties = { Tags: [{ Key: 'data', Value: 'public' }] };
    expect(verdictOn(s3UsesCustomerKey, 'AWS::S3::Bucket', properties, {}, { facts })).toBe('not-applicable');
  });
});

describe('SearchEncrypted', () => {
  const DOMAIN = 'AWS::OpenSearchService::Domain';
  const key = { KmsKeyId: arnOf('Key') };

  it('says each thing that is missing', () => {
    expect(verdictOn(searchEncrypted, DOMAIN, {})).toEqual([
      'is not encrypted at rest',
      'is not encrypted under a customer key',
      'is not encrypted between nodes',
      'answers without HTTPS',
      'answers with TLS older than 1.2',
    ]);
  });

  it('refuses old TLS, and a parameter in place of an answer', () => {
    expect(
      verdictOn(searchEncrypted, DOMAIN, domain(key, { TLSSecurityPolicy: 'Policy-Min-TLS-1-0-2019-07' }), BESIDE),
    ).toEqual(['answers with TLS older than 1.2']);
    expect(verdictOn(searchEncrypted, DOMAIN, domain(key, { EnforceHTTPS: PARAMETER }), BESIDE)).toEqual([
      'answers without HTTPS',
    ]);
  });

  it('wants a key for collections without servers too', () => {
    const policy = (Policy: string) => ({ Type: 'encryption', Policy });
    const type = 'AWS::OpenSearchServerless::SecurityPolicy';
    expect(holds(verdictOn(searchEncrypted, type, policy('{"AWSOwnedKey":true}')))).toBe(false);
    expect(holds(verdictOn(searchEncrypted, type, policy('{"KmsARN":"arn:aws:kms:x"}')))).toBe(true);
    expect(verdictOn(searchEncrypted, type, { Type: 'network' })).toBe('not-applicable');
  });
});

describe('CacheEncrypted', () => {
  const [GROUP, CLUSTER] = ['AWS::ElastiCache::ReplicationGroup', 'AWS::ElastiCache::CacheCluster'] as const;

  it.each<[string, Properties, number]>([
    [GROUP, {}, 2],
    [GROUP, { AtRestEncryptionEnabled: true, TransitEncryptionEnabled: 'true' }, 0],
    [GROUP, { AtRestEncryptionEnabled: true, TransitEncryptionEnabled: true, TransitEncryptionMode: 'preferred' }, 1],
    [GROUP, { AtRestEncryptionEnabled: PARAMETER, TransitEncryptionEnabled: either(true, false) }, 2],
    [CLUSTER, { TransitEncryptionEnabled: true }, 1],
    ['AWS::MemoryDB::Cluster', {}, 0],
    ['AWS::MemoryDB::Cluster', { TLSEnabled: false }, 1],
    ['AWS::DAX::Cluster', {}, 2],
    ['AWS::DAX::Cluster', { SSESpecification: { SSEEnabled: true }, ClusterEndpointEncryptionType: 'TLS' }, 0],
  ])('%s with %j misses %d', (type, properties, missing) => {
    expect(verdictOn(cacheEncrypted, type, properties)).toHaveLength(missing);
  });
});

describe('EbsEncrypted', () => {
  const mapped = (...Ebs: unknown[]) => Ebs.map((one) => ({ DeviceName: '/dev/xvda', Ebs: one }));
  const launch = (LaunchTemplateData: unknown) => ({ LaunchTemplateData });
  const [VOLUME, INSTANCE, LAUNCH] = ['AWS::EC2::Volume', 'AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate'] as const;

  it.each<[string, Properties]>([
    [VOLUME, {}],
    [VOLUME, { Encrypted: 'false' }],
    [VOLUME, { Encrypted: PARAMETER }],
    [INSTANCE, {}],
    [INSTANCE, { BlockDeviceMappings: mapped({ Encrypted: true }, { VolumeSize: 8 }) }],
    [INSTANCE, { BlockDeviceMappings: either(mapped({ Encrypted: true }), NO_VALUE) }],
    [INSTANCE, { BlockDeviceMappings: [{ DeviceName: '/dev/xvdb', NoDevice: {} }] }],
    [LAUNCH, launch({})],
    [LAUNCH, launch({ BlockDeviceMappings: PARAMETER })],
    ['AWS::AutoScaling::LaunchConfiguration', {}],
  ])('does not let %s go with %j', (type, properties) => {
    expect(verdictOn(ebsEncrypted, type, properties)).toBe('broken');
  });

  it.each<[string, Properties]>([
    [VOLUME, { Encrypted: 'true' }],
    [INSTANCE, { BlockDeviceMappings: mapped({ Encrypted: true }) }],
    [INSTANCE, { LaunchTemplate: { LaunchTemplateId: PARAMETER } }],
    [LAUNCH, launch({ BlockDeviceMappings: [...mapped({ Encrypted: true }), { VirtualName: 'ephemeral0' }] })],
  ])('lets %s go with %j', (type, properties) => {
    expect(holds(verdictOn(ebsEncrypted, type, properties))).toBe(true);
  });
});

describe('LambdaEnvironmentUsesCustomerKey', () => {
  const judged = (Variables: unknown) =>
    verdictOn(lambdaEnvironmentUsesCustomerKey, 'AWS::Lambda::Function', { Environment: { Variables } });

  it.each([
    [{ DB_PASSWORD: 'abc' }],
    [{ dbPassword: PARAMETER }],
    [{ ACCESS_TOKEN: '{{resolve:secretsmanager:token}}' }],
    [{ SUPPORT_EMAIL: 'somebody' }],
    [PARAMETER],
    [either({ SECRET: 'abc' }, {})],
  ])('wants a key for %j', (variables) => {
    expect(judged(variables)).toBe('broken');
  });

  it.each([
    [{ TABLE_NAME: { Ref: 'Table' }, STAGE: 'prod' }],
    [{ SECRET_ARN: { Ref: 'Secret' }, TOKEN_TABLE: 'tokens', SIGNING_KEY_ID: arnOf('Key') }],
    [{ COMPANY: 'DigiCRM', JAPAN: 'no' }],
  ])('wants none for %j', (variables) => {
    expect(judged(variables)).toBe('compliant');
  });

  it('has nothing to say where there are no variables', () => {
    expect(verdictOn(lambdaEnvironmentUsesCustomerKey, 'AWS::Lambda::Function', {})).toBe('not-applicable');
  });
});
