import { cidrOf, FUNCTION_GROUPS, VPC_CIDR, WAYS_OUT, ZONES } from '../../../lib/network/layout';
import { Packets } from '../support/packets';
import { templatesOf } from '../support/stages';

const INTERNET = '13.235.10.10';
/** The fourth address of a subnet, the first that AWS gives to anybody. */
const hostIn = (cidr: string) => cidr.replace(/\d+\/\d+$/, '4');

const network = templatesOf('prod').network;
const A = 'ap-south-1a:vpce-0aaa';
const B = 'ap-south-1b:vpce-0bbb';

describe.each([
  ['in order', [A, B]],
  ['in another order', [B, A]],
])('with the firewall endpoints %s', (_, endpoints) => {
  const packets = new Packets(network, endpoints);

  it.each(ZONES)('leads functions in zone %s nowhere but into the network', (zone) => {
    expect(packets.path(`functions-${zone}`, INTERNET)).toEqual(['nowhere']);
  });

  it.each(WAYS_OUT.flatMap((group) => ZONES.map((zone) => [group, zone] as const)))(
    'leads %s in zone %s out through the firewall, and back through the same',
    (group, zone) => {
      expect(packets.path(`${group}-${zone}`, INTERNET)).toEqual([`firewall-${zone}`, `public-${zone}`, 'internet']);
      expect(packets.path(`public-${zone}`, hostIn(cidrOf(group, zone)))).toEqual([
        `firewall-${zone}`,
        `${group}-${zone}`,
      ]);
    },
  );
});

it('has an internet gateway route in the subnets of NAT gateways alone', () => {
  const routes = Object.entries(network.findResources('AWS::EC2::Route')).filter(([, r]) => r.Properties.GatewayId);
  expect(routes.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
    'FirewallPublicSubnetsOutA',
    'FirewallPublicSubnetsOutB',
  ]);
});

it.each(['dev', 'local'])('has in stage %s, without a firewall, no gateway and no route at all', (stage) => {
  const template = templatesOf(stage).network;
  for (const type of [
    'NatGateway',
    'InternetGateway',
    'VPCGatewayAttachment',
    'EIP',
    'Route',
    'EgressOnlyInternetGateway',
  ])
    template.resourceCountIs(`AWS::EC2::${type}`, 0);
  const packets = new Packets(template);
  expect(packets.names).toEqual(FUNCTION_GROUPS.flatMap((group) => ZONES.map((zone) => `${group}-${zone}`)).sort());
  for (const name of packets.names) expect(packets.path(name, INTERNET)).toEqual(['nowhere']);
});

it('gives no machine a public address', () => {
  for (const { Properties } of Object.values(network.findResources('AWS::EC2::Subnet')))
    expect(Properties).toMatchObject({ MapPublicIpOnLaunch: false });
});

it('keeps the subnets inside the network and apart from each other', () => {
  const cidrs = Object.values(network.findResources('AWS::EC2::Subnet')).map((s) => String(s.Properties.CidrBlock));
  expect(cidrs).toHaveLength(10);
  const ranges = cidrs.map(rangeOf).sort(([a], [b]) => a - b);
  const [first, last] = rangeOf(VPC_CIDR);
  for (const [i, [from, to]] of ranges.entries()) {
    expect(from).toBeGreaterThan(i === 0 ? first - 1 : (ranges[i - 1]?.[1] ?? 0));
    expect(to).toBeLessThanOrEqual(last);
  }
});

function rangeOf(cidr: string): [number, number] {
  const [address = '', bits] = cidr.split('/');
  const from = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [from, from + 2 ** (32 - Number(bits)) - 1];
}
