import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { declareFreeOfPersonalData } from '../data/inventory';
import { DataKey } from '../keys/data-key';

/** Properties of a LogArchive. */
export interface LogArchiveProps {
  /** Bucket that receives the access logs. */
  readonly accessLogs: IBucket;
  /** Days after which an unfinished upload is aborted. */
  readonly incompleteUploadDays: number;
}

/** Where AWS services deliver the logs that prove things afterwards; a prefix for each source. */
export class LogArchive extends Bucket {
  constructor(scope: Construct, id: string, props: LogArchiveProps) {
    const key = new DataKey(scope, `${id}Key`, {
      description: 'DigiCRM: logs that AWS services deliver',
      userTag: 'digicrm:log-reader',
      services: ['s3'],
    });
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.KMS,
      encryptionKey: key.key,
      bucketKeyEnabled: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: 'log-archive/',
      lifecycleRules: [
        {
          id: 'abort-unfinished-uploads',
          abortIncompleteMultipartUploadAfter: Duration.days(props.incompleteUploadDays),
        },
      ],
    });
    declareFreeOfPersonalData(this, 'Logs of data class security-logs: opaque ids and addresses of our own functions.');
  }
}
