import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '../../../bin/local/aws';
import type { CloudOutputs } from '../../../bin/local/outputs';
import { regionalS3 } from '../../../lambda/erasure/adapters/regional-s3';

/** AWS clients of the operator for the local cloud. */
export function awsClients(cloud: CloudOutputs) {
  const config = clientConfig(cloud);
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    /** For buckets of either Region. */
    s3For: regionalS3({ ...config, forcePathStyle: true }),
    dynamodb: new DynamoDBClient(config),
    kms: new KMSClient(config),
    sqs: new SQSClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
  };
}
