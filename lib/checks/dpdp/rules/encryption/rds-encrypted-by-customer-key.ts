import { isCustomerKey, ofPersonal } from '../../keys';
import { isAbsent } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isTrue } from '../../template';

export const rdsEncryptedByCustomerKey: Rule = {
  id: 'RdsEncryptedByCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Databases of personal data are encrypted under a customer-managed key.',
  why: 'A database that was made without encryption cannot be given it later, and neither can its snapshots; what the data role says is about nobody needs none, and what has no role counts as personal.',
  fix: 'Set `StorageEncrypted` (`Encrypted` for Redshift) to true and `KmsKeyId` to a key of yours.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: [
    ...(['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::DocDB::DBCluster'] as const),
    ...(['AWS::Neptune::DBCluster', 'AWS::Redshift::Cluster'] as const),
  ],
  check: (resource, facts) => {
    const { type, properties } = resource;
    // An instance of a cluster has the cluster's storage.
    if (type === 'AWS::RDS::DBInstance' && !isAbsent(properties.DBClusterIdentifier)) return 'not-applicable';
    const isOn = type === 'AWS::Redshift::Cluster' ? properties.Encrypted : properties.StorageEncrypted;
    return ofPersonal(resource, facts, () => isTrue(isOn) && isCustomerKey(properties.KmsKeyId, resource));
  },
};
