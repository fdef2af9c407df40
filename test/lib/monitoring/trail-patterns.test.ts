import {
  bucketChanged,
  deniedOutside,
  keyChanged,
  rootUsed,
  trailChanged,
  wroteOutside,
} from '../../../lib/monitoring/trail-patterns';
import { matchesPattern } from '../support/log-pattern';

const INDIA = ['ap-south-1', 'ap-south-2'];
const PATTERNS = {
  denied: deniedOutside(INDIA),
  wrote: wroteOutside(INDIA),
  key: keyChanged(),
  root: rootUsed(),
  trail: trailChanged(),
  archive: bucketChanged('log-archive-1'),
};

/** A call as a trail records it, by a role in Mumbai. */
function call(eventName: string, service: string, more: Record<string, unknown> = {}) {
  return {
    eventVersion: '1.11',
    eventName,
    eventSource: `${service}.amazonaws.com`,
    eventType: 'AwsApiCall',
    awsRegion: 'ap-south-1',
    readOnly: false,
    userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/dev/somebody' },
    ...more,
  };
}

const DENIED = { errorCode: 'AccessDenied' };
const VIRGINIA = { awsRegion: 'us-east-1' };
const ROOT = { userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root' } };
const IN_ARCHIVE = { requestParameters: { bucketName: 'log-archive-1' } };

/** Names of the patterns that an event sets off. */
function setOffBy(event: unknown): string[] {
  return Object.entries(PATTERNS)
    .filter(([, pattern]) => matchesPattern(pattern, event))
    .map(([name]) => name);
}

describe('what sets off an alarm in the account', () => {
  it.each<[string, unknown, string[]]>([
    ['a denied call to Virginia', call('PutObject', 's3', { ...VIRGINIA, ...DENIED }), ['denied']],
    ['a denied instance in Singapore', ec2('ap-southeast-1', 'Client.UnauthorizedOperation'), ['denied']],
    ['a bucket made in Frankfurt', call('CreateBucket', 's3', { awsRegion: 'eu-central-1' }), ['wrote']],
    ['a key disabled', call('DisableKey', 'kms'), ['key']],
    ['a key deletion that was denied', call('ScheduleKeyDeletion', 'kms', DENIED), ['key']],
    ['a key policy by CloudFormation', call('PutKeyPolicy', 'kms'), ['key']],
    ['a sign-in of root', signIn(ROOT), ['root']],
    ['a call of root in Mumbai', call('ListBuckets', 's3', { ...ROOT, readOnly: true }), ['root']],
    ['a trail stopped', call('StopLogging', 'cloudtrail'), ['trail']],
    ['a trail told to see less', call('PutEventSelectors', 'cloudtrail'), ['trail']],
    ['a trail stopped, but denied', call('StopLogging', 'cloudtrail', DENIED), ['trail']],
    ['the archive’s policy removed', call('DeleteBucketPolicy', 's3', IN_ARCHIVE), ['archive']],
    ['the archive’s lock changed', call('PutObjectLockConfiguration', 's3', IN_ARCHIVE), ['archive']],
    ['the archive’s lifecycle changed', call('PutBucketLifecycle', 's3', IN_ARCHIVE), ['archive']],
  ])('%s', (_, event, expected) => {
    expect(setOffBy(event)).toEqual(expected);
  });
});

describe('what does not', () => {
  it.each<[string, unknown]>([
    ['a denied call in Mumbai', call('PutObject', 's3', DENIED)],
    ['a denied call in Hyderabad', call('PutObject', 's3', { ...DENIED, awsRegion: 'ap-south-2' })],
    ['a denied call of IAM, which is recorded in Virginia', call('CreateUser', 'iam', { ...VIRGINIA, ...DENIED })],
    ['a role made, which is recorded in Virginia', call('CreateRole', 'iam', VIRGINIA)],
    ['a look at another Region', call('DescribeVpcs', 'ec2', { ...VIRGINIA, readOnly: true })],
    ['a sign-in of a person', signIn({})],
    [
      'something that AWS does for root',
      call('Decrypt', 'kms', { userIdentity: { ...ROOT.userIdentity, invokedBy: 'aws' } }),
    ],
    ['a key used', call('GenerateDataKey', 'kms', { readOnly: true })],
    ['a look at the trail', call('GetTrailStatus', 'cloudtrail', { readOnly: true })],
    ['the policy of another bucket', call('PutBucketPolicy', 's3', { requestParameters: { bucketName: 'files-1' } })],
    ['a file delivered to the archive', call('PutObject', 's3', IN_ARCHIVE)],
  ])('%s', (_, event) => {
    expect(setOffBy(event)).toEqual([]);
  });
});

it.each(Object.entries(PATTERNS))('the pattern %s fits into what CloudWatch takes', (_, pattern) => {
  expect(pattern.length).toBeLessThanOrEqual(1024);
});

function ec2(awsRegion: string, errorCode: string) {
  return call('RunInstances', 'ec2', { awsRegion, errorCode });
}

function signIn(more: Record<string, unknown>) {
  return call('ConsoleLogin', 'signin', { ...VIRGINIA, eventType: 'AwsConsoleSignIn', ...more });
}
