import { Match } from 'aws-cdk-lib/assertions';
import { Cloud, type Request } from '../support/iam';
import { ACCOUNT } from '../support/resolve';
import { templatesOf } from '../support/stages';

/** The emulator enforces no policies, so who may write, delete and read is proven by evaluating them. */
const cloud = new Cloud('prod');

const TRAIL = 'cloudtrail.amazonaws.com';
const DELIVERY = 'delivery.logs.amazonaws.com';
const CONFIG = 'config.amazonaws.com';
const TRAIL_ARN = `arn:aws:cloudtrail:ap-south-1:${ACCOUNT}:trail/digicrm-prod`;
const ours = {
  [TRAIL]: { 'aws:SourceArn': TRAIL_ARN, 'aws:SourceAccount': ACCOUNT },
  [DELIVERY]: { 'aws:SourceArn': `arn:aws:logs:ap-south-1:${ACCOUNT}:*`, 'aws:SourceAccount': ACCOUNT },
  [CONFIG]: { 'aws:SourceAccount': ACCOUNT },
};
type Service = keyof typeof ours;
const ADMINISTRATOR = 'admin';
const DEPLOYMENT = `cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-ap-south-1`;

const arnOf = (bucket: string) => cloud.arn('AWS::S3::Bucket', bucket);
const onBucket = (bucket: string, action: string, context?: Request['context']): Request => ({
  action,
  resource: arnOf(bucket),
  resourcePolicy: cloud.policyOf('AWS::S3::Bucket', bucket),
  context,
});
const onObject = (bucket: string, key: string, action: string, context?: Request['context']): Request => ({
  ...onBucket(bucket, action, context),
  resource: `${arnOf(bucket)}/${key}`,
});
const put = (service: Service, bucket: string, prefix: string, context: Request['context'] = ours[service]) =>
  cloud.asService(service, onObject(bucket, `${prefix}/AWSLogs/${ACCOUNT}/a.json.gz`, 's3:PutObject', context));

const PREFIXES = ['cloudtrail', 'vpc-flow-logs', 'dns-query-logs', 'network-firewall', 'config', 'other'];
const MAY_WRITE: Record<string, Record<Service, string[]>> = {
  LogArchive: {
    [TRAIL]: ['cloudtrail'],
    [DELIVERY]: ['vpc-flow-logs', 'dns-query-logs', 'network-firewall'],
    [CONFIG]: [],
  },
  ConfigurationHistory: { [TRAIL]: [], [DELIVERY]: [], [CONFIG]: ['config'] },
};
const BUCKETS = Object.keys(MAY_WRITE);
const SERVICES = Object.keys(ours) as Service[];

describe.each(BUCKETS)('who writes into %s', (bucket) => {
  it.each(SERVICES)('is %s below its own prefixes only', async (service) => {
    for (const prefix of PREFIXES) {
      const expected = MAY_WRITE[bucket]?.[service].includes(prefix) ? 'Allowed' : 'ImplicitlyDenied';
      expect([prefix, await put(service, bucket, prefix)]).toEqual([prefix, expected]);
    }
  });

  it('is no service that acts for another account, or for nobody', async () => {
    const foreign = {
      'aws:SourceArn': TRAIL_ARN.replace(ACCOUNT, '999988887777'),
      'aws:SourceAccount': '999988887777',
    };
    for (const service of SERVICES)
      for (const prefix of PREFIXES)
        for (const context of [foreign, {}]) expect(await put(service, bucket, prefix, context)).toMatch(/Denied$/);
  });

  it('is no service that writes under the folder of another account', async () => {
    for (const service of SERVICES)
      for (const prefix of PREFIXES) {
        const request = onObject(bucket, `${prefix}/AWSLogs/999988887777/a.gz`, 's3:PutObject', ours[service]);
        expect(await cloud.asService(service, request)).toBe('ImplicitlyDenied');
      }
  });

  it('is no person and no deployment, whatever IAM allows', async () => {
    for (const role of [ADMINISTRATOR, DEPLOYMENT])
      for (const prefix of PREFIXES) {
        const request = onObject(bucket, `${prefix}/AWSLogs/${ACCOUNT}/a.json.gz`, 's3:PutObject');
        expect(await cloud.asAdministrator(request, role)).toBe('ExplicitlyDenied');
      }
  });

  it('may leave the key to the bucket or name the key of logs, but no other', async () => {
    const header = 's3:x-amz-server-side-encryption-aws-kms-key-id';
    const [service, prefix] =
      bucket === 'LogArchive' ? ([TRAIL, 'cloudtrail'] as const) : ([CONFIG, 'config'] as const);
    const under = (key: string) => put(service, bucket, prefix, { ...ours[service], [header]: key });
    expect(await under(cloud.arn('AWS::KMS::Key', 'LogKey'))).toBe('Allowed');
    expect(await under(cloud.arn('AWS::KMS::Key', 'TenantKey'))).toBe('ExplicitlyDenied');
  });
});

it('refuses another trail of our own account', async () => {
  const other = { ...ours[TRAIL], 'aws:SourceArn': TRAIL_ARN.replace('digicrm-prod', 'theirs') };
  expect(await put(TRAIL, 'LogArchive', 'cloudtrail', other)).toBe('ImplicitlyDenied');
});

describe.each(BUCKETS)('what is in %s', (bucket) => {
  const actions = [
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:PutObjectRetention',
    's3:BypassGovernanceRetention',
    's3:ReplicateDelete',
  ];

  it.each(actions)('goes by its age alone: nobody has %s', async (action) => {
    for (const role of [ADMINISTRATOR, DEPLOYMENT])
      expect(await cloud.asAdministrator(onObject(bucket, 'cloudtrail/a.gz', action), role)).toBe('ExplicitlyDenied');
    for (const service of SERVICES)
      expect(await cloud.asService(service, onObject(bucket, 'cloudtrail/a.gz', action, ours[service]))).toBe(
        'ExplicitlyDenied',
      );
  });

  it('is in a bucket that nobody can delete', async () => {
    for (const role of [ADMINISTRATOR, DEPLOYMENT])
      expect(await cloud.asAdministrator(onBucket(bucket, 's3:DeleteBucket'), role)).toBe('ExplicitlyDenied');
  });

  it.each([
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:PutLifecycleConfiguration',
    's3:PutBucketObjectLockConfiguration',
    's3:PutBucketVersioning',
    's3:PutEncryptionConfiguration',
    's3:PutReplicationConfiguration',
    's3:PutBucketLogging',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketOwnershipControls',
    's3:PutBucketAcl',
  ])('is in a bucket that only a deployment can change: %s', async (action) => {
    expect(await cloud.asAdministrator(onBucket(bucket, action), ADMINISTRATOR)).toBe('ExplicitlyDenied');
    expect(await cloud.asAdministrator(onBucket(bucket, action), 'not-a-cdk-a-cfn-exec-role')).toBe('ExplicitlyDenied');
    expect(await cloud.asAdministrator(onBucket(bucket, action), DEPLOYMENT)).toBe('Allowed');
  });
});

describe('the key of logs', () => {
  const onKey = (action: string, context: Request['context'] = {}): Request => ({
    action,
    resource: cloud.arn('AWS::KMS::Key', 'LogKey'),
    resourcePolicy: cloud.policyOf('AWS::KMS::Key', 'LogKey'),
    context,
  });
  const throughS3 = { 'kms:ViaService': 's3.ap-south-1.amazonaws.com' };
  const USES = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:CreateGrant', 'kms:ReEncryptFrom'];

  it('encrypts for our trail, and for no other', async () => {
    const encrypt = (context: Request['context']) =>
      cloud.asService(TRAIL, onKey('kms:GenerateDataKey', { ...ours[TRAIL], ...context }));
    const inContext = { 'kms:EncryptionContext:aws:cloudtrail:arn': TRAIL_ARN };
    expect(await encrypt(inContext)).toBe('Allowed');
    const fromElsewhere = TRAIL_ARN.replace('ap-south-1', 'us-east-1');
    expect(await encrypt({ 'kms:EncryptionContext:aws:cloudtrail:arn': fromElsewhere })).toBe('Allowed');
    expect(await encrypt({})).toBe('ImplicitlyDenied');
    expect(await encrypt({ 'kms:EncryptionContext:aws:cloudtrail:arn': `${TRAIL_ARN}-2` })).toBe('ImplicitlyDenied');
    expect(await encrypt({ ...inContext, 'aws:SourceArn': `${TRAIL_ARN}-2` })).toBe('ImplicitlyDenied');
  });

  it('encrypts for log delivery and Config when they act for this account', async () => {
    for (const service of [DELIVERY, CONFIG] as const) {
      expect(await cloud.asService(service, onKey('kms:GenerateDataKey', ours[service]))).toBe('Allowed');
      const foreign = { ...ours[service], 'aws:SourceAccount': '999988887777' };
      expect(await cloud.asService(service, onKey('kms:GenerateDataKey', foreign))).toBe('ExplicitlyDenied');
    }
  });

  it('encrypts for log groups of this account', async () => {
    const group = `arn:aws:logs:ap-south-1:${ACCOUNT}:log-group:trail`;
    const encrypt = (arn: string) =>
      cloud.asService(
        'logs.ap-south-1.amazonaws.com',
        onKey('kms:GenerateDataKey', { 'kms:EncryptionContext:aws:logs:arn': arn }),
      );
    expect(await encrypt(group)).toBe('Allowed');
    expect(await encrypt(group.replace(ACCOUNT, '999988887777'))).toBe('ImplicitlyDenied');
  });

  it('decrypts for readers of logs through S3, who cannot encrypt', async () => {
    const reader = { 'aws:PrincipalTag/digicrm:log-reader': 'true' };
    const as = (action: string, context: Request['context']) => cloud.asAdministrator(onKey(action, context));
    expect(await as('kms:Decrypt', { ...reader, ...throughS3 })).toBe('Allowed');
    expect(await as('kms:Decrypt', reader)).toBe('ImplicitlyDenied');
    for (const action of USES.slice(1)) expect(await as(action, { ...reader, ...throughS3 })).toBe('ImplicitlyDenied');
  });

  it('is run by administrators, who cannot use it', async () => {
    expect(await cloud.asAdministrator(onKey('kms:EnableKeyRotation'))).toBe('Allowed');
    expect(await cloud.asAdministrator(onKey('kms:ScheduleKeyDeletion'))).toBe('ExplicitlyDenied');
    for (const action of USES) {
      expect(await cloud.asAdministrator(onKey(action))).toBe('ImplicitlyDenied');
      expect(await cloud.asAdministrator(onKey(action, throughS3))).toBe('ImplicitlyDenied');
    }
  });
});

describe.each([
  ['prod', 'COMPLIANCE'],
  ['dev', 'GOVERNANCE'],
  ['local', 'GOVERNANCE'],
])('in stage %s', (stage, Mode) => {
  const { audit } = templatesOf(stage);

  it(`logs are locked for 366 days in mode ${Mode}, and expire on the day after`, () => {
    audit.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode, Days: 366 } } },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'expire-on-the-day-after',
            Status: 'Enabled',
            ExpirationInDays: 367,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
          { Id: 'remove-markers-of-expired-logs', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
        ],
      },
      LoggingConfiguration: { LogFilePrefix: 'log-archive/', DestinationBucketName: Match.anyValue() },
    });
  });

  it('the history of configurations expires the same way, without the lock that Config refuses', () => {
    audit.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: Match.absent(),
      ObjectLockConfiguration: Match.absent(),
      LoggingConfiguration: { LogFilePrefix: 'configuration-history/' },
      LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 367 })]) },
    });
  });

  it('the policies of both, and of the ledger, outlive the stack, as the buckets do', () => {
    const policies = Object.entries(audit.findResources('AWS::S3::BucketPolicy')).filter(
      ([id]) => !id.startsWith('AccessLogs'),
    );
    expect(policies.map(([, policy]) => policy.DeletionPolicy)).toEqual(['Retain', 'Retain', 'Retain']);
  });
});
