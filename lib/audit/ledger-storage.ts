import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { DataKey } from '../keys/data-key';
import { allowSigning, signingKey } from '../keys/signing-key';
import { LedgerBucket, type LedgerBucketProps } from './ledger-bucket';

/** Tag of the one role that signs checkpoints. */
export const CHECKPOINT_SIGNER = 'digicrm:checkpoint-signer';

/** Properties of a LedgerStorage. */
export interface LedgerStorageProps extends Omit<LedgerBucketProps, 'key' | 'accessLogPrefix'> {
  /** Name of the stage, which is part of the ledger's. */
  readonly stageName: string;
}

/** The tree and the key that signs its checkpoints. Both outlive their stack: what was proved must stay provable. */
export class LedgerStorage extends Construct {
  /** Tiles, bundles and checkpoints. */
  readonly bucket: LedgerBucket;
  /** Signs checkpoints, and nothing else. */
  readonly signing: IKey;
  /** Keys that signed checkpoints before it, whose public halves are still needed: none until it is changed. */
  readonly retired: readonly IKey[] = [];
  /** First line of every checkpoint: the name of this ledger and no other. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { stageName, ...props }: LedgerStorageProps) {
    super(scope, id);
    const key = new DataKey(this, 'Key', {
      description: 'DigiCRM: the ledger of what was decided and done',
      userTag: 'digicrm:ledger-key-user',
      services: ['s3'],
    });
    this.bucket = new LedgerBucket(this, 'Bucket', { ...props, key, accessLogPrefix: 'ledger/' });
    this.signing = signingKey(this, 'Signing', 'DigiCRM: signs checkpoints of the ledger', CHECKPOINT_SIGNER);
    this.origin = `ledger.digicrm.compliance/${stageName}`;
  }

  /** Lets the role sign checkpoints. */
  grantSign(role: Role): void {
    allowSigning(role, this.signing, CHECKPOINT_SIGNER);
  }
}
