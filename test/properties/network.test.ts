import { type Resource, resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';

interface VpcConfig {
  readonly SubnetIds: string[];
  readonly SecurityGroupIds: string[];
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
}

describe.each(['local', 'dev', 'prod'])('stage %s', (stage) => {
  const resources = resolveTemplates(templatesOf(stage));
  const all = (type: string) => Object.entries(resources).filter(([, r]) => r.Type === type);
  const configOf = (fn: Resource) => fn.Properties.VpcConfig as VpcConfig | undefined;
  const outside = all('AWS::Lambda::Function').filter(([, fn]) => configOf(fn) === undefined);
  const inside = all('AWS::Lambda::Function').filter(([, fn]) => configOf(fn) !== undefined);

  /** What the function's role is allowed. */
  const actionsOf = (fn: Resource): string[] => {
    const role = String(fn.Properties.Role).split('/').at(-1) ?? '';
    return all('AWS::IAM::Policy')
      .filter(([, p]) => (p.Properties.Roles as string[]).includes(role))
      .flatMap(([, p]) => (p.Properties.PolicyDocument as { Statement: Statement[] }).Statement)
      .filter((s) => s.Effect === 'Allow')
      .flatMap((s) => s.Action);
  };

  /** Whether the subnet's route table leads anywhere but into the network. */
  const leadsOut = (subnet: string) => {
    const association = all('AWS::EC2::SubnetRouteTableAssociation').find(([, a]) => a.Properties.SubnetId === subnet);
    return all('AWS::EC2::Route').some(
      ([, r]) => r.Properties.RouteTableId === association?.[1].Properties.RouteTableId,
    );
  };

  it(`runs every function inside the network${stage === 'prod' ? '' : ', but the authorizer, which needs a firewall there'}`, () => {
    expect(inside.length).toBeGreaterThan(10);
    expect(outside.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(stage === 'prod' ? [] : ['Authorizer']);
  });

  it.each(inside.filter(([id]) => !/^(Authorizer|TransfersEgress)/.test(id)))(
    'function %s runs in two subnets without a way out, and may speak to endpoints alone',
    (_, fn) => {
      const { SubnetIds, SecurityGroupIds } = configOf(fn) ?? { SubnetIds: [], SecurityGroupIds: [] };
      expect(SubnetIds).toHaveLength(2);
      for (const subnet of SubnetIds) expect(leadsOut(subnet)).toBe(false);
      expect(SecurityGroupIds).toEqual([expect.stringMatching(/^SecurityGroupsFunctions/)]);
    },
  );

  it('lets no function out but the authorizer, to the keys of the token issuer, and the egress, both past the firewall', () => {
    const out = inside.filter(([, fn]) => configOf(fn)?.SubnetIds.some(leadsOut));
    expect(out.map(([id, fn]) => [id.replace(/[0-9A-F]{8}$/, ''), configOf(fn)?.SubnetIds[0]])).toEqual(
      stage === 'prod'
        ? [
            ['Authorizer', expect.stringMatching(/^issuersubneta/)],
            ['TransfersEgress', expect.stringMatching(/^egresssubneta/)],
          ]
        : [],
    );
  });

  it('keeps the egress, where there is no firewall, in the subnets that would lead to one', () => {
    const [[, egress] = []] = all('AWS::Lambda::Function').filter(([id]) => id.startsWith('TransfersEgress'));
    const { SubnetIds = [], SecurityGroupIds } = (egress && configOf(egress)) ?? {};
    expect(SubnetIds).toEqual([expect.stringMatching(/^egresssubneta/), expect.stringMatching(/^egresssubnetb/)]);
    expect(SecurityGroupIds).toEqual([expect.stringMatching(/^SecurityGroupsWayOut/)]);
    for (const subnet of SubnetIds) expect(leadsOut(subnet)).toBe(stage === 'prod');
  });

  it('uses the default security group, which lets everything out, for nothing', () => {
    // The conformance pack has a rule about it.
    const others = Object.values(resources).filter(({ Type }) => Type !== 'AWS::Config::ConformancePack');
    expect(JSON.stringify(others)).not.toContain('DefaultSecurityGroup');
  });

  it.each(inside)('function %s has an endpoint for every service that its role may call', (_, fn) => {
    const served = all('AWS::EC2::VPCEndpoint').map(([, e]) => String(e.Properties.ServiceName).split('.').at(-1));
    // Lambda writes logs and makes network interfaces itself, and nobody is called to pass a role.
    const called = actionsOf(fn).filter((action) => !/^(logs|ec2):|^iam:PassRole$/.test(action));
    expect(called).not.toEqual([]);
    expect(called.filter((action) => !served.includes(action.split(':')[0]))).toEqual([]);
  });

  it('gives the authorizer, which may leave the network, no right to any data', () => {
    const [[, authorizer] = []] = all('AWS::Lambda::Function').filter(([id]) => id.startsWith('Authorizer'));
    const actions = authorizer === undefined ? [] : actionsOf(authorizer);
    expect(actions.filter((action) => !/^(logs|xray|ec2):/.test(action))).toEqual([]);
    expect(actions.length).toBeGreaterThan(3);
  });
});
