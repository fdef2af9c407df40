import { Duration, Tags } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import {
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import { bucketPerimeter } from '../guardrails/perimeter';
import type { DataKey } from '../keys/data-key';
import { type ErasableStore, type PersonalDataProps, TAGS } from './personal-data';
import { PRIVATE_BUCKET } from './private-bucket';

/**
 * Properties of a ProtectedBucket. Of the bucket's own props only those listed may be set: a list of what is
 * left out would let in whatever a new release of the CDK adds.
 */
export interface ProtectedBucketProps
  extends Pick<PersonalDataProps, 'storeId' | 'dataRole' | 'dataClass' | 'purpose' | 'key'>,
    Pick<BucketProps, 'objectLockEnabled'> {
  /** Bucket that receives the server access logs. */
  readonly accessLogs: IBucket;
  /** Days after which a version that was replaced or marked deleted goes for good; null where only an erasure may take one. */
  readonly noncurrentDays: number | null;
  /** Days after which an unfinished upload is aborted. */
  readonly incompleteUploadDays: number;
  /** Days after its creation at which an object goes by itself. @default - never */
  readonly expireDays?: number;
}

const SEE_LOCKS = ['s3:GetObjectRetention', 's3:GetObjectLegalHold'];
const ERASE = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'];
const READ = ['s3:GetObjectVersion', 's3:GetObjectVersionTagging'];

/** A bucket as every bucket of personal data here is: private, versioned, encrypted with its role's key, and kept when its stack goes. */
export class ProtectedBucket extends Bucket implements ErasableStore {
  /** Key that encrypts the bucket. */
  readonly dataKey: DataKey;
  private readonly dataRole: string;

  constructor(scope: Construct, id: string, props: ProtectedBucketProps) {
    super(scope, id, {
      ...PRIVATE_BUCKET,
      objectLockEnabled: props.objectLockEnabled,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key.key,
      bucketKeyEnabled: true,
      lifecycleRules: lifecycle(props),
    });
    this.dataKey = props.key;
    this.dataRole = props.dataRole;
    this.logAccessTo(props.accessLogs, props.storeId);
    this.denyOtherKeys(props.key.key.keyArn);
    for (const statement of bucketPerimeter(this.bucketArn)) this.addToResourcePolicy(statement);
    Tags.of(this).add(TAGS.dataRole, props.dataRole);
    Tags.of(this).add(TAGS.dataClass, props.dataClass);
    this.resource.addMetadata('digicrm:purpose', props.purpose);
  }

  /** Lets the role see which versions, delete markers and unfinished uploads there are; not what is in them. */
  grantCount(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
        resources: [this.bucketArn],
      }),
    );
  }

  /** Lets the role count what is left and see what is locked. */
  grantVerify(role: Role): void {
    this.grantCount(role);
    this.grantOnObjects(role, SEE_LOCKS);
  }

  /** Lets the role delete every version, marker and upload that is not locked. It cannot read or write any. */
  grantErase(role: Role): void {
    this.grantCount(role);
    this.grantOnObjects(role, [...SEE_LOCKS, ...ERASE]);
  }

  /** Lets the role read every version, so that it can be kept elsewhere, and then erase it. */
  grantReadAndErase(role: Role): void {
    this.grantErase(role);
    this.grantOnObjects(role, READ);
    this.dataKey.grantDecrypt(role, 's3');
  }

  protected get resource(): CfnBucket {
    return this.node.defaultChild as CfnBucket;
  }

  protected grantOnObjects(role: Role, actions: string[]): void {
    const objects = this.arnForObjects('*');
    role.addToPolicy(new PolicyStatement({ actions, resources: [objects] }));
    acknowledgeWildcard(
      role,
      {
        ...RISKS.objectNames,
        reason:
          'Which objects a tenant has is known only when its erasure runs, so these actions are on all objects of this one bucket.',
      },
      objects,
    );
  }

  /**
   * Set on the resource itself: the CDK's own way would write this bucket's ARN into the policy of the
   * log bucket, and the two stacks would wait for each other.
   */
  private logAccessTo(logs: IBucket, storeId: string): void {
    this.resource.loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: `${storeId}/` };
  }

  /**
   * A writer must name this key. The default encryption would cover a request without a key, but a
   * caller may override a default; a negated operator also matches when the header is absent.
   */
  private denyOtherKeys(keyArn: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: `DenyOtherKeysThan${this.dataRole.replace(/^./, (c) => c.toUpperCase())}Key`,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('*')],
        conditions: { StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn } },
      }),
    );
  }
}

/**
 * The net below the erasure: a version goes after it was superseded or marked deleted, never because of
 * a tag. The marker that is left alone goes too. S3 refuses it in the rule that expires by age, so that
 * one stands apart.
 */
function lifecycle(props: ProtectedBucketProps): LifecycleRule[] {
  const abortIncompleteMultipartUploadAfter = Duration.days(props.incompleteUploadDays);
  if (props.noncurrentDays === null) return [{ id: 'abort-unfinished-uploads', abortIncompleteMultipartUploadAfter }];
  const net: LifecycleRule = {
    id: 'remove-what-was-deleted',
    noncurrentVersionExpiration: Duration.days(props.noncurrentDays),
    expiredObjectDeleteMarker: true,
    abortIncompleteMultipartUploadAfter,
  };
  if (props.expireDays === undefined) return [net];
  return [net, { id: 'expire-by-age', expiration: Duration.days(props.expireDays) }];
}
