import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AnyPrincipal,
  type Conditions,
  Effect,
  PolicyStatement,
  type Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption, type CfnBucket, type IBucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageConfig } from '../../policies/schema';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import { declareFreeOfPersonalData } from '../data/inventory';
import { PRIVATE_BUCKET } from '../data/private-bucket';
import { bucketPerimeter } from '../guardrails/perimeter';
import type { LogKey } from './log-key';

/** Properties of a LogBucket. */
export interface LogBucketProps {
  /** Key of everything in the bucket. */
  readonly key: LogKey;
  /** Bucket that receives the access logs. */
  readonly accessLogs: IBucket;
  /** Prefix of its access logs there. */
  readonly accessLogPrefix: string;
  /** Whole days for which a log is kept; it expires on the day after. */
  readonly keepDays: number;
  /** Days after which an unfinished upload is aborted. */
  readonly incompleteUploadDays: number;
  /** Whether anybody may end a lock early; null where the writing service refuses a bucket that locks. */
  readonly lockMode: StageConfig['logLock']['mode'] | null;
}

/** What makes a log go before its time. Lifecycle rules are S3's own, so no policy stops an expiry. */
const DELETE = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectRetention',
  's3:BypassGovernanceRetention',
  's3:ReplicateDelete',
];
/**
 * A bucket into which AWS services alone write, each below its own prefix, and from which nothing goes but by its
 * age. Only a deployment may change its settings: CloudFormation's role, which no person can assume.
 */
export class LogBucket extends Bucket {
  private readonly logKey: LogKey;

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id, {
      ...PRIVATE_BUCKET,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key.key,
      // A bucket key has the bucket in its encryption context and not the trail, which the key's policy asks for.
      bucketKeyEnabled: false,
      objectLockEnabled: props.lockMode !== null || undefined,
      objectLockDefaultRetention: retention(props),
      lifecycleRules: [
        {
          id: 'expire-on-the-day-after',
          expiration: Duration.days(props.keepDays + 1),
          // What a second writing replaced is locked as long as any; this takes it when its lock has ended.
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(props.incompleteUploadDays),
        },
        // S3 refuses this in a rule that expires by age.
        { id: 'remove-markers-of-expired-logs', expiredObjectDeleteMarker: true },
      ],
    });
    this.logKey = props.key;
    // As in ProtectedBucket: set on the resource, so that the policy of the log bucket need not name this one.
    (this.node.defaultChild as CfnBucket).loggingConfiguration = {
      destinationBucketName: props.accessLogs.bucketName,
      logFilePrefix: props.accessLogPrefix,
    };
    for (const statement of bucketPerimeter(this.bucketArn)) this.addToResourcePolicy(statement);
    this.denyAnythingButExpiry();
    this.denyOtherWriters();
    this.denyOtherKeys();
    // A bucket that stays without its policy would be a bucket that anybody can empty.
    this.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    declareFreeOfPersonalData(
      this,
      'Logs of data class security-logs: opaque ids, and roles and addresses of our own functions; they expire by age.',
      'security-logs',
    );
  }

  /** Lets a service write below the prefix, if it acts for what the conditions name. */
  protected acceptFrom(service: string, prefix: string, conditions: Conditions): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(`${prefix}/AWSLogs/${Aws.ACCOUNT_ID}/*`)],
        conditions,
      }),
    );
  }

  /** Lets a service look before it writes whether the bucket is there and whose it is. */
  protected letLook(service: string, actions: string[], conditions: Conditions): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions,
        resources: [this.bucketArn],
        conditions,
      }),
    );
  }

  /** Lets the role read what lies below the prefix. It sees the names of all logs, so that a missing one is told from a forbidden one. */
  grantReadLogs(role: Role, prefix: string): void {
    const logs = this.arnForObjects(`${prefix}/*`);
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [logs] }));
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
    acknowledgeWildcard(
      role,
      { ...RISKS.objectNames, reason: 'Names of logs have the time of their delivery in them: all below one prefix.' },
      logs,
    );
    this.logKey.grantDecrypt(role);
  }

  private denyAnythingButExpiry(): void {
    this.deny('NothingGoesButByExpiry', DELETE, this.arnForObjects('*'));
    this.deny('NobodyDeletesTheBucket', ['s3:DeleteBucket'], this.bucketArn);
  }

  /** A log that a person could write would prove nothing. */
  private denyOtherWriters(): void {
    this.deny('OnlyServicesWrite', ['s3:PutObject'], this.arnForObjects('*'), {
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    });
  }

  /** Some services name the key and some leave it to the bucket; none may name another one. */
  private denyOtherKeys(): void {
    const header = 's3:x-amz-server-side-encryption-aws-kms-key-id';
    this.deny('DenyOtherKeysThanTheLogKey', ['s3:PutObject'], this.arnForObjects('*'), {
      StringNotEquals: { [header]: this.logKey.key.keyArn },
      Null: { [header]: 'false' },
    });
  }

  private deny(sid: string, actions: string[], resource: string, conditions?: Conditions): void {
    const principals = [new AnyPrincipal()];
    this.addToResourcePolicy(
      new PolicyStatement({ sid, effect: Effect.DENY, principals, actions, resources: [resource], conditions }),
    );
  }
}

function retention({ lockMode, keepDays }: LogBucketProps): ObjectLockRetention | undefined {
  if (lockMode === null) return undefined;
  const days = Duration.days(keepDays);
  return lockMode === 'COMPLIANCE' ? ObjectLockRetention.compliance(days) : ObjectLockRetention.governance(days);
}
