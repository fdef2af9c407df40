import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allowKeyUse, keyPolicy, useByTaggedRoles } from '../keys/key-policy';
import { trailArnOf } from './trail-name';

/** Properties of a LogKey. */
export interface LogKeyProps {
  /** Name of the one trail that may encrypt with it. */
  readonly trailName: string;
}

/** Tag of the roles that may decrypt logs. */
export const LOG_READER = 'digicrm:log-reader';

const READ = ['kms:Decrypt', 'kms:DescribeKey'];

/** Key of what AWS services log. The services encrypt, roles with the tag decrypt through S3, and nobody does both. */
export class LogKey extends Construct {
  /** The key, for buckets and log groups. */
  readonly key: IKey;

  constructor(scope: Construct, id: string, props: LogKeyProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'DigiCRM: logs that AWS services deliver',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      // Without the key a year of logs would be gone.
      removalPolicy: RemovalPolicy.RETAIN,
      policy: keyPolicy(
        useByTaggedRoles(LOG_READER, READ, this.throughS3()),
        ...this.trailEncrypts(props.trailName),
        this.logsAreDelivered(),
        configDelivers(),
        this.logGroupsEncrypt(),
      ),
    });
  }

  /** Lets the role read what the key encrypts in a bucket, and encrypt nothing. */
  grantDecrypt(role: Role): void {
    allowKeyUse(role, LOG_READER, this.key.keyArn, READ, this.throughS3());
  }

  private throughS3() {
    return { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } };
  }

  /** The trail is this Region's; its logs come from all, and the encryption context may say from which. */
  private trailEncrypts(name: string): PolicyStatement[] {
    const cloudTrail = { principals: [new ServicePrincipal('cloudtrail.amazonaws.com')], resources: ['*'] };
    const ours = { StringEquals: trailOf(trailArnOf(this, name)) };
    const context = { 'kms:EncryptionContext:aws:cloudtrail:arn': trailArnOf(this, name, '*') };
    return [
      new PolicyStatement({
        ...cloudTrail,
        sid: 'TrailEncrypts',
        actions: ['kms:GenerateDataKey*'],
        conditions: { ...ours, StringLike: context },
      }),
      new PolicyStatement({
        ...cloudTrail,
        sid: 'TrailDescribesTheKey',
        actions: ['kms:DescribeKey'],
        conditions: ours,
      }),
    ];
  }

  /** VPC flow logs, DNS query logs and the firewall's logs come by one way. */
  private logsAreDelivered(): PolicyStatement {
    return new PolicyStatement({
      sid: 'LogDeliveryEncrypts',
      principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: deliveryOf(Stack.of(this).region),
    });
  }

  private logGroupsEncrypt(): PolicyStatement {
    const { region } = Stack.of(this);
    const groups = `arn:${Aws.PARTITION}:logs:${region}:${Aws.ACCOUNT_ID}:log-group:*`;
    return new PolicyStatement({
      sid: 'CloudWatchLogsEncrypts',
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    });
  }
}

/** Condition under which log delivery acts for this account and no other. */
export function deliveryOf(region: string) {
  return {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:logs:${region}:${Aws.ACCOUNT_ID}:*` },
  };
}

/** Condition under which CloudTrail acts for this one trail, whose ARN names the account. */
export function trailOf(trailArn: string) {
  return { 'aws:SourceArn': trailArn };
}

function configDelivers(): PolicyStatement {
  return new PolicyStatement({
    sid: 'ConfigEncrypts',
    principals: [new ServicePrincipal('config.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}
