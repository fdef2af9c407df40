import { Match } from 'aws-cdk-lib/assertions';
import { Cloud } from '../support/iam';
import { ACCOUNT, resolveTemplates } from '../support/resolve';
import { templatesOf } from '../support/stages';

interface Selector {
  readonly FieldSelectors: readonly {
    readonly Field: string;
    readonly Equals?: string[];
    readonly NotEquals?: string[];
    readonly StartsWith?: string[];
    readonly NotStartsWith?: string[];
  }[];
}
type Event = Readonly<Record<string, string>>;

/** Whether the trail records an event, as CloudTrail reads selectors: any of them, and in it every field. */
function records(selectors: readonly Selector[], event: Event): boolean {
  return selectors.some(({ FieldSelectors }) =>
    FieldSelectors.every(({ Field, Equals, NotEquals, StartsWith, NotStartsWith }) => {
      const value = event[Field] ?? '';
      return (
        (Equals?.includes(value) ?? true) &&
        !NotEquals?.includes(value) &&
        (StartsWith?.some((start) => value.startsWith(start)) ?? true) &&
        !NotStartsWith?.some((start) => value.startsWith(start))
      );
    }),
  );
}

describe.each(['prod', 'dev'])('the trail of stage %s', (stage) => {
  const templates = templatesOf(stage);
  const cloud = new Cloud(stage);
  const trails = Object.values(resolveTemplates(templates)).filter((r) => r.Type === 'AWS::CloudTrail::Trail');
  const selectors = trails[0]?.Properties.AdvancedEventSelectors as Selector[];
  const object = (bucket: string, eventName: string): Event => ({
    eventCategory: 'Data',
    'resources.type': 'AWS::S3::Object',
    'resources.ARN': `${bucket.startsWith('arn') ? bucket : cloud.arn('AWS::S3::Bucket', bucket)}/a`,
    eventName,
  });

  it('is one, runs in every Region, signs what it writes, and encrypts it with the key of logs', () => {
    expect(trails.map((trail) => trail.Properties)).toEqual([
      expect.objectContaining({
        TrailName: `digicrm-${stage}`,
        IsLogging: true,
        IsMultiRegionTrail: true,
        IncludeGlobalServiceEvents: true,
        EnableLogFileValidation: true,
        KMSKeyId: cloud.arn('AWS::KMS::Key', 'LogKey'),
        S3BucketName: cloud.nameOf('AWS::S3::Bucket', 'LogArchive'),
        S3KeyPrefix: 'cloudtrail',
      }),
    ]);
  });

  it('is made after the policies that let it write', () => {
    templates.audit.hasResource('AWS::CloudTrail::Trail', {
      DependsOn: Match.arrayWith([
        Match.stringLikeRegexp('^LogArchivePolicy'),
        Match.stringLikeRegexp('^TrailDeliveryRoleDefaultPolicy'),
      ]),
    });
  });

  it('records every management event', () => {
    expect(records(selectors, { eventCategory: 'Management', eventName: 'ScheduleKeyDeletion' })).toBe(true);
    expect(records(selectors, { eventCategory: 'Management', eventName: 'DescribeTrails', readOnly: 'true' })).toBe(
      true,
    );
  });

  it('records what is done with objects of every bucket, also of one that is made later', () => {
    for (const bucket of ['CustomerFiles', 'Exports', 'VaultBucket', 'BooksBucket', 'arn:aws:s3:::made-later'])
      for (const eventName of ['GetObject', 'PutObject', 'DeleteObject', 'DeleteObjects'])
        expect([bucket, eventName, records(selectors, object(bucket, eventName))]).toEqual([bucket, eventName, true]);
  });

  it('records who reads or deletes logs, but not their deliveries, of which each would cause the next', () => {
    for (const bucket of ['LogArchive', 'ConfigurationHistory', 'AccessLogs']) {
      expect(records(selectors, object(bucket, 'GetObject'))).toBe(true);
      expect(records(selectors, object(bucket, 'DeleteObject'))).toBe(true);
      for (const eventName of ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])
        expect([bucket, eventName, records(selectors, object(bucket, eventName))]).toEqual([bucket, eventName, false]);
    }
  });

  it('records what is done with items of every table', () => {
    for (const eventName of ['GetItem', 'PutItem', 'Query', 'BatchWriteItem']) {
      const event = { eventCategory: 'Data', 'resources.type': 'AWS::DynamoDB::Table', eventName };
      expect(records(selectors, event)).toBe(true);
    }
  });

  it('also writes into a log group that is encrypted, kept, and holds events for 400 days', () => {
    templates.audit.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Retain',
      Properties: { RetentionInDays: 400, KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LogKey'), 'Arn'] } },
    });
  });

  it('writes there with a role that can do nothing else, and that CloudTrail alone takes up', async () => {
    const group = cloud.nameOf('AWS::Logs::LogGroup', 'TrailLogs');
    const ask = (action: string, stream: string, of = group) =>
      cloud.asRole('TrailDeliveryRole', {
        action,
        resource: `arn:aws:logs:ap-south-1:${ACCOUNT}:log-group:${of}:log-stream:${stream}`,
      });
    const own = `${ACCOUNT}_CloudTrail_ap-south-1_2`;
    expect(await ask('logs:PutLogEvents', own)).toBe('Allowed');
    expect(await ask('logs:CreateLogStream', own)).toBe('Allowed');
    expect(await ask('logs:PutLogEvents', 'other')).toBe('ImplicitlyDenied');
    expect(await ask('logs:PutLogEvents', own, 'other')).toBe('ImplicitlyDenied');
    expect(await ask('logs:DeleteLogStream', own)).toBe('ExplicitlyDenied');
    expect(cloud.policyOf('AWS::IAM::Role', 'TrailDeliveryRole')).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'cloudtrail.amazonaws.com' } }],
    });
  });
});

it('stage local has no trail, because its cloud has none', () => {
  templatesOf('local').audit.resourceCountIs('AWS::CloudTrail::Trail', 0);
});
