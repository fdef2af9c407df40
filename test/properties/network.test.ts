import { type Resource, resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';

interface VpcConfig {
  readonly SubnetIds: string[];
  readonly SecurityGroupIds: string[];
}

describe.each(['local', 'dev', 'prod'])('stage %s', (stage) => {
  const resources = resolveTemplates(templatesOf(stage));
  const all = (type: string) => Object.entries(resources).filter(([, r]) => r.Type === type);
  const configOf = (fn: Resource) => fn.Properties.VpcConfig as VpcConfig | undefined;
  const outside = all('AWS::Lambda::Function').filter(([, fn]) => configOf(fn) === undefined);
  const inside = all('AWS::Lambda::Function').filter(([, fn]) => configOf(fn) !== undefined);

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

  it.each(inside.filter(([id]) => !id.startsWith('Authorizer')))(
    'function %s runs in two subnets without a way out, and may speak to endpoints alone',
    (_, fn) => {
      const { SubnetIds, SecurityGroupIds } = configOf(fn) ?? { SubnetIds: [], SecurityGroupIds: [] };
      expect(SubnetIds).toHaveLength(2);
      for (const subnet of SubnetIds) expect(leadsOut(subnet)).toBe(false);
      expect(SecurityGroupIds).toEqual([expect.stringMatching(/^SecurityGroupsFunctions/)]);
    },
  );

  it('lets no function out but the authorizer, past the firewall, to the keys of the token issuer', () => {
    const out = inside.filter(([, fn]) => configOf(fn)?.SubnetIds.some(leadsOut));
    expect(out.map(([id, fn]) => [id.replace(/[0-9A-F]{8}$/, ''), configOf(fn)?.SubnetIds[0]])).toEqual(
      stage === 'prod' ? [['Authorizer', expect.stringMatching(/^issuersubneta/)]] : [],
    );
  });

  it('uses the default security group, which lets everything out, for nothing', () => {
    expect(JSON.stringify(resources)).not.toContain('DefaultSecurityGroup');
  });

  it('gives the authorizer, which may leave the network, no right to any data', () => {
    const policies = all('AWS::IAM::Policy').filter(([id]) => id.startsWith('AuthorizerRole'));
    const actions = policies.flatMap(([, p]) =>
      (p.Properties.PolicyDocument as { Statement: { Action: string | string[]; Effect: string }[] }).Statement.filter(
        (s) => s.Effect === 'Allow',
      ).flatMap((s) => s.Action),
    );
    expect(actions.filter((action) => !/^(logs|xray|ec2):/.test(action))).toEqual([]);
    expect(actions.length).toBeGreaterThan(3);
  });
});
