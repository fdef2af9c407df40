import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { Placement } from './function-network';

const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
/** These take no resource. */
const DESCRIBING = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

/**
 * Lets Lambda, as the function's role, connect the function to its subnets and to no others. The
 * function's own code, which has the same role, may do none of it.
 */
export function allowNetworkInterfaces(role: Role, { subnets, securityGroup }: Placement): void {
  const stack = Stack.of(role);
  const arn = (resource: string, resourceName: string) => stack.formatArn({ service: 'ec2', resource, resourceName });
  const anyInterface = arn('network-interface', '*');
  role.addToPolicy(
    new PolicyStatement({
      actions: INTERFACES,
      resources: [
        anyInterface,
        ...subnets.map(({ subnetId }) => arn('subnet', subnetId)),
        arn('security-group', securityGroup.securityGroupId),
      ],
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: DESCRIBING, resources: ['*'] }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...INTERFACES, ...DESCRIBING],
      resources: ['*'],
      // Known only when the function's code is calling, and not Lambda in its name.
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  );
  acknowledgeWildcard(
    role,
    {
      ...RISKS.namesByService,
      reason: 'A network interface has no name before Lambda makes it; the subnets and the security group are named.',
    },
    anyInterface,
  );
}
