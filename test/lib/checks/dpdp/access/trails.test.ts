import { databasesLogged } from '../../../../../lib/checks/dpdp/rules/access/databases-logged';
import { dnsQueriesLogged } from '../../../../../lib/checks/dpdp/rules/access/dns-queries-logged';
import { s3AccessLogged } from '../../../../../lib/checks/dpdp/rules/access/s3-access-logged';
import { trailWatchesData } from '../../../../../lib/checks/dpdp/rules/access/trail-watches-data';
import { judge } from '../support/judge';

type Properties = Record<string, unknown>;

const either = (yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': ['Condition', yes, no] });
const field = (Field: string, more: Properties) => ({ Field, ...more });
const selector = (type: string, ...more: unknown[]) => ({
  FieldSelectors: [field('eventCategory', { Equals: ['Data'] }), field('resources.type', { Equals: [type] }), ...more],
});
const trail = (properties: Properties) => ({
  Type: 'AWS::CloudTrail::Trail',
  Properties: { IsLogging: true, ...properties },
});
const advanced = (...AdvancedEventSelectors: unknown[]) => trail({ AdvancedEventSelectors });
const OBJECTS = 'AWS::S3::Object';
const ITEMS = 'AWS::DynamoDB::Table';

describe('accesses to buckets', () => {
  const bucket = (Properties: Properties = {}) => ({ Type: 'AWS::S3::Bucket', Properties });
  const judged = (properties: Properties, more: Parameters<typeof judge>[1] = {}) =>
    judge(s3AccessLogged, { It: bucket(properties), Logs: bucket(), ...more });
  const logging = { LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs' } } };

  it('are logged in every case, and into what need not be logged itself', () => {
    expect(judged(logging)).toEqual({ It: 'compliant', Logs: 'not-applicable' });
    expect(judged({ LoggingConfiguration: { LogFilePrefix: 'own/' } }).It).toBe('compliant');
    expect(judged({})).toEqual({ It: 'broken', Logs: 'broken' });
    expect(judged({ LoggingConfiguration: either(logging.LoggingConfiguration) }).It).toBe('broken');
    expect(judged({ LoggingConfiguration: { Ref: 'Parameter' } }).It).toBe('broken');
  });

  it('are logged into a bucket that is named, also of another stack', () => {
    const other = { Resources: { Else: bucket({ LoggingConfiguration: { DestinationBucketName: 'the-logs' } }) } };
    expect(judge(s3AccessLogged, { It: bucket({ BucketName: 'the-logs' }) }, { others: [other] }).It).toBe(
      'not-applicable',
    );
    const itself = { BucketName: 'mine', LoggingConfiguration: either({ DestinationBucketName: 'mine' }) };
    expect(judge(s3AccessLogged, { It: bucket(itself) }).It).toBe('broken');
  });

  it('may be recorded by a trail instead', () => {
    const within = (operator: string, id: string) =>
      advanced(selector(OBJECTS, field('resources.ARN', { [operator]: [{ 'Fn::Sub': `$${`{${id}.Arn}`}/` }] })));
    const all = [
      advanced(selector(OBJECTS)),
      within('StartsWith', 'It'),
      within('NotStartsWith', 'Logs'),
      trail({ EventSelectors: [{ DataResources: [{ Type: OBJECTS, Values: ['arn:aws:s3'] }] }] }),
      trail({ EventSelectors: { DataResources: { Type: OBJECTS, Values: [{ 'Fn::Sub': '$' + '{It.Arn}/' }] } } }),
    ];
    for (const Trail of all) expect(judged({}, { Trail }).It).toBe('compliant');
    const none = [
      advanced(selector(ITEMS)),
      within('StartsWith', 'Logs'),
      within('NotStartsWith', 'It'),
      advanced(selector(OBJECTS, field('readOnly', { Equals: ['false'] }))),
      advanced(selector(OBJECTS, field('resources.ARN', { Unheard: ['of'] }))),
      trail({ IsLogging: false, AdvancedEventSelectors: [selector(OBJECTS)] }),
      trail({
        EventSelectors: [{ ReadWriteType: 'WriteOnly', DataResources: [{ Type: OBJECTS, Values: ['arn:aws:s3'] }] }],
      }),
      trail({ EventSelectors: [{ DataResources: [{ Ref: 'Data' }] }] }),
    ];
    for (const Trail of none) expect(judged({}, { Trail }).It).toBe('broken');
  });
});

describe('data events', () => {
  const judged = (It: ReturnType<typeof trail>, more: Parameters<typeof judge>[1] = {}) =>
    judge(trailWatchesData, { It, ...more }).It;
  const stores = { Table: { Type: 'AWS::DynamoDB::Table' }, Bucket: { Type: 'AWS::S3::Bucket' } };

  it('are recorded of all that the app stores', () => {
    expect(judged(advanced(selector(OBJECTS), selector(ITEMS)), stores)).toEqual([]);
    expect(judged(advanced(selector(OBJECTS)), stores)).toEqual([ITEMS]);
    expect(judged(trail({}), stores)).toEqual([OBJECTS, ITEMS]);
    expect(judged(trail({}), { Table: stores.Table })).toEqual([ITEMS]);
    expect(judged(trail({}))).toEqual([]);
  });

  it('may be recorded by several trails, but not of a part', () => {
    const part = selector(ITEMS, field('resources.ARN', { Equals: ['arn:aws:dynamodb:ap-south-1:1:table/one'] }));
    expect(judged(advanced(selector(OBJECTS)), { ...stores, Other: advanced(selector(ITEMS)) })).toEqual([]);
    expect(judged(advanced(selector(OBJECTS), part), stores)).toEqual([ITEMS]);
  });
});

describe('logs of databases', () => {
  const judged = (Type: string, Properties: Properties = {}) => judge(databasesLogged, { It: { Type, Properties } }).It;

  it('are sent to where they are kept', () => {
    expect(judged('AWS::RDS::DBInstance', { EnableCloudwatchLogsExports: ['audit'] })).toBe('compliant');
    expect(judged('AWS::RDS::DBInstance', { DBClusterIdentifier: { Ref: 'Cluster' } })).toBe('not-applicable');
    expect(judged('AWS::Redshift::Cluster', { LoggingProperties: { BucketName: 'logs' } })).toBe('compliant');
    const audit = { AUDIT_LOGS: { CloudWatchLogsLogGroupArn: { Ref: 'Arn' }, Enabled: 'true' } };
    expect(judged('AWS::OpenSearchService::Domain', { LogPublishingOptions: audit })).toBe('compliant');
  });

  it('are missed', () => {
    expect(judged('AWS::RDS::DBCluster')).toBe('broken');
    expect(judged('AWS::RDS::DBCluster', { EnableCloudwatchLogsExports: [] })).toBe('broken');
    expect(judged('AWS::RDS::DBInstance', { EnableCloudwatchLogsExports: either(['audit']) })).toBe('broken');
    expect(judged('AWS::Redshift::Cluster')).toBe('broken');
    const off = { AUDIT_LOGS: { CloudWatchLogsLogGroupArn: 'arn', Enabled: either(true, false) } };
    expect(judged('AWS::OpenSearchService::Domain', { LogPublishingOptions: off })).toBe('broken');
  });
});

describe('questions about names', () => {
  const vpc = { Type: 'AWS::EC2::VPC' };
  const judged = (ResourceId: unknown) =>
    judge(dnsQueriesLogged, {
      It: vpc,
      Other: vpc,
      Log: { Type: 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', Properties: { ResourceId } },
    }).It;

  it('are logged for this network, in every case', () => {
    expect(judged({ Ref: 'It' })).toBe('compliant');
    expect(judged({ 'Fn::GetAtt': 'It.VpcId' })).toBe('compliant');
    expect(judged({ Ref: 'Other' })).toBe('broken');
    expect(judged(either({ Ref: 'It' }, { Ref: 'Other' }))).toBe('broken');
    expect(judge(dnsQueriesLogged, { It: vpc }).It).toBe('broken');
  });
});
