import { Fn, Stack } from 'aws-cdk-lib';
import { CfnEIP, CfnInternetGateway, CfnNatGateway, CfnVPCGatewayAttachment } from 'aws-cdk-lib/aws-ec2';
import { CfnFirewall, CfnLoggingConfiguration } from 'aws-cdk-lib/aws-networkfirewall';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type AllowedHosts, FirewallRules } from './firewall-rules';
import { cidrOf, WAYS_OUT, ZONES, type Zone } from './layout';
import { ZoneSubnets } from './zone-subnets';

/** Properties of an EgressFirewall. */
export interface EgressFirewallProps {
  /** The network that it guards. */
  readonly vpcId: string;
  /** Subnets that get a way out; each of them passes the firewall in its own zone. */
  readonly ways: Readonly<Record<keyof AllowedHosts, ZoneSubnets>>;
  /** What is let out; anything else is dropped and alerted. */
  readonly hosts: AllowedHosts;
  /** Where alerts go; its policy lets the service deliver them. */
  readonly logArchive: IBucket;
  /** Nobody may delete it or take it out of the path by accident. */
  readonly protect: boolean;
  /** Part of the names that the service demands. */
  readonly stageName: string;
}

const ANYWHERE = '0.0.0.0/0';

/**
 * The only way out: subnet, firewall, NAT gateway, internet gateway, and the same way back. The gateways are
 * made here and nowhere else, so that there can be none without a firewall before it.
 */
export class EgressFirewall extends Construct {
  private readonly firewall: CfnFirewall;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EgressFirewallProps,
  ) {
    super(scope, id);
    const { vpcId, protect, stageName } = props;
    const firewallSubnets = new ZoneSubnets(this, 'FirewallSubnets', { vpcId, group: 'firewall' });
    const publicSubnets = new ZoneSubnets(this, 'PublicSubnets', { vpcId, group: 'public' });
    const rules = new FirewallRules(this, 'Rules', { hosts: props.hosts, stageName });
    this.firewall = new CfnFirewall(this, 'Firewall', {
      firewallName: `digicrm-${stageName}`,
      description: 'Lets TLS out to registered hosts and drops the rest',
      vpcId,
      subnetMappings: firewallSubnets.subnetIds.map((subnetId) => ({ subnetId })),
      firewallPolicyArn: rules.policyArn,
      deleteProtection: protect,
      subnetChangeProtection: protect,
      firewallPolicyChangeProtection: protect,
    });
    this.logAlerts();
    const internet = new CfnInternetGateway(this, 'Internet');
    const attached = new CfnVPCGatewayAttachment(this, 'InternetOfNetwork', { vpcId, internetGatewayId: internet.ref });
    for (const zone of ZONES) {
      const address = new CfnEIP(this, `Address${zone.toUpperCase()}`, { domain: 'vpc' });
      const nat = new CfnNatGateway(this, `Nat${zone.toUpperCase()}`, {
        subnetId: publicSubnets.subnetIn(zone),
        allocationId: address.attrAllocationId,
      });
      address.addResourceDependency(attached);
      nat.addResourceDependency(attached);
      firewallSubnets.route('Out', zone, ANYWHERE, { natGatewayId: nat.ref });
      publicSubnets.route('Out', zone, ANYWHERE, { gatewayId: internet.ref }).addResourceDependency(attached);
      for (const group of WAYS_OUT) {
        const vpcEndpointId = this.endpointIn(zone);
        props.ways[group].route('Out', zone, ANYWHERE, { vpcEndpointId });
        // What comes back has to pass the same firewall endpoint, or the firewall would see half a conversation.
        publicSubnets.route(`BackTo${group}`, zone, cidrOf(group, zone), { vpcEndpointId });
      }
    }
  }

  /**
   * The firewall's endpoint in a zone. AWS lists them in no particular order, each as `zone:endpoint`; so
   * what follows the zone's name is taken, up to the next comma.
   */
  private endpointIn(zone: Zone): string {
    const list = Fn.join(',', this.firewall.attrEndpointIds);
    const fromHere = Fn.select(1, Fn.split(`${Stack.of(this).region}${zone}:`, list));
    return Fn.select(0, Fn.split(',', fromHere));
  }

  /** Alerts only: flow logs of the network have every connection already. */
  private logAlerts(): void {
    new CfnLoggingConfiguration(this, 'Alerts', {
      firewallArn: this.firewall.ref,
      firewallName: this.firewall.firewallName,
      loggingConfiguration: {
        logDestinationConfigs: [
          {
            logType: 'ALERT',
            logDestinationType: 'S3',
            logDestination: { bucketName: this.props.logArchive.bucketName, prefix: 'network-firewall' },
          },
        ],
      },
    });
  }
}
