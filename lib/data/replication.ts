import { Tags } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { PersonalDataBucket } from './personal-data-bucket';
import { REPLICATOR, type ReplicaBucket } from './replica-bucket';

/** Properties of a Replication. */
export interface ReplicationProps {
  /** What is copied. */
  readonly source: PersonalDataBucket;
  /** Where it is copied to. */
  readonly replica: ReplicaBucket;
}

/** Within which S3 promises to copy most of what is new; it takes no other number. */
const COPY_TIME = { minutes: 15 };

const SEE_SOURCE = ['s3:GetReplicationConfiguration', 's3:ListBucket'];
const READ_SOURCE = [
  's3:GetObjectLegalHold',
  's3:GetObjectRetention',
  's3:GetObjectVersionAcl',
  's3:GetObjectVersionForReplication',
  's3:GetObjectVersionTagging',
];
const WRITE_REPLICA = ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'];

/**
 * Has S3 copy a bucket to its replica, with a role that can read the one and write the other, and nothing else.
 *
 * Delete markers are copied too (ADR 7): what a tenant deletes would otherwise stay current in the replica, and
 * no lifecycle would ever take it. The erasure of a version is never copied, whatever is set here: the engine erases
 * in the replica itself.
 */
export class Replication extends Construct {
  constructor(scope: Construct, id: string, { source, replica }: ReplicationProps) {
    super(scope, id);
    // The bucket's ARN in the trust policy would be a circle, since the bucket names the role.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('s3.amazonaws.com'),
      description: 'S3 copies customer files to the second Region',
    });
    Tags.of(role).add(REPLICATOR, 'true');
    allow(role, SEE_SOURCE, source.bucketArn);
    allowOnObjects(role, READ_SOURCE, source.arnForObjects('*'));
    source.dataKey.grantDecrypt(role, 's3');
    allowOnObjects(role, WRITE_REPLICA, replica.arnForObjects('*'));
    replica.dataKey.grantEncrypt(role, 's3');
    (source.node.defaultChild as CfnBucket).replicationConfiguration = {
      role: role.roleArn,
      rules: [
        {
          id: 'to-the-second-region',
          status: 'Enabled',
          priority: 1,
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Enabled' },
          sourceSelectionCriteria: {
            sseKmsEncryptedObjects: { status: 'Enabled' },
            replicaModifications: { status: 'Disabled' },
          },
          destination: {
            bucket: replica.bucketArn,
            encryptionConfiguration: { replicaKmsKeyId: replica.dataKey.key.keyArn },
            replicationTime: { status: 'Enabled', time: COPY_TIME },
            metrics: { status: 'Enabled', eventThreshold: COPY_TIME },
          },
        },
      ],
    };
  }
}

function allow(role: Role, actions: string[], resource: string): void {
  role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
}

function allowOnObjects(role: Role, actions: string[], objects: string): void {
  allow(role, actions, objects);
  acknowledgeWildcard(
    role,
    {
      ...RISKS.objectNames,
      reason: 'Replication is of all objects of this one bucket; no action reads or writes another.',
    },
    objects,
  );
}
