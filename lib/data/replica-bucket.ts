import type { Construct } from 'constructs';
import { PersonalDataBucket, type PersonalDataBucketProps } from './personal-data-bucket';
import { forbid, withoutTags } from './vault-access';

/** Tag of the one role that writes into replicas: S3's own, for replication. */
export const REPLICATOR = 'digicrm:replicator';

/** Properties of a ReplicaBucket. It has Object Lock, because S3 copies from a bucket that has it to no other. */
export interface ReplicaBucketProps extends Omit<PersonalDataBucketProps, 'objectLockEnabled' | 'replicaOf'> {
  /** Store that it is the copy of. */
  readonly replicaOf: string;
}

const WRITE = [
  's3:PutObject',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  's3:ReplicateDelete',
  's3:ReplicateObject',
  's3:ReplicateTags',
];

/**
 * The copy of a bucket in the second Region: nothing but S3's replication writes it, and nobody reads it. To the
 * engine it is a store like any other, because S3 copies delete markers and never the erasure of a version.
 */
export class ReplicaBucket extends PersonalDataBucket {
  constructor(scope: Construct, id: string, props: ReplicaBucketProps) {
    super(scope, id, { ...props, objectLockEnabled: true });
    this.addToResourcePolicy(forbid('DenyWritingByOthers', WRITE, this.arnForObjects('*'), withoutTags(REPLICATOR)));
  }

  /** Nothing to grant: what a law keeps is read at its source, and here erased unread. */
  override grantReadAndErase(): void {}
}
