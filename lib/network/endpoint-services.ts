import { Aws } from 'aws-cdk-lib';
import type { Register } from '../../policies/schema';

/** A service of AWS that functions call, and how its endpoint can be limited. */
export interface EndpointService {
  /** Id of the construct. */
  readonly id: string;
  /** Last part of the endpoint's service name, and first part of its host name. */
  readonly service: string;
  /**
   * All actions, where what they act on must belong to this account. Of a service whose actions act on
   * nothing that anybody owns, these alone.
   */
  readonly actions: 'on-own-resources' | readonly string[];
  /** Names that functions look up. @default - the service's own name in the Region */
  readonly hosts?: readonly string[];
}

/** Through a route, without an hourly price. */
export function gatewayServices({ regions }: Register): EndpointService[] {
  const { region } = regions.home;
  return [
    {
      id: 'S3',
      service: 's3',
      actions: 'on-own-resources',
      hosts: [`s3.${region}.amazonaws.com`, `*.s3.${region}.amazonaws.com`],
    },
    {
      id: 'DynamoDb',
      service: 'dynamodb',
      actions: 'on-own-resources',
      // The SDK prefers the second, which carries the account, where it knows it.
      hosts: [`dynamodb.${region}.amazonaws.com`, `${Aws.ACCOUNT_ID}.ddb.${region}.amazonaws.com`],
    },
  ];
}

/**
 * Through network interfaces. What is not here is not called from the network: Lambda itself carries logs
 * and metrics, and reads queues for its event sources.
 */
export const INTERFACE_SERVICES: readonly EndpointService[] = [
  { id: 'Kms', service: 'kms', actions: 'on-own-resources' },
  { id: 'Sqs', service: 'sqs', actions: 'on-own-resources' },
  { id: 'Events', service: 'events', actions: 'on-own-resources' },
  { id: 'Scheduler', service: 'scheduler', actions: 'on-own-resources' },
  // A trace is put into the caller's own account; there is no resource whose owner could be asked for.
  { id: 'XRay', service: 'xray', actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] },
  // The public keys of digests are CloudTrail's; they belong to no account.
  { id: 'CloudTrail', service: 'cloudtrail', actions: ['cloudtrail:ListPublicKeys'] },
];

/** S3 of the other Region, for the replica, without leaving AWS's network. */
export function replicaService({ regions }: Register): EndpointService {
  const { region } = regions.replica;
  return {
    id: 'ReplicaS3',
    service: 's3',
    actions: 'on-own-resources',
    hosts: [`s3.${region}.amazonaws.com`, `*.s3.${region}.amazonaws.com`],
  };
}

/** Where the keys of the token issuer are, which no endpoint serves for a user pool with a domain. */
export function issuerHost({ regions }: Register): string {
  return `cognito-idp.${regions.home.region}.amazonaws.com`;
}
