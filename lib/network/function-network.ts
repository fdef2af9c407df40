import type { ISecurityGroup, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';

/**
 * What a function reaches.
 * - `endpoints`: services of AWS, of this account, and nothing else.
 * - `processors`: the hosts of policies/processors.yaml, through the firewall. Without a firewall, nobody.
 * - `token-issuer`: the public keys behind access tokens, through the firewall. Without a firewall the function
 *   runs outside the network, as it could let nobody in otherwise; only one without any data may ask for it.
 */
export type Reach = 'endpoints' | 'processors' | 'token-issuer';

/** Where functions with the same reach run. */
export interface Placement {
  /** The network. */
  readonly vpc: IVpc;
  /** A subnet in each zone. */
  readonly subnets: readonly ISubnet[];
  /** Lets them call what they reach. */
  readonly securityGroup: ISecurityGroup;
}

/** The network, as functions see it. */
export interface FunctionNetwork {
  /** Where a function runs, by what it reaches; undefined means outside the network. */
  placement(reach: Reach): Placement | undefined;
}
