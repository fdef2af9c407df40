import { Cloud } from '../support/iam';
import { ACCOUNT } from '../support/resolve';
import { templatesOf } from '../support/stages';

const { controlPlane } = templatesOf('prod');
const cloud = new Cloud('prod');
const ROLE = 'LogIntegrityValidatorRole';

describe('the validation of digests', () => {
  it('runs every day, after midnight in India', () => {
    controlPlane.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'cron(30 20 * * ? *)' });
  });

  it('is told where the digests of this account begin, and whose they are', () => {
    const Description = "Validates the trail's logs against CloudTrail's signed digests, every day";
    const [fn] = Object.values(controlPlane.findResources('AWS::Lambda::Function', { Properties: { Description } }));
    expect(fn?.Properties.Environment.Variables).toMatchObject({
      TRAIL_NAME: 'digicrm-prod',
      EVENT_BUS: 'default',
      DIGEST_PREFIX: {
        'Fn::Join': ['', ['cloudtrail/AWSLogs/', { Ref: 'AWS::AccountId' }, '/CloudTrail-Digest/']],
      },
    });
  });

  it('reads what the trail wrote, and no other log', async () => {
    const resourcePolicy = cloud.policyOf('AWS::S3::Bucket', 'LogArchive');
    const bucket = cloud.arn('AWS::S3::Bucket', 'LogArchive');
    const ask = (action: string, key: string) =>
      cloud.asRole(ROLE, { action, resource: `${bucket}/${key}`, resourcePolicy });
    expect(await ask('s3:GetObject', `cloudtrail/AWSLogs/${ACCOUNT}/a.json.gz`)).toBe('Allowed');
    expect(await ask('s3:GetObject', `vpc-flow-logs/AWSLogs/${ACCOUNT}/a.gz`)).toBe('ImplicitlyDenied');
    expect(await cloud.asRole(ROLE, { action: 's3:ListBucket', resource: bucket, resourcePolicy })).toBe('Allowed');
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention'])
      expect([action, await ask(action, 'cloudtrail/a')]).toEqual([action, 'ExplicitlyDenied']);
  });

  it('decrypts logs through S3, as a reader of logs, and cannot encrypt', async () => {
    const ask = (action: string, service: string) =>
      cloud.asRole(ROLE, {
        action,
        resource: cloud.arn('AWS::KMS::Key', 'LogKey'),
        resourcePolicy: cloud.policyOf('AWS::KMS::Key', 'LogKey'),
        context: { 'kms:ViaService': `${service}.ap-south-1.amazonaws.com` },
      });
    expect(await ask('kms:Decrypt', 's3')).toBe('Allowed');
    expect(await ask('kms:Decrypt', 'lambda')).toBe('ImplicitlyDenied');
    expect(await ask('kms:GenerateDataKey', 's3')).toBe('ImplicitlyDenied');
  });

  it('asks CloudTrail for public keys, and can do nothing to a trail', async () => {
    const resource = `arn:aws:cloudtrail:ap-south-1:${ACCOUNT}:trail/digicrm-prod`;
    expect(await cloud.asRole(ROLE, { action: 'cloudtrail:ListPublicKeys', resource: '*' })).toBe('Allowed');
    for (const action of ['cloudtrail:StopLogging', 'cloudtrail:UpdateTrail', 'cloudtrail:PutEventSelectors'])
      expect(await cloud.asRole(ROLE, { action, resource })).toBe('ExplicitlyDenied');
  });

  it('tells the result to the bus that it was given, and to no other', async () => {
    const put = (bus: string) =>
      cloud.asRole(ROLE, {
        action: 'events:PutEvents',
        resource: `arn:aws:events:ap-south-1:${ACCOUNT}:event-bus/${bus}`,
      });
    expect(await put('default')).toBe('Allowed');
    expect(await put('other')).toBe('ImplicitlyDenied');
  });
});
