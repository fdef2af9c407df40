import { CfnFlowLog } from 'aws-cdk-lib/aws-ec2';
import {
  CfnResolverQueryLoggingConfig,
  CfnResolverQueryLoggingConfigAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { AppStage } from '../stage';

/** Properties of NetworkLogs. */
export interface NetworkLogsProps {
  /** The network that is recorded. */
  readonly vpcId: string;
  /** Where the records go; its policy lets the services deliver them. */
  readonly logArchive: IBucket;
  /** The deployment, which may lack either kind of record. */
  readonly stage: AppStage;
}

/** Records every connection that was made or refused, and every name that was looked up. */
export class NetworkLogs extends Construct {
  constructor(scope: Construct, id: string, { vpcId, logArchive, stage }: NetworkLogsProps) {
    super(scope, id);
    if (stage.has('flow-logs'))
      new CfnFlowLog(this, 'FlowLog', {
        resourceId: vpcId,
        resourceType: 'VPC',
        trafficType: 'ALL',
        logDestinationType: 's3',
        logDestination: logArchive.arnForObjects('vpc-flow-logs/'),
        maxAggregationInterval: 60,
        destinationOptions: { FileFormat: 'parquet', HiveCompatiblePartitions: true, PerHourPartition: true },
      });
    if (stage.has('dns-query-logs')) {
      const queries = new CfnResolverQueryLoggingConfig(this, 'DnsQueries', {
        destinationArn: logArchive.arnForObjects('dns-query-logs'),
      });
      new CfnResolverQueryLoggingConfigAssociation(this, 'DnsQueriesOfNetwork', {
        resolverQueryLogConfigId: queries.attrId,
        resourceId: vpcId,
      });
    }
  }
}
