import { isAbsent, isIntrinsic, reach } from '../../reach';
import type { Rule } from '../../rule';
import { at, isObject, isTrue, type Properties, type Value } from '../../template';
import { CERT_IN, VISIBILITY } from './sources';

export const databasesLogged: Rule = {
  id: 'DatabasesLogged',
  area: 'logging',
  severity: 'error',
  title: 'Databases and search domains send their logs to where they are kept.',
  why: 'Otherwise nobody can tell after a breach which queries were made.',
  fix: 'Set `EnableCloudwatchLogsExports`, `LoggingProperties` or, with `AUDIT_LOGS`, `LogPublishingOptions`.',
  serves: [VISIBILITY, CERT_IN],
  types: [
    'AWS::RDS::DBInstance',
    'AWS::RDS::DBCluster',
    'AWS::DocDB::DBCluster',
    'AWS::Neptune::DBCluster',
    'AWS::Redshift::Cluster',
    'AWS::OpenSearchService::Domain',
    'AWS::Elasticsearch::Domain',
  ],
  check({ type, properties }) {
    // The cluster logs for its instances.
    if (type === 'AWS::RDS::DBInstance' && reach(properties.DBClusterIdentifier).every((id) => !isAbsent(id)))
      return 'not-applicable';
    return isLogged(type, properties) ? 'compliant' : 'broken';
  },
};

function isLogged(type: string, properties: Properties): boolean {
  if (type === 'AWS::Redshift::Cluster')
    return reach(properties.LoggingProperties).every((logging) => isObject(logging) && !isIntrinsic(logging));
  if (type.endsWith('::Domain')) return reach(properties, 'LogPublishingOptions', 'AUDIT_LOGS').every(isOn);
  return reach(properties.EnableCloudwatchLogsExports).every((logs) => Array.isArray(logs) && logs.length > 0);
}

function isOn(log: Value): boolean {
  return isObject(log) && !isAbsent(at(log, 'CloudWatchLogsLogGroupArn')) && isTrue(at(log, 'Enabled') ?? true);
}
