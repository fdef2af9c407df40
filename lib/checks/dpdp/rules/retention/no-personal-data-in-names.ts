import type { Rule } from '../../rule';
import { possible, textWithin, type Value } from '../../template';
import { looksLike, personalWords } from './personal-texts';
import { SAFEGUARDS, SECURITY } from './sources';

/** Properties that give a resource its own name; others name something else, such as a metric or an attribute. */
const NAMES = new Set([
  ...['Name', 'BucketName', 'TableName', 'QueueName', 'TopicName', 'FunctionName', 'LogGroupName', 'StreamName'],
  ...['DeliveryStreamName', 'StateMachineName', 'ActivityName', 'AliasName', 'RoleName', 'UserName', 'GroupName'],
  ...['PolicyName', 'ManagedPolicyName', 'SecretName', 'ParameterName', 'AlarmName', 'DashboardName', 'TrailName'],
  ...['EventBusName', 'ArchiveName', 'RuleName', 'ScheduleName', 'ApiName', 'StageName', 'UserPoolName', 'ClientName'],
  ...['DBInstanceIdentifier', 'DBClusterIdentifier', 'DBName', 'DatabaseName', 'ClusterName', 'ClusterIdentifier'],
  ...['CacheClusterId', 'ReplicationGroupId', 'DomainName', 'RepositoryName', 'BackupVaultName', 'DisplayName'],
  ...['KeyspaceName', 'VectorBucketName', 'TableBucketName', 'CollectionName', 'NamespaceName'],
]);

/** Types whose name points at another resource, or is that of a kind of data to look for. */
const ELSEWHERE =
  /^AWS::(Lambda::(Permission|EventSourceMapping)|Logs::(MetricFilter|SubscriptionFilter|LogStream)|Macie::CustomDataIdentifier)$/;

/** Names stand in logs, bills, URLs and DNS, and no erasure reaches them there. */
export const noPersonalDataInNames: Rule = {
  id: 'NoPersonalDataInNames',
  area: 'minimisation',
  severity: 'error',
  title: 'Names of resources say nothing about a person.',
  why: 'A name stands in logs, bills, metrics and DNS, partly outside India, where it cannot be erased.',
  fix: 'Name the resource after what it does or after an opaque id, and leave out addresses, numbers and words such as email or phone.',
  serves: [SAFEGUARDS, SECURITY],
  types: ['*'],
  check: ({ type, properties }, facts) => {
    const named = ELSEWHERE.test(type) ? [] : Object.entries(properties).filter(([property]) => NAMES.has(property));
    if (named.length === 0) return 'not-applicable';
    return named.flatMap(([property, value]) => {
      const texts = possible(value).map(written);
      const problems = texts.flatMap((text) => [...looksLike(text), ...personalWords(text, facts)]);
      return [...new Set(problems)].map((problem) => `${property}::${problem}`);
    });
  },
};

/** What the template itself writes of a name, without what a deployment puts in. */
function written(value: Value): string {
  return textWithin(value).replace(/<[^>]*>|\$\{[^}]*\}/g, ' ');
}
