import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { cidrsOf, FUNCTION_GROUPS } from './layout';

/** AWS's lists of the addresses of S3 and DynamoDB in Mumbai, the same for every account. */
const PREFIX_LISTS = { S3: 'pl-78a54011', DynamoDB: 'pl-66a7420f' } as const;

const TLS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };

/** Who in the network may speak to whom: TLS alone, and nobody may speak to a function. */
export class SecurityGroups extends Construct {
  /** Of the endpoints' network interfaces. */
  readonly endpoints: string;
  /** Of functions that reach endpoints alone. */
  readonly functions: string;
  /** Of functions whose subnets lead to the firewall. */
  readonly wayOut: string;

  constructor(scope: Construct, id: string, vpcId: string) {
    super(scope, id);
    this.endpoints = new CfnSecurityGroup(this, 'Endpoints', {
      vpcId,
      groupDescription: 'Endpoints of AWS services: TLS from the subnets of functions, nothing out',
      securityGroupIngress: FUNCTION_GROUPS.flatMap((group) =>
        cidrsOf(group).map((cidrIp) => ({ ...TLS, cidrIp, description: `TLS from subnet group ${group}` })),
      ),
      // Without a rule AWS would add one that lets everything out.
      securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '127.0.0.1/32', description: 'Nothing, as nobody is there' }],
    }).attrGroupId;
    this.functions = new CfnSecurityGroup(this, 'Functions', {
      vpcId,
      groupDescription: 'Functions: TLS to endpoints of AWS services',
      securityGroupEgress: [
        { ...TLS, destinationSecurityGroupId: this.endpoints, description: 'TLS to interface endpoints' },
        ...Object.entries(PREFIX_LISTS).map(([service, destinationPrefixListId]) => ({
          ...TLS,
          destinationPrefixListId,
          description: `TLS to ${service} through its gateway endpoint`,
        })),
      ],
    }).attrGroupId;
    this.wayOut = new CfnSecurityGroup(this, 'WayOut', {
      vpcId,
      groupDescription: 'Functions with a way out: TLS, which the routes lead through the firewall',
      // Hosts have names and no lasting addresses: which of them, the firewall decides.
      securityGroupEgress: [{ ...TLS, cidrIp: '0.0.0.0/0', description: 'TLS to what the firewall lets through' }],
    }).attrGroupId;
  }
}
