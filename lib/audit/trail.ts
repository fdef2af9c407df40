import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { LogArchive } from './log-archive';
import type { LogKey } from './log-key';
import { LOG_PREFIX } from './log-prefix';
import { trailArnOf } from './trail-name';

/** Properties of a Trail. */
export interface TrailProps {
  /** Name, from which `trailArnOf` makes the ARN that bucket and key know. */
  readonly name: string;
  /** Where the logs and their digests go. */
  readonly archive: LogArchive;
  /** Key of the logs and of the log group. */
  readonly key: LogKey;
  /** Buckets into which logs are written: their deliveries are no events, or each would cause the next. */
  readonly logBuckets: readonly IBucket[];
  /** How long the log group keeps what alarms are made of. */
  readonly logRetention: RetentionDays;
}

/** How services write objects, which for log buckets is left out. */
const DELIVERIES = ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'];

/**
 * Records every call of the account in every Region, and every reading or writing of an object or item. Data events
 * are those of all buckets and tables and not of a list, so that a store made later is covered from its first object.
 */
export class Trail extends Construct {
  /** ARN of the trail, for those who watch over it. */
  readonly trailArn: string;
  /** Name of the trail, as it stands in the names of its digests. */
  readonly trailName: string;
  /** The same events again, within minutes, for metric filters. */
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: TrailProps) {
    super(scope, id);
    this.trailName = props.name;
    this.trailArn = trailArnOf(this, props.name);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      encryptionKey: props.key.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = this.deliveryRole();
    const trail = new CfnTrail(this, 'Trail', {
      trailName: props.name,
      s3BucketName: props.archive.bucketName,
      s3KeyPrefix: LOG_PREFIX.trail,
      kmsKeyId: props.key.key.keyArn,
      cloudWatchLogsLogGroupArn: this.logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      advancedEventSelectors: selectors(props.logBuckets),
    });
    // CloudTrail tries to write and to log when the trail is made.
    trail.node.addDependency(role);
    if (props.archive.policy) trail.node.addDependency(props.archive.policy);
  }

  /** Can do no more than append to the trail's own streams. Nobody outside the account can have a trail pass it. */
  private deliveryRole(): Role {
    const { account, region } = Stack.of(this);
    const streams = Stack.of(this).formatArn({
      service: 'logs',
      resource: `log-group:${this.logGroup.logGroupName}:log-stream:${account}_CloudTrail_${region}*`,
    });
    const role = new Role(this, 'DeliveryRole', { assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [streams] }),
    );
    acknowledgeWildcard(
      role,
      { ...RISKS.namesByService, reason: 'CloudTrail numbers the streams that it makes; all are of one log group.' },
      streams,
    );
    return role;
  }
}

function selectors(logBuckets: readonly IBucket[]): CfnTrail.AdvancedEventSelectorProperty[] {
  const logs = logBuckets.map((bucket) => `${bucket.bucketArn}/`);
  const objects = [
    { field: 'eventCategory', equalTo: ['Data'] },
    { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
  ];
  return [
    { name: 'Management events', fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }] },
    {
      name: 'Objects of every bucket but those of logs',
      fieldSelectors: [...objects, { field: 'resources.ARN', notStartsWith: logs }],
    },
    {
      name: 'Objects of log buckets, but for deliveries',
      fieldSelectors: [
        ...objects,
        { field: 'resources.ARN', startsWith: logs },
        { field: 'eventName', notEquals: DELIVERIES },
      ],
    },
    {
      name: 'Items of every table',
      fieldSelectors: [
        { field: 'eventCategory', equalTo: ['Data'] },
        { field: 'resources.type', equalTo: ['AWS::DynamoDB::Table'] },
      ],
    },
  ];
}
