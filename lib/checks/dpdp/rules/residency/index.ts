import type { Rule } from '../../rule';
import { backupCopiesInIndia } from './backup-copies-in-india';
import { configInIndia } from './config-in-india';
import { customResourcesInIndia } from './custom-resources-in-india';
import { dynamoDbReplicasInIndia } from './dynamo-db-replicas-in-india';
import { ecrReplicationInIndia } from './ecr-replication-in-india';
import { efsReplicationInIndia } from './efs-replication-in-india';
import { eventsStayInIndia } from './events-stay-in-india';
import { globalDatabasesInIndia } from './global-databases-in-india';
import { inferenceInIndia } from './inference-in-india';
import { kmsKeySingleRegion } from './kms-key-single-region';
import { logDeliveryInIndia } from './log-delivery-in-india';
import { noEdgeServices } from './no-edge-services';
import { noForeignArns } from './no-foreign-arns';
import { s3NoMultiRegionAccessPoint } from './s3-no-multi-region-access-point';
import { s3ReplicationInIndia } from './s3-replication-in-india';
import { secretsReplicateInIndia } from './secrets-replicate-in-india';
import { snapshotsStayInIndia } from './snapshots-stay-in-india';
import { stackInIndia } from './stack-in-india';
import { subscriptionsInIndia } from './subscriptions-in-india';
import { trailLogsInIndia } from './trail-logs-in-india';

/** Data stays in the Regions of India. */
export const RESIDENCY_RULES: readonly Rule[] = [
  backupCopiesInIndia,
  configInIndia,
  customResourcesInIndia,
  dynamoDbReplicasInIndia,
  ecrReplicationInIndia,
  efsReplicationInIndia,
  eventsStayInIndia,
  globalDatabasesInIndia,
  inferenceInIndia,
  kmsKeySingleRegion,
  logDeliveryInIndia,
  noEdgeServices,
  noForeignArns,
  s3NoMultiRegionAccessPoint,
  s3ReplicationInIndia,
  secretsReplicateInIndia,
  snapshotsStayInIndia,
  stackInIndia,
  subscriptionsInIndia,
  trailLogsInIndia,
];

/**
 * Those about what a resource does by itself, which no reason makes acceptable in an app that promises India:
 * `refuseOtherRegions` fails synth with them, whatever was acknowledged.
 */
export const LOCKING_RULES: readonly Rule[] = [
  backupCopiesInIndia,
  customResourcesInIndia,
  dynamoDbReplicasInIndia,
  eventsStayInIndia,
  kmsKeySingleRegion,
  noEdgeServices,
  s3NoMultiRegionAccessPoint,
  s3ReplicationInIndia,
  secretsReplicateInIndia,
];
