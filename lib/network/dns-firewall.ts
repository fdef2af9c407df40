import {
  CfnFirewallDomainList,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';

/** Properties of a DnsFirewall. */
export interface DnsFirewallProps {
  /** The network whose queries it answers or refuses. */
  readonly vpcId: string;
  /** Names of AWS that functions look up. */
  readonly awsHosts: readonly string[];
  /** Names of processors. */
  readonly processorHosts: readonly string[];
  /** Nobody may take it off the network by accident. */
  readonly protect: boolean;
}

/** Higher than the lowest that AWS takes, so that a rule group can be put before it in an emergency. */
const ASSOCIATION_PRIORITY = 200;

/**
 * Answers for the names that something here has a reason to look up, and for no other: a name is also a
 * way to carry data out, to whoever runs its zone. A firewall that does not answer lets nothing through: fail
 * open is off unless somebody switches it on, and CloudFormation has no type for that in either Region (page
 * "DNS Firewall VPC configuration" of the Route 53 guide).
 */
export class DnsFirewall extends Construct {
  constructor(scope: Construct, id: string, props: DnsFirewallProps) {
    super(scope, id);
    const { vpcId } = props;
    const lists = [
      ...this.allow('Aws', props.awsHosts),
      ...this.allow('Processors', props.processorHosts),
      { firewallDomainListId: this.list('Everything', ['*']), action: 'BLOCK', blockResponse: 'NXDOMAIN' },
    ];
    const rules = new CfnFirewallRuleGroup(this, 'Rules', {
      firewallRules: lists.map((list, i) => ({ ...list, priority: i + 1 })),
    });
    new CfnFirewallRuleGroupAssociation(this, 'Association', {
      vpcId,
      firewallRuleGroupId: rules.attrId,
      priority: ASSOCIATION_PRIORITY,
      mutationProtection: props.protect ? 'ENABLED' : 'DISABLED',
    });
  }

  /** What a known name points to is the business of its owner, and need not be known too. */
  private allow(id: string, domains: readonly string[]) {
    if (domains.length === 0) return [];
    const firewallDomainListId = this.list(id, domains);
    return [{ firewallDomainListId, action: 'ALLOW', firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' }];
  }

  private list(id: string, domains: readonly string[]): string {
    return new CfnFirewallDomainList(this, id, { domains: [...domains] }).attrId;
  }
}
