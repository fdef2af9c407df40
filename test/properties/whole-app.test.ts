import { Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { build } from '../../bin/app';
import { type Resource, resolveTemplates } from '../lib/support/resolve';
import { templatesOf, testApp } from '../lib/support/stages';

type Statement = {
  Effect: string;
  Action: string | string[];
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
};

/** `ControlPlane-prod-` before a logical id, and a dash with twelve characters after it. */
const AROUND_AN_ID = 31;
const QUEUE_ADDRESS = 'https://sqs.ap-south-1.amazonaws.com/111122223333/'.length;
/** How long names are that AWS makes of a logical id. */
const REAL_LENGTH: Readonly<Record<string, (id: string) => number>> = {
  'AWS::S3::Bucket': () => 63,
  'AWS::DynamoDB::Table': (id) => id.length + AROUND_AN_ID,
  'AWS::SQS::Queue': (id) => QUEUE_ADDRESS + Math.min(80, id.length + AROUND_AN_ID),
  'AWS::KMS::Key': () => 36,
};

describe.each(['local', 'dev', 'prod'])('stage %s', (stage) => {
  const templates = templatesOf(stage);
  const resources = resolveTemplates(templates);
  const all = (type: string) => Object.entries(resources).filter(([, r]) => r.Type === type);
  const raw = Object.values(templates).flatMap((t) => Object.entries(t.toJSON().Resources as Record<string, Resource>));

  it.each(all('AWS::S3::Bucket'))('bucket %s is private, owner-enforced, encrypted and kept', (id, bucket) => {
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain' });
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: expect.anything(),
    });
    expect(id).not.toBe('');
  });

  it.each(all('AWS::S3::Bucket'))('bucket %s refuses plain HTTP and old TLS', (id) => {
    const denied = statements(id).filter((s) => s.Effect === 'Deny');
    expect(denied).toContainEqual(
      expect.objectContaining({ Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(denied).toContainEqual(
      expect.objectContaining({ Action: 's3:*', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
    );
  });

  // What services write is tested in test/lib/audit: they may leave the key to the bucket, but name no other.
  it.each(all('AWS::S3::Bucket').filter(([id]) => !/^((Replica)?AccessLogs|LogArchive|ConfigurationHistory)/.test(id)))(
    'bucket %s takes objects under its own key only',
    (id, bucket) => {
      const [rule] = (
        bucket.Properties.BucketEncryption as {
          ServerSideEncryptionConfiguration: {
            BucketKeyEnabled: boolean;
            ServerSideEncryptionByDefault: { KMSMasterKeyID: string };
          }[];
        }
      ).ServerSideEncryptionConfiguration;
      expect(rule?.BucketKeyEnabled).toBe(true);
      const key = rule?.ServerSideEncryptionByDefault.KMSMasterKeyID;
      expect(statements(id)).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:PutObject',
          Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': key } },
        }),
      );
    },
  );

  it.each(all('AWS::S3::Bucket'))('bucket %s clears unfinished uploads, and nothing by tag', (_, bucket) => {
    const { Rules: rules } = bucket.Properties.LifecycleConfiguration as { Rules: Record<string, unknown>[] };
    expect(rules.some((r) => r.AbortIncompleteMultipartUpload)).toBe(true);
    for (const rule of rules) expect(Object.keys(rule)).not.toContain('TagFilters');
  });

  it.each(all('AWS::S3::Bucket'))(
    'bucket %s clears old versions, unless it is the vault or the ledger',
    (id, bucket) => {
      const { Rules: rules } = bucket.Properties.LifecycleConfiguration as { Rules: Record<string, unknown>[] };
      const expires = rules.some((r) => r.NoncurrentVersionExpiration || r.ExpirationInDays);
      expect(expires).toBe(!/^(VaultBucket|LedgerBucket|Checkpoints)/.test(id));
    },
  );

  it.each(all('AWS::S3::Bucket').filter(([id]) => id.startsWith('CustomerFiles')))(
    'keeps the versions of %s for 89 days and expires none of them by age',
    (_, bucket) => {
      expect(bucket.Properties.LifecycleConfiguration).toEqual({
        Rules: [
          {
            Id: 'remove-what-was-deleted',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 89 },
            ExpiredObjectDeleteMarker: true,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      });
    },
  );

  it.each(all('AWS::DynamoDB::Table'))('table %s is protected, encrypted and kept', (_, table) => {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: expect.stringContaining('key/') },
      },
    });
  });

  it('can restore every table but that of payloads, of which nothing may come back', () => {
    const without = all('AWS::DynamoDB::Table').filter(
      ([, { Properties }]) =>
        (Properties.PointInTimeRecoverySpecification as Record<string, unknown>).PointInTimeRecoveryEnabled !== true,
    );
    expect(without.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['TransferPayloads']);
  });

  it.each(all('AWS::KMS::Key'))('key %s is kept, has a 30-day pending window and rotates if it can', (_, key) => {
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', Properties: { PendingWindowInDays: 30 } });
    expect(key.Properties.MultiRegion ?? false).toBe(false);
    if (key.Properties.KeySpec === undefined) expect(key.Properties.EnableKeyRotation).toBe(true);
  });

  it.each(all('AWS::Lambda::Function'))('function %s runs nodejs24.x on arm64 and is traced', (_, fn) => {
    expect(fn.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: expect.any(String) },
    });
  });

  it.each(all('AWS::Lambda::Function'))('function %s has an environment below what Lambda takes', (_, fn) => {
    expect(JSON.stringify(withRealNames(fn.Properties.Environment)).length).toBeLessThan(4 * 1024);
  });

  /** Physical names are longer than the logical ids that stand for them here. */
  function withRealNames(value: unknown): unknown {
    const json = JSON.stringify(value);
    const longer = Object.entries(resources).flatMap(([id, { Type }]) => {
      const length = REAL_LENGTH[Type]?.(id);
      return length === undefined ? [] : [[id.toLowerCase(), 'x'.repeat(length)] as const];
    });
    return JSON.parse(longer.reduce((text, [id, name]) => text.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), name), json));
  }

  it.each(all('AWS::Logs::LogGroup'))('log group %s is encrypted and kept for 400 days', (_, group) => {
    expect(group.Properties).toMatchObject({ RetentionInDays: 400, KmsKeyId: expect.any(String) });
  });

  it('gives every queue a dead-letter queue, five tries and its own key', () => {
    // Of the streams' lost batches nobody takes messages: it is itself where a person looks.
    const queues = all('AWS::SQS::Queue').filter(([id]) => !id.includes('LostBatches'));
    const deadLetters = queues.filter(([id]) => id.includes('DeadLetters'));
    expect(deadLetters).toHaveLength(queues.length / 2);
    for (const [, queue] of queues) expect(queue.Properties.KmsMasterKeyId).toBeDefined();
    for (const [, queue] of queues.filter(([id]) => !id.includes('DeadLetters')))
      expect(queue.Properties.RedrivePolicy).toMatchObject({ maxReceiveCount: 5 });
  });

  it('stays in India: no global table, nothing copied but customer files, and no Region named but Mumbai and Hyderabad', () => {
    for (const [id, resource] of raw) {
      expect([id, resource.Type]).not.toEqual([id, 'AWS::DynamoDB::GlobalTable']);
      if (!id.startsWith('CustomerFiles'))
        expect(resource.Properties ?? {}).not.toHaveProperty('ReplicationConfiguration');
    }
    // The permission boundary names both Indian Regions and denies every other; a filter's pattern is no place either.
    const placed = raw.filter(([, { Type }]) => !['AWS::IAM::ManagedPolicy', 'AWS::Logs::MetricFilter'].includes(Type));
    const named = JSON.stringify(placed).match(/\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov)?-[a-z]+-\d\b/g) ?? [];
    expect(new Set(named)).toEqual(new Set(stage === 'dev' ? ['ap-south-1'] : ['ap-south-1', 'ap-south-2']));
  });

  function statements(bucketId: string): Statement[] {
    const found = all('AWS::S3::BucketPolicy').find(([, p]) => p.Properties.Bucket === bucketId.toLowerCase());
    const document = found?.[1].Properties.PolicyDocument as { Statement: Statement[] } | undefined;
    return document?.Statement ?? [];
  }
});

it('protects the stacks of prod, and only those, from deletion', () => {
  const protection = (stage: string) =>
    new Set(Object.values(build(testApp({ stage }))).flatMap((stack) => stack?.terminationProtection ?? []));
  expect(protection('prod')).toEqual(new Set([true]));
  expect(protection('dev')).toEqual(new Set([false]));
});

it('refuses a stage that the register does not know', () => {
  expect(() => build(testApp({ stage: 'production' }))).toThrow(/Unknown stage "production".*local, dev, prod/);
});

it('refuses a bucket that nobody registered, and says what to do', () => {
  const app = testApp();
  const { data } = build(app);
  new CfnBucket(data, 'Forgotten');
  expect(() => app.synth()).toThrow(/Data-dev\/Forgotten is not in the inventory.*declareFreeOfPersonalData/);
});

it.each([['us-east-1'], [undefined]])('refuses a stack in region %s', (region) => {
  const app = testApp();
  build(app);
  new Stack(app, 'Stray', { env: { region } });
  expect(() => app.synth()).toThrow(/Stack Stray has (region us-east-1|no literal region).*India/);
});
