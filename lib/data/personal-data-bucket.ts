import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Store } from '../../lambda/shared/inventory';
import { Inventory } from './inventory';
import type { PersonalDataProps } from './personal-data';
import { ProtectedBucket, type ProtectedBucketProps } from './protected-bucket';

/** Properties of a PersonalDataBucket. */
export interface PersonalDataBucketProps extends ProtectedBucketProps, PersonalDataProps {
  /** What the end of a contract does with it. @default 'restorable' - it stays for the recovery window */
  readonly recovery?: Store['recovery'];
}

/** A bucket of personal data that is known to the erasure engine. */
export class PersonalDataBucket extends ProtectedBucket {
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
      },
      props.key.key.keyArn,
    );
  }
}
