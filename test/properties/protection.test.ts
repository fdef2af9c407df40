import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import { build } from '../../bin/app';
import { resolveTemplates } from '../lib/support/resolve';
import { type Templates, testApp } from '../lib/support/stages';

/*
 * What holds for every resource of every stack, whoever adds one. An exception is listed here with its reason;
 * one that nothing needs any more fails as well.
 */

/** Where a type of resource names the key that encrypts it. */
const KEY_OF: Record<string, (properties: Record<string, unknown>) => unknown> = {
  'AWS::S3::Bucket': (p) =>
    pick(
      p,
      'BucketEncryption',
      'ServerSideEncryptionConfiguration',
      0,
      'ServerSideEncryptionByDefault',
      'KMSMasterKeyID',
    ),
  'AWS::DynamoDB::Table': (p) => pick(p, 'SSESpecification', 'KMSMasterKeyId'),
  'AWS::SQS::Queue': (p) => p.KmsMasterKeyId,
  'AWS::SNS::Topic': (p) => p.KmsMasterKeyId,
  'AWS::Logs::LogGroup': (p) => p.KmsKeyId,
  'AWS::SecretsManager::Secret': (p) => p.KmsKeyId,
  'AWS::CloudTrail::Trail': (p) => p.KMSKeyId,
  'AWS::Backup::BackupVault': (p) => p.EncryptionKeyArn,
  'AWS::Kinesis::Stream': (p) => pick(p, 'StreamEncryption', 'KeyId'),
  'AWS::KinesisFirehose::DeliveryStream': (p) => pick(p, 'DeliveryStreamEncryptionConfigurationInput', 'KeyARN'),
  'AWS::NetworkFirewall::Firewall': (p) => pick(p, 'EncryptionConfiguration', 'KeyId'),
  'AWS::NetworkFirewall::FirewallPolicy': (p) => pick(p, 'EncryptionConfiguration', 'KeyId'),
  'AWS::NetworkFirewall::RuleGroup': (p) => pick(p, 'EncryptionConfiguration', 'KeyId'),
};

/** Resources without a key of ours, by logical id without its hash. */
const NO_OWN_KEY: Record<string, string> = {
  AccessLogs: 'S3 delivers server access logs only to buckets that are encrypted with its own keys (SSE-S3).',
  ReplicaAccessLogs: 'The same, for the bucket in the second Region.',
};

/** Services that may take up a role without saying on whose behalf. */
const ANY_ACCOUNT: Record<string, string> = {
  'lambda.amazonaws.com':
    "A function gets a role only from somebody who may pass it, which never crosses accounts; Lambda's guide names no source for it.",
  'apigateway.amazonaws.com':
    'The role that writes API logs is set for the whole account by somebody who may pass it; the guide names no source for it.',
  'backup.amazonaws.com':
    "A job gets a role only from somebody who may pass it; AWS Backup's guide names sources for keys and topics, not for its roles.",
  's3.amazonaws.com':
    "Replication gets a role only from somebody who may pass it; S3's guide names no source for it, and the bucket's ARN would be a circle.",
};
/** Those of them that really do. */
const needed = new Set<string>();

/** Conditions that keep a principal of `*` inside this account, its organisation or its network. */
const BOUNDS =
  /^aws:(PrincipalAccount|PrincipalOrgID|PrincipalArn|SourceAccount|SourceArn|SourceVpce|SourceVpc|SourceOrgID)$/i;
/** CloudWatch Logs names the log group, account included, as the context of what it encrypts. */
const SOURCE = /^(aws:SourceAccount|aws:SourceArn|aws:SourceOrgID|kms:EncryptionContext:aws:logs:arn)$/i;

interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** A statement and the logical id of the resource that carries it. */
interface Owned {
  readonly id: string;
  readonly statement: Statement;
}

interface Acknowledged {
  readonly ruleName: string;
  readonly acknowledgedAt: string;
  readonly reason: string;
  readonly violatingConstructs: readonly { constructPath: string }[];
}

describe.each(['local', 'dev', 'prod'])('stage %s', (stage) => {
  const app = testApp({ stage });
  const stacks = Object.values(build(app)).filter((stack) => stack !== undefined);
  const { directory } = app.synth();
  const templates = stacks.map((stack) => [stack.node.id, Template.fromStack(stack)] as const);
  const resources = resolveTemplates(Object.fromEntries(templates) as unknown as Templates);
  const all = Object.entries(resources).map(([id, r]) => ({ id, type: r.Type, properties: r.Properties ?? {} }));
  const keys = all.filter(({ type }) => type === 'AWS::KMS::Key').map(({ id }) => id.toLowerCase());

  it('has stacks in India alone, each with a literal Region', () => {
    for (const { node, region } of stacks)
      expect([node.id, region]).toEqual([node.id, expect.stringMatching(/^ap-south-[12]$/)]);
  });

  it('encrypts whatever can hold data with a key of its own', () => {
    const open = all
      .filter(({ type, properties }) => {
        const keyOf = KEY_OF[type];
        return keyOf !== undefined && !isOwnKey(keyOf(properties));
      })
      .map(({ id }) => plain(id));
    const excepted = Object.keys(NO_OWN_KEY).filter((id) => all.some((resource) => plain(resource.id) === id));
    expect(open.sort()).toEqual(excepted.sort());
  });

  it('keeps every log for at least a year with a leap day', () => {
    const short = all.filter(
      ({ type, properties }) => type === 'AWS::Logs::LogGroup' && !(Number(properties.RetentionInDays) >= 366),
    );
    expect(short.map(({ id }) => id)).toEqual([]);
  });

  it('lets nobody in without knowing from where', () => {
    const open = resourcePolicies().filter(
      ({ statement: { Effect, Principal, Condition } }) =>
        Effect === 'Allow' && isAnybody(Principal) && !conditionKeys(Condition).some((key) => BOUNDS.test(key)),
    );
    expect(open).toEqual([]);
  });

  it('lets a service in only on behalf of this account', () => {
    const open = (statements: readonly Owned[]) =>
      statements.flatMap(({ id, statement: { Effect, Principal, Condition } }) =>
        Effect === 'Deny' || conditionKeys(Condition).some((key) => SOURCE.test(key))
          ? []
          : servicesOf(Principal).map((service) => ({ id: plain(id), service })),
      );
    expect(open(resourcePolicies())).toEqual([]);
    const takers = open(trustPolicies());
    for (const { service } of takers) needed.add(service);
    expect(takers.filter(({ service }) => ANY_ACCOUNT[service] === undefined)).toEqual([]);
  });

  it('lets services call functions only from a named source', () => {
    const open = all.filter(
      ({ type, properties }) =>
        type === 'AWS::Lambda::Permission' &&
        !properties.SourceArn &&
        !properties.SourceAccount &&
        !properties.PrincipalOrgID,
    );
    expect(open.map(({ id }) => id)).toEqual([]);
    expect(all.filter(({ type }) => type === 'AWS::Lambda::Url')).toEqual([]);
  });

  it('answers nobody at the API without a token', () => {
    const methods = all.filter(({ type }) => type === 'AWS::ApiGateway::Method');
    expect(methods.length).toBeGreaterThan(0);
    expect(methods.filter(({ properties }) => properties.AuthorizationType === 'NONE').map(({ id }) => id)).toEqual([]);
    for (const { properties } of all.filter(({ type }) => type === 'AWS::ApiGateway::RestApi'))
      expect(pick(properties, 'EndpointConfiguration', 'Types')).not.toContain('EDGE');
  });

  it('has no address on the internet but those of NAT gateways', () => {
    const gateways = JSON.stringify(all.filter(({ type }) => type === 'AWS::EC2::NatGateway'));
    const addresses = all.filter(({ id, type }) => type === 'AWS::EC2::EIP' && !gateways.includes(id));
    const subnets = all.filter(
      ({ type, properties }) => type === 'AWS::EC2::Subnet' && properties.MapPublicIpOnLaunch === true,
    );
    expect([...addresses, ...subnets].map(({ id }) => id)).toEqual([]);
  });

  it('opens no security group to the world, inwards or outwards', () => {
    const rules = all.flatMap(({ id, type, properties }) => {
      if (/^AWS::EC2::SecurityGroup(In|E)gress$/.test(type)) return [{ id, rule: properties }];
      if (type !== 'AWS::EC2::SecurityGroup') return [];
      const { SecurityGroupIngress = [], SecurityGroupEgress } = properties;
      // CloudFormation opens all ways out of a group that names none.
      const egress = SecurityGroupEgress ?? [{ CidrIp: '0.0.0.0/0' }];
      return [SecurityGroupIngress, egress].flat().map((rule) => ({ id, rule: rule as Record<string, unknown> }));
    });
    const open = rules.filter(({ rule }) => rule.CidrIp === '0.0.0.0/0' || rule.CidrIpv6 === '::/0');
    expect(open.map(({ id }) => plain(id))).toEqual([]);
  });

  it('explains every wildcard of a policy beside it, not on the whole stack', () => {
    const { pluginReports } = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as {
      pluginReports: { suppressedViolations: Acknowledged[] }[];
    };
    const accepted = pluginReports.flatMap(({ suppressedViolations }) => suppressedViolations);
    const wildcards = wildcardsOf();
    expect(wildcards.length).toBeGreaterThan(10);
    const unexplained = wildcards.filter(({ path, finding }) => {
      const stackPath = path.split('/')[0];
      return !accepted.some(
        ({ ruleName, acknowledgedAt, violatingConstructs, reason }) =>
          ruleName === finding &&
          violatingConstructs.some(({ constructPath }) => constructPath === path) &&
          `${path}/`.startsWith(`${acknowledgedAt}/`) &&
          acknowledgedAt !== stackPath &&
          reason.length >= 20,
      );
    });
    expect(unexplained).toEqual([]);
  });

  function isOwnKey(value: unknown): boolean {
    return typeof value === 'string' && keys.some((key) => value === key || value.endsWith(`:key/${key}`));
  }

  /** Statements of the policies that resources carry themselves: buckets, keys, queues, topics, tables, vaults, endpoints. */
  function resourcePolicies(): Owned[] {
    return all
      .filter(({ type }) => !type.startsWith('AWS::IAM::'))
      .flatMap(({ id, properties }) =>
        Object.values(properties).flatMap((value) => statementsIn(value).map((statement) => ({ id, statement }))),
      );
  }

  function trustPolicies(): Owned[] {
    return all
      .filter(({ type }) => type === 'AWS::IAM::Role')
      .flatMap(({ id, properties }) =>
        statementsIn(properties.AssumeRolePolicyDocument).map((statement) => ({ id, statement })),
      );
  }

  /** Every wildcard in what a role or policy allows, with the id under which cdk-nag would find it. */
  function wildcardsOf(): { path: string; finding: string }[] {
    return app.node.findAll().flatMap((construct) => {
      const resolve = (value: unknown) => Stack.of(construct).resolve(value);
      const documents =
        CfnPolicy.isCfnPolicy(construct) || CfnManagedPolicy.isCfnManagedPolicy(construct)
          ? [resolve(construct.policyDocument)]
          : CfnRole.isCfnRole(construct)
            ? ((resolve(construct.policies) ?? []) as { policyDocument: unknown }[]).map((p) => p.policyDocument)
            : [];
      return documents.flatMap(statementsIn).flatMap(({ Effect, Action = [], Resource = [] }) => {
        if (Effect !== 'Allow') return [];
        const found = (kind: string, value: unknown) => {
          const text = flattenCfnReference(value);
          return text.includes('*')
            ? [{ path: construct.node.path, finding: `AwsSolutions-IAM5[${kind}::${text}]` }]
            : [];
        };
        return [
          ...[Action].flat().flatMap((a) => found('Action', a)),
          ...[Resource].flat().flatMap((r) => found('Resource', r)),
        ];
      });
    });
  }
});

it('has no exception that nothing needs', () => {
  expect([...needed].sort()).toEqual(Object.keys(ANY_ACCOUNT).sort());
});

function pick(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

/** Logical id without its hash. */
function plain(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}

/** Statements of a policy document, wherever in a property's value it stands, as an object or as JSON. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value === 'string' && value.startsWith('{') && value.includes('"Statement"'))
    return statementsIn(JSON.parse(value));
  if (typeof value !== 'object' || value === null) return [];
  const { Statement: statements } = value as { Statement?: Statement | Statement[] };
  if (statements !== undefined && 'Version' in value) return [statements].flat();
  return Object.values(value).flatMap(statementsIn);
}

function isAnybody(principal: unknown): boolean {
  if (principal === '*') return true;
  const { AWS } = (principal ?? {}) as { AWS?: unknown };
  return [AWS].flat().includes('*');
}

function servicesOf(principal: unknown): string[] {
  const { Service } = (principal ?? {}) as { Service?: string | string[] };
  return Service === undefined ? [] : [Service].flat();
}

function conditionKeys(condition: Statement['Condition']): string[] {
  return Object.values(condition ?? {}).flatMap(Object.keys);
}
