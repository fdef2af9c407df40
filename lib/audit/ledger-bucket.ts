import { Duration, Tags } from 'aws-cdk-lib';
import { AnyPrincipal, type Conditions, Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption, type CfnBucket, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../policies/schema';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import { declareFreeOfPersonalData } from '../data/inventory';
import { PRIVATE_BUCKET } from '../data/private-bucket';
import { bucketPerimeter } from '../guardrails/perimeter';
import type { DataKey } from '../keys/data-key';

/** Tag of the one role that writes into the ledger and its copies. */
export const SEQUENCER = 'digicrm:ledger-sequencer';

/** Properties of a LedgerBucket. */
export interface LedgerBucketProps {
  /** Key of everything in the bucket. */
  readonly key: DataKey;
  /** Bucket that receives the access logs. */
  readonly accessLogs: IBucket;
  /** Prefix of its access logs there. */
  readonly accessLogPrefix: string;
  /** Whole days for which a version cannot be deleted by anybody. None expires afterwards. */
  readonly lockDays: number;
  /** Whether anybody may end a lock early. */
  readonly lockMode: StageConfig['logLock']['mode'];
  /** Days after which an unfinished upload is aborted. */
  readonly incompleteUploadDays: number;
}

/** A marker would not take a version away, but hide it, and let another be created in its place. */
const DELETE = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectRetention',
  's3:BypassGovernanceRetention',
  's3:ReplicateDelete',
];

/** Storage of a tree that only grows: one role creates, nobody deletes, and every version is locked. */
export class LedgerBucket extends Bucket {
  /** Key of everything in the bucket; each write has to name it. */
  readonly dataKey: DataKey;

  constructor(scope: Construct, id: string, props: LedgerBucketProps) {
    super(scope, id, {
      ...PRIVATE_BUCKET,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key.key,
      bucketKeyEnabled: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: retention(props),
      lifecycleRules: [
        {
          id: 'abort-unfinished-uploads',
          abortIncompleteMultipartUploadAfter: Duration.days(props.incompleteUploadDays),
        },
      ],
    });
    this.dataKey = props.key;
    // As in ProtectedBucket: set on the resource, so that the policy of the log bucket need not name this one.
    (this.node.defaultChild as CfnBucket).loggingConfiguration = {
      destinationBucketName: props.accessLogs.bucketName,
      logFilePrefix: props.accessLogPrefix,
    };
    for (const statement of bucketPerimeter(this.bucketArn)) this.addToResourcePolicy(statement);
    const objects = this.arnForObjects('*');
    this.deny('NothingGoes', DELETE, objects);
    this.deny('NobodyDeletesTheBucket', ['s3:DeleteBucket'], this.bucketArn);
    this.deny('OnlyTheSequencerWrites', ['s3:PutObject'], objects, {
      StringNotEquals: { [`aws:PrincipalTag/${SEQUENCER}`]: 'true' },
    });
    this.deny('DenyOtherKeysThanTheLedgerKey', ['s3:PutObject'], objects, {
      StringNotEquals: { [KEY_HEADER]: props.key.key.keyArn },
    });
    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    declareFreeOfPersonalData(
      this,
      'Events of the ledger: ids, codes, counts and hashes; people and tenants as keyed hashes whose key can be destroyed.',
      'ledger',
    );
  }

  /** Lets the role bring the tree on. */
  grantSequence(role: Role): void {
    this.grantDeposit(role);
    this.grantReadLedger(role);
  }

  /** Lets the role put copies here and read nothing. */
  grantDeposit(role: Role): void {
    Tags.of(role).add(SEQUENCER, 'true');
    this.onObjects(role, ['s3:PutObject']);
    this.dataKey.grantUse(role, 's3');
  }

  /** Lets the role read the tree. Without the list S3 answers 403 and not 404 where something is missing. */
  grantReadLedger(role: Role): void {
    this.onObjects(role, ['s3:GetObject', 's3:GetObjectVersion']);
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [this.bucketArn] }),
    );
    this.dataKey.grantDecrypt(role, 's3');
  }

  private onObjects(role: Role, actions: string[]): void {
    const objects = this.arnForObjects('*');
    role.addToPolicy(new PolicyStatement({ actions, resources: [objects] }));
    acknowledgeWildcard(
      role,
      {
        ...RISKS.objectNames,
        reason: 'Names of tiles follow from the size of the tree: all objects of this one bucket.',
      },
      objects,
    );
  }

  private deny(sid: string, actions: string[], resource: string, conditions?: Conditions): void {
    const principals = [new AnyPrincipal()];
    this.addToResourcePolicy(
      new PolicyStatement({ sid, effect: Effect.DENY, principals, actions, resources: [resource], conditions }),
    );
  }
}

const KEY_HEADER = 's3:x-amz-server-side-encryption-aws-kms-key-id';

function retention({ lockMode, lockDays }: LedgerBucketProps): ObjectLockRetention {
  const days = Duration.days(lockDays);
  return lockMode === 'COMPLIANCE' ? ObjectLockRetention.compliance(days) : ObjectLockRetention.governance(days);
}
