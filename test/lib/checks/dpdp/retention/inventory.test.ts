import { personalStoresNameTheirClass } from '../../../../../lib/checks/dpdp/rules/retention/personal-stores-name-their-class';
import { storesNameTheirDataRole } from '../../../../../lib/checks/dpdp/rules/retention/stores-name-their-data-role';
import { judge } from '../support/judge';
import { tags } from './support/stores';

const role = (value: unknown) => [{ Key: 'digicrm:data-role', Value: value }];

function roleVerdict(type: string, properties: Record<string, unknown>) {
  return judge(storesNameTheirDataRole, { It: { Type: type, Properties: properties } }).It;
}

describe('StoresNameTheirDataRole', () => {
  it.each([
    ['AWS::S3::Bucket', { Tags: role('tenant') }],
    ['AWS::EFS::FileSystem', { FileSystemTags: role('account') }],
    ['AWS::RDS::DBCluster', { Tags: role('books') }],
    ['AWS::S3Tables::TableBucket', { Tags: role('none') }],
    ['AWS::Cognito::UserPool', { UserPoolTags: { 'digicrm:data-role': 'account' } }],
    ['AWS::DynamoDB::Table', { Tags: role({ 'Fn::If': ['C', 'tenant', 'account'] }) }],
    ['AWS::DynamoDB::Table', { Tags: { 'Fn::If': ['C', role('tenant'), role('none')] } }],
    ['AWS::DynamoDB::GlobalTable', { Replicas: [{ Tags: role('tenant') }, { Tags: role('tenant') }] }],
  ])('is content with a %s that says it as %j', (type, properties) => {
    expect(roleVerdict(type, properties)).toBe('compliant');
  });

  it.each([
    ['AWS::S3::Bucket', {}],
    ['AWS::S3::Bucket', { Tags: role('customers') }],
    ['AWS::S3::Bucket', { Tags: role('constructor') }],
    ['AWS::OpenSearchService::Domain', { Tags: role({ Ref: 'Role' }) }],
    ['AWS::Timestream::Table', { Tags: { Ref: 'Tags' } }],
    ['AWS::ElastiCache::ReplicationGroup', { Tags: [{ 'Fn::If': ['C', role('none')[0], { Ref: 'AWS::NoValue' }] }] }],
    ['AWS::DynamoDB::GlobalTable', { Replicas: [{ Tags: role('tenant') }, {}] }],
  ])('finds a %s with %j', (type, properties) => {
    expect(roleVerdict(type, properties)).toBe('broken');
  });
});

describe('PersonalStoresNameTheirClass', () => {
  it.each([
    ['compliant', tags('tenant', 'crm-records')],
    ['broken', tags('tenant')],
    ['broken', tags('tenant', ' ')],
    ['broken', tags(undefined)],
    ['broken', tags('whatever')],
    ['not-applicable', tags('none')],
  ])('says %s of the tags %j', (verdict, Tags) => {
    const table = { Type: 'AWS::DynamoDB::Table', Properties: { Tags } };
    expect(judge(personalStoresNameTheirClass, { It: table }).It).toBe(verdict);
  });
});
