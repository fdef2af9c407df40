import { Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { declareFreeOfPersonalData } from '../data/inventory';
import { PRIVATE_BUCKET } from '../data/private-bucket';
import { bucketPerimeter } from '../guardrails/perimeter';

/** Properties of an AccessLogBucket. */
export interface AccessLogBucketProps {
  /** Days for which access logs are kept. */
  readonly keepDays: number;
  /** Days after which an unfinished upload is aborted. */
  readonly incompleteUploadDays: number;
}

/** Receives the server access logs of the account's other buckets. It has none of its own, which would grow without end. */
export class AccessLogBucket extends Bucket {
  constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    super(scope, id, {
      ...PRIVATE_BUCKET,
      // S3's log delivery cannot write to a bucket whose default encryption is a customer-managed key.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        {
          id: 'rolling-window',
          expiration: Duration.days(props.keepDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(props.incompleteUploadDays),
        },
      ],
    });
    // By account and not by source bucket: the buckets are in a stack that is deployed after this one.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'S3DeliversAccessLogs',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const statement of bucketPerimeter(this.bucketArn)) this.addToResourcePolicy(statement);
    declareFreeOfPersonalData(
      this,
      'Access logs of data class security-logs: opaque tenant and subject ids in object keys, roles and addresses of our own functions; they expire by age.',
      'security-logs',
    );
  }
}
