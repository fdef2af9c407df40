import type { Stack } from 'aws-cdk-lib';
import { SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { FunctionNetwork, Placement, Reach } from '../../../lib/network/function-network';

/** A network with one subnet for each reach, called after it; what is asked to have no place is outside. */
export function smallNetwork(stack: Stack, outside: readonly Reach[] = []): FunctionNetwork {
  const placements = new Map<Reach, Placement>();
  const place = (reach: Reach): Placement => ({
    vpc: Vpc.fromVpcAttributes(stack, `${reach}Vpc`, { vpcId: 'vpc-1', availabilityZones: ['ap-south-1a'] }),
    subnets: [
      Subnet.fromSubnetAttributes(stack, `${reach}Subnet`, { subnetId: `subnet-${reach}`, routeTableId: 'rtb-1' }),
    ],
    securityGroup: SecurityGroup.fromSecurityGroupId(stack, `${reach}Group`, `sg-${reach}`, { mutable: false }),
  });
  return {
    placement: (reach) => {
      if (outside.includes(reach)) return undefined;
      const placement = placements.get(reach) ?? place(reach);
      placements.set(reach, placement);
      return placement;
    },
  };
}
