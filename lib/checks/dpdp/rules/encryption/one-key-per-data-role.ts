import type { Facts } from '../../facts';
import { remembered } from '../../follow';
import { keysNamed } from '../../keys';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { items, type Template, type TemplateResource, type Value } from '../../template';

/** Where a store names its key. */
const KEYS: Readonly<Record<string, (store: TemplateResource) => readonly Value[]>> = {
  'AWS::S3::Bucket': ({ properties }) =>
    items(reach(properties.BucketEncryption, 'ServerSideEncryptionConfiguration').flatMap(items)).flatMap((rule) =>
      reach(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'),
    ),
  'AWS::DynamoDB::Table': ({ properties }) => reach(properties.SSESpecification, 'KMSMasterKeyId'),
  'AWS::DynamoDB::GlobalTable': ({ properties }) =>
    items(properties.Replicas).flatMap((replica) => reach(replica, 'SSESpecification', 'KMSMasterKeyId')),
  'AWS::RDS::DBInstance': ({ properties }) => reach(properties.KmsKeyId),
  'AWS::RDS::DBCluster': ({ properties }) => reach(properties.KmsKeyId),
  'AWS::EFS::FileSystem': ({ properties }) => reach(properties.KmsKeyId),
  'AWS::SQS::Queue': ({ properties }) => reach(properties.KmsMasterKeyId),
  'AWS::Kinesis::Stream': ({ properties }) => reach(properties.StreamEncryption, 'KeyId'),
  'AWS::OpenSearchService::Domain': ({ properties }) => reach(properties.EncryptionAtRestOptions, 'KmsKeyId'),
};

const [firstType = 'AWS::S3::Bucket', ...types] = Object.keys(KEYS);

type RolesByKey = ReadonlyMap<TemplateResource | string, ReadonlySet<string>>;

const rolesOfApp = new WeakMap<readonly Template[], RolesByKey>();

export const oneKeyPerDataRole: Rule = {
  id: 'OneKeyPerDataRole',
  area: 'keys',
  severity: 'error',
  title: 'Stores of different data roles do not share a key.',
  why: 'Who decides about the data decides who may open it: under one key, whoever works for a tenant can open accounts as well. It goes by the tag of the data role, and by no other.',
  fix: 'Give each data role a key of its own, and name it in each store of that role.',
  serves: [SOURCES.access, SOURCES.encryption],
  types: [firstType, ...types],
  check: (resource, facts) => {
    if (!isPersonalRole(roleOf(resource, facts), facts)) return 'not-applicable';
    const keys = keysOf(resource);
    if (keys.length === 0) return 'not-applicable';
    const roles = remembered(rolesOfApp, resource.app, () => rolesByKey(resource.app, facts));
    return keys.every((key) => (roles.get(key)?.size ?? 0) <= 1) ? 'compliant' : 'broken';
  },
};

function rolesByKey(app: readonly Template[], facts: Facts): RolesByKey {
  const roles = new Map<TemplateResource | string, Set<string>>();
  for (const store of app.flatMap((template) => template.ofType(firstType, ...types))) {
    const role = roleOf(store, facts);
    if (role === undefined || !isPersonalRole(role, facts)) continue;
    for (const key of keysOf(store)) roles.set(key, (roles.get(key) ?? new Set()).add(role));
  }
  return roles;
}

function roleOf(store: TemplateResource, { tags }: Facts): string | undefined {
  return store.tags.get(tags.dataRole);
}

/** Under whose key it is matters only for data about people. */
function isPersonalRole(role: string | undefined, { dataRoles }: Facts): boolean {
  return role !== undefined && (dataRoles[role]?.personal ?? true);
}

function keysOf(store: TemplateResource): readonly (TemplateResource | string)[] {
  return (KEYS[store.type]?.(store) ?? []).filter((key) => !isAbsent(key)).flatMap((key) => keysNamed(key, store));
}
