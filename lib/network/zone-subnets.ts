import { Stack } from 'aws-cdk-lib';
import {
  CfnRoute,
  type CfnRouteProps,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { cidrOf, type SubnetGroup, ZONES, type Zone } from './layout';

/** Properties of ZoneSubnets. */
export interface ZoneSubnetsProps {
  /** The network in which they lie. */
  readonly vpcId: string;
  /** What they are for; their addresses follow from it. */
  readonly group: SubnetGroup;
}

/** Where a route leads, as CloudFormation names it. */
export type RouteTarget = Pick<CfnRouteProps, 'gatewayId' | 'natGatewayId' | 'vpcEndpointId'>;

interface ZoneSubnet {
  readonly subnetId: string;
  readonly routeTableId: string;
}

/**
 * A subnet in each zone with a route table of its own. It reaches what is inside the network and nothing
 * else until somebody adds a route.
 */
export class ZoneSubnets extends Construct {
  private readonly subnets: Record<Zone, ZoneSubnet>;

  constructor(scope: Construct, id: string, props: ZoneSubnetsProps) {
    super(scope, id);
    this.subnets = Object.fromEntries(ZONES.map((zone) => [zone, this.subnet(zone, props)])) as Record<
      Zone,
      ZoneSubnet
    >;
  }

  /** Ids of the subnets, in the order of the zones. */
  get subnetIds(): string[] {
    return ZONES.map((zone) => this.subnetIn(zone));
  }

  /** Ids of the route tables, in the order of the zones. */
  get routeTableIds(): string[] {
    return ZONES.map((zone) => this.routeTableIn(zone));
  }

  /** Id of the route table in one zone. */
  routeTableIn(zone: Zone): string {
    return this.subnets[zone].routeTableId;
  }

  /** Id of the subnet in one zone. */
  subnetIn(zone: Zone): string {
    return this.subnets[zone].subnetId;
  }

  /** Adds a route in one zone. */
  route(id: string, zone: Zone, destinationCidrBlock: string, target: RouteTarget): CfnRoute {
    const { routeTableId } = this.subnets[zone];
    return new CfnRoute(this, `${id}${zone.toUpperCase()}`, { routeTableId, destinationCidrBlock, ...target });
  }

  private subnet(zone: Zone, { vpcId, group }: ZoneSubnetsProps): ZoneSubnet {
    const name = zone.toUpperCase();
    const subnet = new CfnSubnet(this, `Subnet${name}`, {
      vpcId,
      availabilityZone: `${Stack.of(this).region}${zone}`,
      cidrBlock: cidrOf(group, zone),
      mapPublicIpOnLaunch: false,
      tags: [{ key: 'Name', value: `${group}-${zone}` }],
    });
    const table = new CfnRouteTable(this, `Routes${name}`, {
      vpcId,
      tags: [{ key: 'Name', value: `${group}-${zone}` }],
    });
    new CfnSubnetRouteTableAssociation(this, `Association${name}`, { subnetId: subnet.ref, routeTableId: table.ref });
    return { subnetId: subnet.ref, routeTableId: table.ref };
  }
}
