import { Aws } from 'aws-cdk-lib';
import { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { type EndpointService, gatewayServices, INTERFACE_SERVICES, replicaService } from './endpoint-services';

/** Properties of ServiceEndpoints. */
export interface ServiceEndpointsProps {
  /** The parsed register: the Regions. */
  readonly register: Register;
  /** The network in which functions run. */
  readonly vpcId: string;
  /** Where the endpoints' network interfaces are. */
  readonly subnetIds: string[];
  /** Route tables that lead to S3 and DynamoDB. */
  readonly routeTableIds: string[];
  /** Security group of the endpoints. */
  readonly securityGroupId: string;
  /** Whether the replica's Region is reached. */
  readonly replicaRegion: boolean;
}

/** What functions reach without a way out: each service alone, for this account's roles and resources alone. */
export class ServiceEndpoints extends Construct {
  /** All names that the endpoints serve. */
  readonly hosts: readonly string[];

  constructor(scope: Construct, id: string, props: ServiceEndpointsProps) {
    super(scope, id);
    const { register, vpcId } = props;
    const { home, replica } = register.regions;
    const gateways = gatewayServices(register);
    const replicas = props.replicaRegion ? [replicaService(register)] : [];
    for (const service of gateways)
      new CfnVPCEndpoint(this, service.id, {
        vpcId,
        vpcEndpointType: 'Gateway',
        serviceName: serviceName(service, home.region),
        routeTableIds: props.routeTableIds,
        policyDocument: policyOf(service),
      });
    for (const service of INTERFACE_SERVICES) this.interfaceEndpoint(service, home.region, props);
    for (const service of replicas) {
      const endpoint = this.interfaceEndpoint(service, replica.region, props);
      endpoint.serviceRegion = replica.region;
      // Otherwise S3's names are for resolvers outside the network only.
      endpoint.dnsOptions = { privateDnsOnlyForInboundResolverEndpoint: 'AllResolvers' };
    }
    this.hosts = [...gateways, ...INTERFACE_SERVICES, ...replicas].flatMap(
      ({ service, hosts }) => hosts ?? [`${service}.${home.region}.amazonaws.com`],
    );
  }

  private interfaceEndpoint(service: EndpointService, region: string, props: ServiceEndpointsProps): CfnVPCEndpoint {
    return new CfnVPCEndpoint(this, service.id, {
      vpcId: props.vpcId,
      vpcEndpointType: 'Interface',
      serviceName: serviceName(service, region),
      subnetIds: props.subnetIds,
      securityGroupIds: [props.securityGroupId],
      privateDnsEnabled: true,
      policyDocument: policyOf(service),
    });
  }
}

function serviceName({ service }: EndpointService, region: string): string {
  return `com.amazonaws.${region}.${service}`;
}

/**
 * The perimeter and not the permission: what a role may do, its own policy says. This keeps credentials of
 * another account out, and data from going to another account's bucket, table, queue or bus.
 */
function policyOf({ service, actions }: EndpointService): PolicyDocument {
  const own = { 'aws:PrincipalAccount': Aws.ACCOUNT_ID };
  const limited = actions === 'on-own-resources';
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: limited ? 'OwnRolesOnOwnResources' : 'OwnRolesAndTheseActions',
        principals: [new StarPrincipal()],
        actions: limited ? [`${service}:*`] : [...actions],
        resources: ['*'],
        conditions: { StringEquals: limited ? { ...own, 'aws:ResourceAccount': Aws.ACCOUNT_ID } : own },
      }),
    ],
  });
}
