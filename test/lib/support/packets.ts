import type { Template } from 'aws-cdk-lib/assertions';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
interface Subnet {
  readonly name: string;
  readonly cidr: string;
  readonly table: string;
}
interface Route {
  readonly cidr: string;
  readonly to: string;
}

/** Follows packets through the routes of a network's template, as AWS would: the narrowest route wins. */
export class Packets {
  private readonly resources: Record<string, Resource>;
  private readonly subnets = new Map<string, Subnet>();

  /** @param endpoints what the firewall would give as `EndpointIds`, in AWS's own order */
  constructor(
    template: Template,
    private readonly endpoints: readonly string[] = [],
  ) {
    this.resources = template.toJSON().Resources as Record<string, Resource>;
    const tables = new Map(
      this.all('AWS::EC2::SubnetRouteTableAssociation').map(([, p]) => [p.SubnetId, p.RouteTableId]),
    );
    for (const [id, p] of this.all('AWS::EC2::Subnet')) {
      const tags = p.Tags as { Key: string; Value: string }[];
      const name = tags.find((tag) => tag.Key === 'Name')?.Value ?? id;
      this.subnets.set(id, { name, cidr: String(p.CidrBlock), table: String(tables.get(id)) });
    }
  }

  /** Names of the subnets, e.g. `functions-a`. */
  get names(): string[] {
    return [...this.subnets.values()].map((subnet) => subnet.name).sort();
  }

  /** Names of the subnets that a packet to the address passes, up to `internet` or `nowhere`. */
  path(from: string, address: string): string[] {
    const hops: string[] = [];
    let at = [...this.subnets.values()].find((subnet) => subnet.name === from);
    while (at !== undefined) {
      if (hops.length > 9) throw new Error(`a packet from ${from} goes round in circles: ${hops.join(', ')}`);
      const { to } = this.routeFrom(at, address);
      at = to === 'local' ? this.around(address) : this.behind(to);
      hops.push(at?.name ?? (to === 'nowhere' ? to : 'internet'));
      if (to === 'local') return hops;
    }
    return hops;
  }

  private routeFrom({ table }: Subnet, address: string): Route {
    const [[, vpc] = []] = this.all('AWS::EC2::VPC');
    const own = this.all('AWS::EC2::Route')
      .filter(([, p]) => p.RouteTableId === table)
      .map(([, p]) => ({
        cidr: String(p.DestinationCidrBlock),
        to: String(p.VpcEndpointId ?? p.NatGatewayId ?? p.GatewayId),
      }));
    const fitting = [{ cidr: String(vpc?.CidrBlock), to: 'local' }, ...own].filter(({ cidr }) => within(cidr, address));
    return fitting.sort((a, b) => bits(b.cidr) - bits(a.cidr))[0] ?? { cidr: '', to: 'nowhere' };
  }

  /** The subnet in which a firewall endpoint or a NAT gateway stands. */
  private behind(target: string): Subnet | undefined {
    const [zone] = this.endpoints.find((endpoint) => endpoint.endsWith(`:${target}`))?.split(':') ?? [];
    if (zone !== undefined)
      return [...this.subnets.values()].find((subnet) => subnet.name === `firewall-${zone.at(-1)}`);
    const nat = this.all('AWS::EC2::NatGateway').find(([id]) => id === target);
    return nat && this.subnets.get(String(nat[1].SubnetId));
  }

  private around(address: string): Subnet | undefined {
    return [...this.subnets.values()].find((subnet) => within(subnet.cidr, address));
  }

  private all(type: string): [string, Record<string, unknown>][] {
    return Object.entries(this.resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [id, this.resolve(resource.Properties) as Record<string, unknown>]);
  }

  private resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const [[key = '', argument] = []] = Object.entries(value);
    if (key === 'Ref') return argument;
    if (key === 'Fn::GetAtt') return argument[1] === 'EndpointIds' ? this.endpoints : argument[0];
    if (key === 'Fn::Select') return (this.resolve(argument[1]) as unknown[])[Number(argument[0])];
    if (key === 'Fn::Split') return String(this.resolve(argument[1])).split(argument[0]);
    if (key === 'Fn::Join') return (this.resolve(argument[1]) as unknown[]).join(argument[0]);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.resolve(item)]));
  }
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function bits(cidr: string): number {
  return Number(cidr.split('/')[1]);
}

function within(cidr: string, address: string): boolean {
  const size = 2 ** (32 - bits(cidr));
  return Math.floor(number(cidr.split('/')[0] ?? '') / size) === Math.floor(number(address) / size);
}
