import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { parsePolicies } from '../../../lambda/transfer/rules';
import { ComplianceFunction } from '../../../lib/control-plane/compliance-function';
import type { Reach } from '../../../lib/network/function-network';
import { loadRegister } from '../../../policies/load';
import { bundledRegister, parseRegister } from '../../../policies/register';
import { loadPolicies } from '../../../policies/transfers/load';
import { smallNetwork } from '../support/network';
import { smallApp } from '../support/small-app';

/** A stack with one function, bundled only where a test looks at the bundle. */
function stackWith(
  options: {
    reach?: Reach;
    outside?: readonly Reach[];
    register?: ReturnType<typeof loadRegister>;
    bundle?: true;
    entry?: string;
  } = {},
): Stack {
  const { stack, key } = smallApp(options.bundle && { 'aws:cdk:bundling-stacks': ['**'] });
  new ComplianceFunction(stack, 'Authorizer', {
    register: options.register ?? loadRegister(),
    stageName: 'dev',
    network: smallNetwork(stack, options.outside),
    logKey: key.key,
    logRetention: RetentionDays.ONE_DAY,
    entry: options.entry ?? 'access/authorizer.handler.ts',
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

const withoutProcessors = { ...loadRegister(), processors: { processors: [] } };

describe('a bundle', () => {
  const [bundle = ''] = bundlesOf(stackWith({ bundle: true }));

  it('is one module with the register beside it', () => {
    expect(readdirSync(bundle).sort()).toEqual(['index.mjs', 'index.mjs.map', 'register.json']);
    const register: unknown = JSON.parse(readFileSync(join(bundle, 'register.json'), 'utf8'));
    expect(parseRegister(register)).toEqual(bundledRegister(loadRegister()));
  });

  it('does not change with the processors, by which it does not decide', () => {
    const [other = ''] = bundlesOf(stackWith({ bundle: true, register: withoutProcessors }));
    expect(basename(other)).toBe(basename(bundle));
  });
});

describe('a bundle of a function that decides about transfers', () => {
  const entry = 'transfer/decide.handler.ts';
  const [bundle = ''] = bundlesOf(stackWith({ bundle: true, entry }));
  const read = (file: string): unknown => JSON.parse(readFileSync(join(bundle, file), 'utf8'));

  it('carries the processors, the policies and Cedar', () => {
    expect(readdirSync(bundle).sort()).toEqual([
      'cedar_wasm_bg.wasm',
      'index.mjs',
      'policies.json',
      'processors.json',
      'register.json',
    ]);
    expect(read('processors.json')).toEqual(loadRegister().processors);
    expect(parsePolicies(read('policies.json'))).toEqual(loadPolicies());
  });

  it('changes with the processors', () => {
    const [other = ''] = bundlesOf(stackWith({ bundle: true, entry, register: withoutProcessors }));
    expect(basename(other)).not.toBe(basename(bundle));
  });

  it('is small enough to start quickly, as cdk packs it', () => {
    const packed = readdirSync(bundle).map(
      (file) => deflateRawSync(readFileSync(join(bundle, file)), { level: 6 }).length,
    );
    expect(packed.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(1_600_000);
  });

  it('answers with a denial where it is unpacked and no table can be reached', () => {
    const script = `
      const { handler } = await import(process.argv[1]);
      const answer = await handler(JSON.parse(process.argv[2]), {});
      console.log(answer.body);`;
    const question = {
      tenantId: 'tenant-1',
      processorId: 'sandbox-sms',
      purpose: 'service-messages',
      dataRole: 'tenant',
      categories: [],
      fields: ['phone'],
      subjectId: 'subject-1',
      lawfulBasis: { kind: 'consent', evidenceId: 'consent-1' },
      dlt: { entityId: '1101234567890', header: 'DIGCRM', templateId: '1107123456789' },
    };
    const event = {
      resource: '/v1/transfer-decisions',
      httpMethod: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      requestContext: { authorizer: { clientName: 'crm', actions: 'transfer:decide', tenants: 'all' } },
    };
    const output = execFileSync(
      process.execPath,
      ['--enable-source-maps', '--input-type=module', '-e', script, join(bundle, 'index.mjs'), JSON.stringify(event)],
      {
        encoding: 'utf8',
        env: {
          AWS_REGION: 'ap-south-1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          // Nothing listens there.
          AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
          LAMBDA_TASK_ROOT: bundle,
          STAGE: 'local',
          TRANSFER_TABLE: 'transfers',
          CONTROL_TABLE: 'control',
          SUBJECT_HASH_KEY_ID: 'key',
        },
      },
    );
    const answer: unknown = JSON.parse(
      output.split('\n').find((line) => line.includes('decisionId":"td-') && line.includes('outcome')) ?? '',
    );
    expect(answer).toMatchObject({ outcome: 'deny', decidedBy: [{ id: 'record.failed' }], obligations: null });
    expect(output).not.toContain('subject-1');
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
