import { CfnFirewallPolicy, CfnRuleGroup } from 'aws-cdk-lib/aws-networkfirewall';
import { Construct } from 'constructs';
import { cidrsOf, WAYS_OUT } from './layout';

/** Hosts that are let out, by the group of subnets that may reach them. */
export type AllowedHosts = Readonly<Record<(typeof WAYS_OUT)[number], readonly string[]>>;

/** Properties of FirewallRules. */
export interface FirewallRulesProps {
  /** Hosts that are let out, by the group of subnets that may reach them. */
  readonly hosts: AllowedHosts;
  /** Part of the names that the service demands. */
  readonly stageName: string;
}

/** Rules that a group can ever hold; to change it would replace the group. A host takes one. */
const CAPACITY = 500;

/** What the firewall lets out: TLS to the hosts of a group, from that group's subnets. */
export class FirewallRules extends Construct {
  /** ARN of the firewall's policy. */
  readonly policyArn: string;

  constructor(scope: Construct, id: string, { hosts, stageName }: FirewallRulesProps) {
    super(scope, id);
    const groups = WAYS_OUT.filter((group) => hosts[group].length > 0).map((group) => {
      const ruleGroup = new CfnRuleGroup(this, `Hosts${group}`, {
        ruleGroupName: `digicrm-${stageName}-${group}`,
        description: `Hosts that subnet group ${group} may reach`,
        type: 'STATEFUL',
        capacity: CAPACITY,
        ruleGroup: {
          ruleVariables: { ipSets: { HOME_NET: { definition: cidrsOf(group) } } },
          rulesSource: {
            // Not HTTP_HOST: what is not encrypted goes nowhere.
            rulesSourceList: { generatedRulesType: 'ALLOWLIST', targetTypes: ['TLS_SNI'], targets: [...hosts[group]] },
          },
          statefulRuleOptions: { ruleOrder: 'STRICT_ORDER' },
        },
      });
      return ruleGroup.ref;
    });
    const policy = new CfnFirewallPolicy(this, 'Policy', {
      firewallPolicyName: `digicrm-${stageName}`,
      description: 'Drops what no rule lets out, and says so',
      firewallPolicy: {
        statelessDefaultActions: ['aws:forward_to_sfe'],
        statelessFragmentDefaultActions: ['aws:drop'],
        statefulEngineOptions: { ruleOrder: 'STRICT_ORDER', streamExceptionPolicy: 'DROP' },
        // "Established": the handshake has to pass before there is a host name to judge by.
        statefulDefaultActions: ['aws:drop_established', 'aws:alert_established'],
        statefulRuleGroupReferences: groups.map((resourceArn, i) => ({ resourceArn, priority: i + 1 })),
      },
    });
    this.policyArn = policy.ref;
  }
}
