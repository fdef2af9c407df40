import { Cloud, type Request } from '../lib/support/iam';

/** The emulator enforces no policies, so what may not be done is proven by evaluating them. */
const cloud = new Cloud('prod');

const files = cloud.arn('AWS::S3::Bucket', 'CustomerFiles');
const replica = cloud.arn('AWS::S3::Bucket', 'CustomerFilesReplica');
const replicaPolicy = cloud.policyOf('AWS::S3::Bucket', 'CustomerFilesReplica');
const replicaKey = cloud.arn('AWS::KMS::Key', 'ReplicaKey');
const replicaKeyPolicy = cloud.policyOf('AWS::KMS::Key', 'ReplicaKey');
const tenantKey = cloud.arn('AWS::KMS::Key', 'TenantKey');
const tenantKeyPolicy = cloud.policyOf('AWS::KMS::Key', 'TenantKey');

const REPLICATOR = 'ReplicationRole';
const ERASER = 'EngineEraserRole';
const VERIFIER = 'EngineVerifierRole';
const ROLES = [
  REPLICATOR,
  'EnginePlannerRole',
  ERASER,
  'EngineSealerRole',
  VERIFIER,
  'EngineRecorderRole',
  'RecoveryHiderRole',
  'RecoveryRevealerRole',
  'LegalHoldsLockerRole',
  'ApiRole',
];
const WRITES = ['s3:PutObject', 's3:PutObjectTagging', 's3:ReplicateObject', 's3:ReplicateTags', 's3:ReplicateDelete'];

const onObject = (action: string, context: Request['context'] = {}): Request => ({
  action,
  resource: `${replica}/t-1/00/p-1/photo.jpg`,
  context,
  resourcePolicy: replicaPolicy,
});
const onKey = (action: string, key: 'replica' | 'tenant', region: string): Request => ({
  action,
  resource: key === 'replica' ? replicaKey : tenantKey,
  resourcePolicy: key === 'replica' ? replicaKeyPolicy : tenantKeyPolicy,
  context: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
});

async function allowed(request: Request): Promise<string[]> {
  const verdicts = await Promise.all(ROLES.map(async (role) => [role, await cloud.asRole(role, request)] as const));
  return verdicts.filter(([, verdict]) => verdict === 'Allowed').map(([role]) => role);
}

describe('the replica of customer files', () => {
  it('lies in Hyderabad, with its key', () => {
    expect(replicaKey).toMatch(/^arn:aws:kms:ap-south-2:/);
  });

  it('is written by S3’s replication and by nobody else', async () => {
    for (const action of WRITES) {
      const writers = action.startsWith('s3:Replicate') ? [REPLICATOR] : [];
      expect([action, await allowed(onObject(action))]).toEqual([action, writers]);
      const key = { 's3:x-amz-server-side-encryption-aws-kms-key-id': replicaKey };
      expect(await cloud.asAdministrator(onObject(action, key))).toBe('ExplicitlyDenied');
    }
  });

  it('is read by nobody', async () => {
    for (const action of ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectVersionForReplication'])
      expect([action, await allowed(onObject(action))]).toEqual([action, []]);
    for (const region of ['ap-south-1', 'ap-south-2'])
      expect(await allowed(onKey('kms:Decrypt', 'replica', region))).toEqual([]);
  });

  it('loses versions by the eraser, and markers by the one who reveals', async () => {
    expect(await allowed(onObject('s3:DeleteObjectVersion'))).toEqual([ERASER, 'RecoveryRevealerRole']);
    expect(await allowed(onObject('s3:AbortMultipartUpload'))).toEqual([ERASER]);
    expect(await allowed(onObject('s3:DeleteObject'))).toEqual([ERASER, 'RecoveryHiderRole']);
  });

  it('shows the verifier what is left and what is locked, and lets it delete nothing', async () => {
    expect(await cloud.asRole(VERIFIER, { action: 's3:ListBucketVersions', resource: replica })).toBe('Allowed');
    expect(await cloud.asRole(VERIFIER, onObject('s3:GetObjectLegalHold'))).toBe('Allowed');
  });

  it('is locked by legal holds as its source is', async () => {
    expect(await allowed(onObject('s3:PutObjectLegalHold'))).toEqual(['LegalHoldsLockerRole']);
  });

  it('refuses plain HTTP and TLS below 1.2', async () => {
    const list = (context: Request['context']) =>
      cloud.asRole(ERASER, { ...onObject('s3:DeleteObjectVersion'), context });
    expect(await list({ 'aws:SecureTransport': 'false' })).toBe('ExplicitlyDenied');
    expect(await list({ 's3:TlsVersion': '1.1' })).toBe('ExplicitlyDenied');
  });
});

describe('the role of replication', () => {
  const verdict = (action: string, resource: string) => cloud.asRole(REPLICATOR, { action, resource });

  it('reads the source for replication alone, and writes nothing there', async () => {
    const object = `${files}/t-1/00/p-1/photo.jpg`;
    expect(await verdict('s3:GetObjectVersionForReplication', object)).toBe('Allowed');
    for (const action of ['s3:GetObject', 's3:GetObjectVersion', 's3:DeleteObjectVersion', ...WRITES])
      expect([action, await verdict(action, object)]).toEqual([action, 'ImplicitlyDenied']);
  });

  it('reaches no other bucket', async () => {
    for (const name of ['Exports', 'BooksBucket', 'VaultBucket'])
      for (const action of ['s3:GetObjectVersionForReplication', 's3:ReplicateObject'])
        expect(await verdict(action, `${cloud.arn('AWS::S3::Bucket', name)}/a`)).toBe('ImplicitlyDenied');
  });

  it('decrypts through S3 in Mumbai and encrypts through S3 in Hyderabad, and not the other way round', async () => {
    expect(await cloud.asRole(REPLICATOR, onKey('kms:Decrypt', 'tenant', 'ap-south-1'))).toBe('Allowed');
    expect(await cloud.asRole(REPLICATOR, onKey('kms:Encrypt', 'replica', 'ap-south-2'))).toBe('Allowed');
    for (const request of [
      onKey('kms:Decrypt', 'tenant', 'ap-south-2'),
      onKey('kms:Encrypt', 'tenant', 'ap-south-1'),
      onKey('kms:Encrypt', 'replica', 'ap-south-1'),
      onKey('kms:Decrypt', 'replica', 'ap-south-2'),
    ])
      expect(await cloud.asRole(REPLICATOR, request)).toBe('ImplicitlyDenied');
  });

  it('is taken up by S3 alone', () => {
    expect(cloud.policyOf('AWS::IAM::Role', REPLICATOR)).toMatchObject({
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 's3.amazonaws.com' } }],
    });
  });
});
