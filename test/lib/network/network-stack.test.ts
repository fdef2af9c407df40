import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { NetworkStack } from '../../../lib/network/network-stack';
import { stageOf } from '../../../lib/stage';
import { loadRegister } from '../../../policies/load';
import { processorsOf } from '../../../policies/register';
import type { Register } from '../../../policies/schema';
import { templatesOf, testApp } from '../support/stages';

const env = { region: 'ap-south-1' };

/** The network of a stage, with the register changed before. */
function networkOf(stageName: string, change: (register: Register) => void = () => {}): Template {
  const register = structuredClone(loadRegister());
  change(register);
  const app = testApp({ stage: stageName });
  const logArchive = new Bucket(new Stack(app, 'Archive', { env }), 'Bucket');
  return Template.fromStack(
    new NetworkStack(app, 'Network', { env, register, stage: stageOf(app, register), logArchive }),
  );
}

/** Properties of all resources of a type. */
const all = (template: Template, type: string) =>
  Object.values(template.findResources(type)).map((resource) => resource.Properties);

const prod = templatesOf('prod').network;
/** Those of the stage's processors: what stands for a processor on a developer's computer is let out of no account. */
const domainsOf = (stage: string) => processorsOf(loadRegister(), stage).flatMap((processor) => processor.domains);

describe('the firewall', () => {
  it('lets out TLS to the hosts of the register, from the subnets of the egress function', () => {
    prod.hasResourceProperties('AWS::NetworkFirewall::RuleGroup', {
      RuleGroupName: 'digicrm-prod-egress',
      Type: 'STATEFUL',
      RuleGroup: {
        RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.20.4.0/26', '10.20.5.0/26'] } } },
        RulesSource: {
          RulesSourceList: { GeneratedRulesType: 'ALLOWLIST', TargetTypes: ['TLS_SNI'], Targets: domainsOf('prod') },
        },
        StatefulRuleOptions: { RuleOrder: 'STRICT_ORDER' },
      },
    });
  });

  it('lets the authorizer out to the keys of the token issuer, and to no processor', () => {
    prod.hasResourceProperties('AWS::NetworkFirewall::RuleGroup', {
      RuleGroupName: 'digicrm-prod-issuer',
      RuleGroup: {
        RuleVariables: { IPSets: { HOME_NET: { Definition: ['10.20.6.0/26', '10.20.7.0/26'] } } },
        RulesSource: { RulesSourceList: { Targets: ['cognito-idp.ap-south-1.amazonaws.com'] } },
      },
    });
  });

  it('has no other rule, and drops and alerts whatever none of them lets out', () => {
    prod.resourceCountIs('AWS::NetworkFirewall::RuleGroup', 2);
    const [policy] = all(prod, 'AWS::NetworkFirewall::FirewallPolicy');
    expect(policy?.FirewallPolicy).toEqual({
      StatelessDefaultActions: ['aws:forward_to_sfe'],
      StatelessFragmentDefaultActions: ['aws:drop'],
      StatefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
      StatefulEngineOptions: { RuleOrder: 'STRICT_ORDER', StreamExceptionPolicy: 'DROP' },
      StatefulRuleGroupReferences: [
        { Priority: 1, ResourceArn: { Ref: expect.stringContaining('egress') } },
        { Priority: 2, ResourceArn: { Ref: expect.stringContaining('issuer') } },
      ],
    });
  });

  it('sends alerts to the log archive', () => {
    prod.hasResourceProperties('AWS::NetworkFirewall::LoggingConfiguration', {
      LoggingConfiguration: {
        LogDestinationConfigs: [
          {
            LogType: 'ALERT',
            LogDestinationType: 'S3',
            LogDestination: { bucketName: Match.anyValue(), prefix: 'network-firewall' },
          },
        ],
      },
    });
  });

  it('cannot be deleted or moved by accident in prod', () => {
    prod.hasResourceProperties('AWS::NetworkFirewall::Firewall', {
      DeleteProtection: true,
      SubnetChangeProtection: true,
      FirewallPolicyChangeProtection: true,
    });
    prod.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroupAssociation', { MutationProtection: 'ENABLED' });
  });

  it('has no rule for processors where none of them has a host', () => {
    const template = networkOf('prod', ({ processors: { processors } }) => {
      for (const processor of processors) processor.domains = [];
    });
    template.resourceCountIs('AWS::NetworkFirewall::RuleGroup', 1);
    template.resourceCountIs('AWS::Route53Resolver::FirewallDomainList', 2);
  });
});

describe.each(['dev', 'prod'])('the DNS firewall of stage %s', (stage) => {
  const template = templatesOf(stage).network;
  const rules = () => {
    const [group] = all(template, 'AWS::Route53Resolver::FirewallRuleGroup');
    const lists = template.findResources('AWS::Route53Resolver::FirewallDomainList');
    return ((group?.FirewallRules ?? []) as Rule[])
      .toSorted((a, b) => a.Priority - b.Priority)
      .map((rule) => ({ ...rule, domains: lists[rule.FirewallDomainListId['Fn::GetAtt'][0]]?.Properties.Domains }));
  };

  it('answers for the names of endpoints, of registered hosts, and for nothing else', () => {
    const region = 'ap-south-1.amazonaws.com';
    const services = ['kms', 'sqs', 'events', 'scheduler', 'xray', 'cloudtrail'].map((name) => `${name}.${region}`);
    const second = loadRegister().stages.stages[stage]?.switches.replicaRegion.enabled;
    const replica = second ? ['s3.ap-south-2.amazonaws.com', '*.s3.ap-south-2.amazonaws.com'] : [];
    const issuer = stage === 'prod' ? [`cognito-idp.${region}`] : [];
    expect(rules()).toMatchObject([
      {
        Action: 'ALLOW',
        domains: [
          `s3.${region}`,
          `*.s3.${region}`,
          `dynamodb.${region}`,
          { 'Fn::Join': ['', [{ Ref: 'AWS::AccountId' }, `.ddb.${region}`]] },
          ...services,
          ...replica,
          ...issuer,
        ],
      },
      { Action: 'ALLOW', domains: domainsOf(stage) },
      { Action: 'BLOCK', BlockResponse: 'NXDOMAIN', domains: ['*'] },
    ]);
  });
});

describe('security groups', () => {
  const groups = Object.entries(prod.findResources('AWS::EC2::SecurityGroup'));
  const rulesOf = (name: string) =>
    groups.find(([id]) => id.startsWith(`SecurityGroups${name}`))?.[1].Properties as Record<string, SgRule[]>;

  it('let functions speak TLS to endpoints, S3 and DynamoDB, and to nothing else', () => {
    const egress = rulesOf('Functions').SecurityGroupEgress ?? [];
    expect(egress.map((rule) => [rule.IpProtocol, rule.FromPort, rule.ToPort, rule.CidrIp])).toEqual(
      Array(3).fill(['tcp', 443, 443, undefined]),
    );
    expect(egress.map((rule) => rule.DestinationPrefixListId)).toEqual([undefined, 'pl-78a54011', 'pl-66a7420f']);
    expect(JSON.stringify(egress[0]?.DestinationSecurityGroupId)).toContain('SecurityGroupsEndpoints');
  });

  it('let functions with a way out speak TLS and nothing else', () => {
    expect(rulesOf('WayOut').SecurityGroupEgress).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' },
    ]);
  });

  it('let nobody speak to a function, and only functions to endpoints', () => {
    for (const name of ['Functions', 'WayOut']) expect(rulesOf(name).SecurityGroupIngress ?? []).toEqual([]);
    const ingress = rulesOf('Endpoints').SecurityGroupIngress ?? [];
    expect(ingress.map((rule) => [rule.FromPort, rule.CidrIp])).toEqual(
      ['10.20.0.0/24', '10.20.1.0/24', '10.20.4.0/26', '10.20.5.0/26', '10.20.6.0/26', '10.20.7.0/26'].map((cidr) => [
        443,
        cidr,
      ]),
    );
    expect(rulesOf('Endpoints').SecurityGroupEgress).toMatchObject([{ CidrIp: '127.0.0.1/32' }]);
  });

  it.each(groups)('%s says its rules, as AWS would add one that lets everything out', (_, { Properties }) => {
    expect(Properties.SecurityGroupEgress.length).toBeGreaterThan(0);
  });
});

describe.each(['dev', 'prod'])('logs of stage %s', (stage) => {
  const template = templatesOf(stage).network;

  it('have every connection, accepted or refused', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 's3',
      LogDestination: { 'Fn::Join': ['', Match.arrayWith(['/vpc-flow-logs/'])] },
    });
  });

  it('have every name that was looked up', () => {
    template.hasResourceProperties('AWS::Route53Resolver::ResolverQueryLoggingConfig', {
      DestinationArn: { 'Fn::Join': ['', Match.arrayWith(['/dns-query-logs'])] },
    });
    template.resourceCountIs('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 1);
  });
});

describe('the second Region', () => {
  const template = networkOf('prod', ({ stages }) => {
    const prodStage = stages.stages.prod;
    if (prodStage) prodStage.switches.replicaRegion = { enabled: true };
  });

  it("is reached through an endpoint of its own to S3, limited as the home Region's", () => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      ServiceName: 'com.amazonaws.ap-south-2.s3',
      ServiceRegion: 'ap-south-2',
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: true,
      DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: 'AllResolvers' },
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 's3:*',
            Condition: {
              StringEquals: {
                'aws:PrincipalAccount': { Ref: 'AWS::AccountId' },
                'aws:ResourceAccount': { Ref: 'AWS::AccountId' },
              },
            },
          }),
        ],
      },
    });
  });

  it('is found by name', () => {
    template.hasResourceProperties('AWS::Route53Resolver::FirewallDomainList', {
      Domains: Match.arrayWith(['s3.ap-south-2.amazonaws.com', '*.s3.ap-south-2.amazonaws.com']),
    });
  });

  it('is not reached while it is switched off', () => {
    const off = networkOf('prod', ({ stages }) => {
      const prodStage = stages.stages.prod;
      if (prodStage) prodStage.switches.replicaRegion = { enabled: false, reason: 'switched off by this test' };
    });
    expect(JSON.stringify(off.toJSON())).not.toContain('ap-south-2');
  });
});

interface Rule {
  readonly Priority: number;
  readonly FirewallDomainListId: { 'Fn::GetAtt': [string, string] };
}
interface SgRule {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIp?: string;
  readonly DestinationPrefixListId?: string;
  readonly DestinationSecurityGroupId?: unknown;
}
