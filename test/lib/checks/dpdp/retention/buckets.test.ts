import fc from 'fast-check';
import type { Rule } from '../../../../../lib/checks/dpdp/rule';
import { expiringStoresExpire } from '../../../../../lib/checks/dpdp/rules/retention/expiring-stores-expire';
import { s3ExpiredMarkersGo } from '../../../../../lib/checks/dpdp/rules/retention/s3-expired-markers-go';
import { s3HasLifecycle } from '../../../../../lib/checks/dpdp/rules/retention/s3-has-lifecycle';
import { s3NoExpiryByCreationDate } from '../../../../../lib/checks/dpdp/rules/retention/s3-no-expiry-by-creation-date';
import { s3NoncurrentVersionsExpire } from '../../../../../lib/checks/dpdp/rules/retention/s3-noncurrent-versions-expire';
import { s3ReplicasForgetToo } from '../../../../../lib/checks/dpdp/rules/retention/s3-replicas-forget-too';
import { s3UnfinishedUploadsExpire } from '../../../../../lib/checks/dpdp/rules/retention/s3-unfinished-uploads-expire';
import { s3VersionedWherePersonal } from '../../../../../lib/checks/dpdp/rules/retention/s3-versioned-where-personal';
import { judge } from '../support/judge';
import { bucket, tags } from './support/stores';

const NET = {
  Status: 'Enabled',
  NoncurrentVersionExpiration: { NoncurrentDays: 89 },
  ExpiredObjectDeleteMarker: true,
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};
const FILES = { dataRole: 'tenant', dataClass: 'customer-files' };

function verdict(rule: Rule, rules: unknown, more: Record<string, unknown> = FILES) {
  return judge(rule, { It: bucket(rules, more) }).It;
}

describe.each([
  ['S3HasLifecycle', s3HasLifecycle],
  ['S3NoncurrentVersionsExpire', s3NoncurrentVersionsExpire],
  ['S3ExpiredMarkersGo', s3ExpiredMarkersGo],
  ['S3UnfinishedUploadsExpire', s3UnfinishedUploadsExpire],
])('%s', (_, rule) => {
  it.each([
    [[NET]],
    [[{ Status: 'Disabled' }, { ...NET, Prefix: '', TagFilters: [] }]],
    [[{ 'Fn::If': ['C', NET, { ...NET, Id: 'other' }] }]],
    [{ 'Fn::If': ['C', [NET], [NET]] }],
  ])('is content with the whole bucket in %j', (rules) => {
    expect(verdict(rule, rules)).toBe('compliant');
  });

  it.each([
    [undefined],
    [[]],
    [{ Ref: 'Rules' }],
    [[{ ...NET, Status: 'Disabled' }]],
    [[{ ...NET, Status: { Ref: 'Status' } }]],
    [[{ ...NET, Prefix: 'files/' }]],
    [[{ ...NET, TagFilters: [{ Key: 'ended', Value: 'true' }] }]],
    [[{ ...NET, ObjectSizeLessThan: '1000' }]],
    [[{ 'Fn::If': ['C', NET, { Ref: 'AWS::NoValue' }] }]],
    [{ 'Fn::If': ['C', [NET], []] }],
  ])('finds a bucket with %j', (rules) => {
    expect(verdict(rule, rules)).toBe('broken');
  });
});

describe('S3NoncurrentVersionsExpire', () => {
  const days = (value: unknown) => [{ ...NET, NoncurrentVersionExpiration: { NoncurrentDays: value } }];

  it('takes exactly the days that end within the window once S3 has rounded them up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.boolean(), (number, asText) => {
        const found = verdict(s3NoncurrentVersionsExpire, days(asText ? String(number) : number));
        expect(found).toBe(number + 1 <= 90 ? 'compliant' : 'broken');
      }),
    );
  });

  it('knows the older shape', () => {
    const older = [{ Status: 'Enabled', NoncurrentVersionExpirationInDays: 30 }];
    expect(verdict(s3NoncurrentVersionsExpire, older)).toBe('compliant');
  });

  it.each([[{ Ref: 'Days' }], [{ 'Fn::If': ['C', 30, 365] }], [0], ['soon']])('finds %j days', (value) => {
    expect(verdict(s3NoncurrentVersionsExpire, days(value))).toBe('broken');
  });

  it('finds versions that stay because they are among the newest', () => {
    const rules = [{ ...NET, NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 3 } }];
    expect(verdict(s3NoncurrentVersionsExpire, rules)).toBe('broken');
  });

  it.each([
    ['not-applicable', { dataRole: 'none' }],
    ['not-applicable', { dataRole: 'tenant', dataClass: 'sealed-data' }],
    ['not-applicable', { ...FILES, VersioningConfiguration: { Ref: 'AWS::NoValue' } }],
    ['broken', { ...FILES, VersioningConfiguration: undefined, ObjectLockEnabled: true }],
    ['broken', { ...FILES, VersioningConfiguration: { Status: 'Suspended' } }],
    ['broken', { ...FILES, VersioningConfiguration: { Ref: 'Versioning' } }],
    ['broken', {}],
  ])('says %s without the rule where the bucket is %j', (expected, more) => {
    expect(verdict(s3NoncurrentVersionsExpire, undefined, more)).toBe(expected);
  });
});

describe('S3ExpiredMarkersGo', () => {
  it('knows that an expiry by age takes lone markers too', () => {
    expect(verdict(s3ExpiredMarkersGo, [{ Status: 'Enabled', ExpirationInDays: '7' }])).toBe('compliant');
  });

  it('finds the switch off', () => {
    expect(verdict(s3ExpiredMarkersGo, [{ ...NET, ExpiredObjectDeleteMarker: false }])).toBe('broken');
  });
});

describe('S3NoExpiryByCreationDate', () => {
  it.each([
    [[{ Status: 'Enabled', ExpirationInDays: 90 }]],
    [[NET, { Status: 'Enabled', ExpirationDate: '2027-05-13' }]],
    [[{ Status: 'Enabled', ExpirationInDays: 90, TagFilters: [{ Key: 'terminated', Value: 'true' }] }]],
    [[{ Status: { Ref: 'Status' }, ExpirationInDays: 90 }]],
    [[{ 'Fn::If': ['C', { Status: 'Enabled', ExpirationInDays: { Ref: 'Days' } }, { Ref: 'AWS::NoValue' }] }]],
    [{ Ref: 'Rules' }],
    [[{ Ref: 'Rule' }]],
  ])('finds %j on data that ends with a termination', (rules) => {
    expect(verdict(s3NoExpiryByCreationDate, rules)).toBe('broken');
  });

  it.each([[[NET]], [undefined], [[{ Status: 'Disabled', ExpirationInDays: 90 }]]])('is content with %j', (rules) => {
    expect(verdict(s3NoExpiryByCreationDate, rules)).toBe('compliant');
  });

  it.each([
    ['not-applicable', { dataRole: 'tenant', dataClass: 'exports' }],
    ['not-applicable', { dataRole: 'telemetry', dataClass: 'security-logs' }],
    ['not-applicable', { dataRole: 'none' }],
    ['broken', {}],
  ])('says %s of an expiry by age where the bucket is %j', (expected, more) => {
    expect(verdict(s3NoExpiryByCreationDate, [{ Status: 'Enabled', ExpirationInDays: 7 }], more)).toBe(expected);
  });
});

describe('ExpiringStoresExpire', () => {
  const EXPORTS = { dataRole: 'tenant', dataClass: 'exports' };

  it.each([
    ['compliant', [{ Status: 'Enabled', ExpirationInDays: 7 }], EXPORTS],
    ['broken', [{ Status: 'Enabled', ExpirationInDays: 7, Prefix: 'csv/' }], EXPORTS],
    ['broken', [{ Status: 'Enabled', ExpirationInDays: 900 }], EXPORTS],
    ['broken', [NET], EXPORTS],
    ['not-applicable', [NET], FILES],
  ])('says %s of a bucket with %j and %j', (expected, rules, more) => {
    expect(verdict(expiringStoresExpire, rules, more)).toBe(expected);
  });

  it.each([
    ['compliant', { AttributeName: 'expiresAt', Enabled: 'true' }],
    ['broken', { AttributeName: 'expiresAt', Enabled: false }],
    ['broken', undefined],
    ['broken', { Ref: 'Specification' }],
  ])('says %s of a table whose items live by %j', (expected, TimeToLiveSpecification) => {
    const Properties = { TimeToLiveSpecification, Tags: tags('tenant', 'transfer-payloads') };
    expect(judge(expiringStoresExpire, { It: { Type: 'AWS::DynamoDB::Table', Properties } }).It).toBe(expected);
  });
});

describe('S3VersionedWherePersonal', () => {
  it.each([
    ['compliant', FILES],
    [
      'compliant',
      { ...FILES, VersioningConfiguration: { 'Fn::If': ['C', { Status: 'Enabled' }, { Status: 'Enabled' }] } },
    ],
    ['compliant', { ...FILES, VersioningConfiguration: undefined, ObjectLockEnabled: 'true' }],
    ['broken', { ...FILES, VersioningConfiguration: undefined }],
    ['broken', { ...FILES, VersioningConfiguration: { Status: 'Suspended' }, ObjectLockEnabled: true }],
    ['broken', { ...FILES, VersioningConfiguration: { Status: { Ref: 'Status' } } }],
    ['broken', { VersioningConfiguration: undefined }],
    ['not-applicable', { dataRole: 'none', VersioningConfiguration: undefined }],
    ['not-applicable', { dataRole: 'tenant', dataClass: 'exports', VersioningConfiguration: undefined }],
  ])('says %s of %j', (expected, more) => {
    expect(verdict(s3VersionedWherePersonal, undefined, more)).toBe(expected);
  });
});

describe('S3ReplicasForgetToo', () => {
  const MARKERS = { Status: 'Enabled', Filter: { Prefix: '' }, DeleteMarkerReplication: { Status: 'Enabled' } };

  it.each([
    ['compliant', { Rules: [MARKERS] }],
    ['compliant', { Rules: [MARKERS, { Status: 'Disabled', Filter: {} }] }],
    ['compliant', { Rules: [{ Status: 'Enabled', Prefix: '' }] }],
    ['broken', { Rules: [{ ...MARKERS, DeleteMarkerReplication: { Status: 'Disabled' } }] }],
    ['broken', { Rules: [{ Status: 'Enabled', Filter: { Prefix: '' } }] }],
    ['broken', { Rules: { Ref: 'Rules' } }],
    ['broken', { 'Fn::If': ['C', { Rules: [MARKERS] }, { Ref: 'Else' }] }],
    ['not-applicable', undefined],
  ])('says %s of %j', (expected, ReplicationConfiguration) => {
    expect(verdict(s3ReplicasForgetToo, undefined, { ...FILES, ReplicationConfiguration })).toBe(expected);
  });
});
