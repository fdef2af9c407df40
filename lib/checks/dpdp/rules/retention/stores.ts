import type { Facts } from '../../facts';
import { at, isObject, possible, type TemplateResource, textOf, type Value } from '../../template';

/** CloudFormation types in which records of people come to rest. */
export const STORE_TYPES = [
  'AWS::S3::Bucket',
  'AWS::S3Express::DirectoryBucket',
  'AWS::S3Tables::TableBucket',
  'AWS::S3Vectors::VectorBucket',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::DSQL::Cluster',
  'AWS::DocDB::DBCluster',
  'AWS::DocDBElastic::Cluster',
  'AWS::Neptune::DBCluster',
  'AWS::NeptuneGraph::Graph',
  'AWS::EFS::FileSystem',
  'AWS::FSx::FileSystem',
  'AWS::OpenSearchService::Domain',
  'AWS::Elasticsearch::Domain',
  'AWS::OpenSearchServerless::Collection',
  'AWS::Redshift::Cluster',
  'AWS::RedshiftServerless::Namespace',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::ServerlessCache',
  'AWS::MemoryDB::Cluster',
  'AWS::Timestream::Database',
  'AWS::Timestream::Table',
  'AWS::Cassandra::Table',
  'AWS::Cognito::UserPool',
] as const;

/**
 * Every value that a tag of a store can have; undefined among them where it may be missing or where only a deployment
 * can tell. A global table has its tags on each replica.
 */
export function tagValues({ properties }: TemplateResource, key: string): readonly (string | undefined)[] {
  const { Tags, FileSystemTags, UserPoolTags, BackupVaultTags, Replicas } = properties;
  const own = Tags ?? FileSystemTags ?? UserPoolTags ?? BackupVaultTags;
  if (own === undefined && Array.isArray(Replicas) && Replicas.length > 0)
    return Replicas.flatMap(possible).flatMap((replica) => valuesIn(at(replica, 'Tags'), key));
  return valuesIn(own, key);
}

function valuesIn(tags: Value, key: string): readonly (string | undefined)[] {
  return possible(tags).flatMap((all) => {
    if (isObject(all)) return possible(all[key]).map(textOf);
    if (!Array.isArray(all)) return [undefined];
    const named = all.map(possible).filter((sides) => sides.some((tag) => at(tag, 'Key') === key));
    if (named.length === 0) return [undefined];
    return named
      .flat()
      .flatMap((tag) => (at(tag, 'Key') === key ? possible(at(tag, 'Value')).map(textOf) : [undefined]));
  });
}

/** Whether data of people may be in it: not only where a data role says so, but wherever none says that there is none. */
export function mayBePersonal(store: TemplateResource, facts: Facts): boolean {
  return tagValues(store, facts.tags.dataRole).some((role) => !isRole(role, facts) || facts.dataRoles[role]?.personal);
}

/** Whether it is the name of a data role. */
export function isRole(role: string | undefined, { dataRoles }: Facts): role is string {
  return role !== undefined && Object.hasOwn(dataRoles, role);
}

/** Whether the data in it may end with a termination. */
export function mayEndWithTermination(store: TemplateResource, facts: Facts): boolean {
  return tagValues(store, facts.tags.dataRole).some(
    (role) => !isRole(role, facts) || facts.terminationRoles.includes(role),
  );
}

/** Whether the class of what it holds is certainly one of these. */
export function isOfClass(store: TemplateResource, classes: readonly string[], facts: Facts): boolean {
  return tagValues(store, facts.tags.dataClass).every((name) => name !== undefined && classes.includes(name));
}

/** Whether the class of what it holds is one of these in some case. */
export function mayBeOfClass(store: TemplateResource, classes: readonly string[], facts: Facts): boolean {
  return tagValues(store, facts.tags.dataClass).some((name) => name !== undefined && classes.includes(name));
}
