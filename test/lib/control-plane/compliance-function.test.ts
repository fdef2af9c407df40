import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ComplianceFunction } from '../../../lib/control-plane/compliance-function';
import type { Reach } from '../../../lib/network/function-network';
import { loadRegister } from '../../../policies/load';
import { bundledRegister, parseRegister } from '../../../policies/register';
import { smallNetwork } from '../support/network';
import { smallApp } from '../support/small-app';

/** A stack with one function, bundled only where a test looks at the bundle. */
function stackWith(
  options: {
    reach?: Reach;
    outside?: readonly Reach[];
    register?: ReturnType<typeof loadRegister>;
    bundle?: true;
  } = {},
): Stack {
  const { stack, key } = smallApp(options.bundle && { 'aws:cdk:bundling-stacks': ['**'] });
  new ComplianceFunction(stack, 'Authorizer', {
    register: options.register ?? loadRegister(),
    stageName: 'dev',
    network: smallNetwork(stack, options.outside),
    logKey: key.key,
    logRetention: RetentionDays.ONE_DAY,
    entry: 'access/authorizer.handler.ts',
    description: 'test',
    timeout: Duration.seconds(15),
    reach: options.reach,
  });
  return stack;
}

/** Folders of what was bundled; their names are the hashes of what is in them. */
function bundlesOf(stack: Stack): string[] {
  const { outdir } = stack.node.root as unknown as { outdir: string };
  return readdirSync(outdir)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(outdir, name));
}

describe('a bundle', () => {
  const [bundle = ''] = bundlesOf(stackWith({ bundle: true }));

  it('is one module with the register beside it', () => {
    expect(readdirSync(bundle).sort()).toEqual(['index.mjs', 'index.mjs.map', 'register.json']);
    const register: unknown = JSON.parse(readFileSync(join(bundle, 'register.json'), 'utf8'));
    expect(parseRegister(register)).toEqual(bundledRegister(loadRegister()));
  });

  it('does not change with the processors, by which no function decides', () => {
    const register = { ...loadRegister(), processors: { processors: [] } };
    const [other = ''] = bundlesOf(stackWith({ bundle: true, register }));
    expect(other.split('asset.')[1]).toBe(bundle.split('asset.')[1]);
  });
});

describe('the place of a function', () => {
  it.each([
    [undefined, 'endpoints'],
    ['endpoints', 'endpoints'],
    ['processors', 'processors'],
    ['token-issuer', 'token-issuer'],
  ] as const)('that asks for %s is where it reaches %s', (reach, place) => {
    Template.fromStack(stackWith({ reach })).hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: [`subnet-${place}`], SecurityGroupIds: [`sg-${place}`] },
    });
  });

  it('is outside where the network has none for it, without any right to network interfaces', () => {
    const template = Template.fromStack(stackWith({ reach: 'token-issuer', outside: ['token-issuer'] }));
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('ec2:');
  });

  it('may be connected by Lambda, in its own subnets and group, and not by its own code', () => {
    const template = Template.fromStack(stackWith());
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const statements = policy?.Properties.PolicyDocument.Statement as Record<string, unknown>[];
    const about = (action: string, effect: string) =>
      statements.find((s) => s.Effect === effect && [s.Action].flat().includes(action));
    const joined = (arn: { 'Fn::Join': [string, unknown[]] }) => arn['Fn::Join'][1].at(-1);
    const allowed = about('ec2:CreateNetworkInterface', 'Allow');
    expect(((allowed?.Resource ?? []) as never[]).map(joined)).toEqual([
      ':network-interface/*',
      ':security-group/sg-endpoints',
      ':subnet/subnet-endpoints',
    ]);
    const denied = about('ec2:CreateNetworkInterface', 'Deny');
    expect(denied?.Condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'false' } });
    for (const statement of [allowed, about('ec2:DescribeSubnets', 'Allow')])
      for (const action of [statement?.Action].flat() as string[])
        if (action.startsWith('ec2:')) expect(denied?.Action).toContain(action);
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });
});
