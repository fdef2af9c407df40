import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Store } from '../../lambda/shared/inventory';
import { Inventory } from './inventory';
import type { HoldableStore, PersonalDataProps, RecoverableStore } from './personal-data';
import { ProtectedBucket, type ProtectedBucketProps } from './protected-bucket';

/** Properties of a PersonalDataBucket. */
export interface PersonalDataBucketProps extends ProtectedBucketProps, PersonalDataProps {
  /** What the end of a contract does with it. @default 'restorable' - it stays for the recovery window */
  readonly recovery?: Store['recovery'];
  /** Store that it is the copy of. @default - it is none */
  readonly replicaOf?: string;
}

/** A bucket of personal data that is known to the erasure engine. */
export class PersonalDataBucket extends ProtectedBucket implements RecoverableStore, HoldableStore {
  constructor(scope: Construct, id: string, props: PersonalDataBucketProps) {
    super(scope, id, props);
    Inventory.of(this).add(
      this,
      {
        id: props.storeId,
        kind: 's3',
        name: this.bucketName,
        region: Stack.of(this).region,
        dataRole: props.dataRole,
        dataClass: props.dataClass,
        objectLock: props.objectLockEnabled ?? false,
        subjectErasure: props.subjectErasure ?? 'own',
        recovery: props.recovery ?? 'restorable',
        documents: null,
        ...(props.replicaOf !== undefined && { replicaOf: props.replicaOf }),
      },
      props.key.key.keyArn,
    );
  }

  /** Lets the role put delete markers on objects: without `DeleteObjectVersion` it can name no version, so none is lost. */
  grantHide(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
    this.grantOnObjects(role, ['s3:DeleteObject']);
  }

  /** Lets the role set and remove S3 legal holds. It can read, write and delete nothing. */
  grantLegalHold(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucketVersions'], resources: [this.bucketArn] }));
    this.grantOnObjects(role, ['s3:GetObjectLegalHold', 's3:PutObjectLegalHold']);
  }

  /**
   * Lets the role remove delete markers. S3 has no action for markers alone: the same one deletes versions,
   * which the adapter refuses to do.
   */
  grantReveal(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucketVersions'], resources: [this.bucketArn] }));
    this.grantOnObjects(role, ['s3:DeleteObjectVersion']);
  }
}
