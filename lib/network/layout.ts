/**
 * Zones by name and not by number, because the firewall's endpoints are told apart by it. Two: a zone may
 * fail, and a third would cost half as much again in endpoints.
 */
export const ZONES = ['a', 'b'] as const;
export type Zone = (typeof ZONES)[number];

/** Private addresses that no network of the CRM uses. */
export const VPC_CIDR = '10.20.0.0/20';

/** Where the third number of a group's first subnet stands, and how large its subnets are. */
const GROUPS = {
  /** All functions that call AWS alone. */
  functions: { from: 0, prefix: 24 },
  /** The function that talks to processors. */
  egress: { from: 4, prefix: 26 },
  /** The function that fetches the token issuer's keys. */
  issuer: { from: 6, prefix: 26 },
  /** Endpoints of the firewall and nothing else, as AWS demands. */
  firewall: { from: 8, prefix: 28 },
  /** NAT gateways behind the firewall and nothing else. */
  public: { from: 10, prefix: 28 },
} as const;
export type SubnetGroup = keyof typeof GROUPS;

/** Groups in which functions run. */
export const FUNCTION_GROUPS = ['functions', 'egress', 'issuer'] as const;
export type FunctionGroup = (typeof FUNCTION_GROUPS)[number];

/** Groups whose way out leads through the firewall. */
export const WAYS_OUT = ['egress', 'issuer'] as const;

/** Addresses of one subnet. */
export function cidrOf(group: SubnetGroup, zone: Zone): string {
  const { from, prefix } = GROUPS[group];
  return `10.20.${from + ZONES.indexOf(zone)}.0/${prefix}`;
}

/** Addresses of a group in all zones. */
export function cidrsOf(group: SubnetGroup): string[] {
  return ZONES.map((zone) => cidrOf(group, zone));
}
