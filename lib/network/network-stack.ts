import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnVPC, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { processorsOf } from '../../policies/register';
import type { Register } from '../../policies/schema';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { AppStage } from '../stage';
import { DnsFirewall } from './dns-firewall';
import { EgressFirewall } from './egress-firewall';
import { issuerHost } from './endpoint-services';
import type { FunctionNetwork, Placement, Reach } from './function-network';
import { VPC_CIDR, ZONES } from './layout';
import { NetworkLogs } from './network-logs';
import { SecurityGroups } from './security-groups';
import { ServiceEndpoints } from './service-endpoints';
import { ZoneSubnets } from './zone-subnets';

/** Properties of the NetworkStack. */
export interface NetworkStackProps extends StackProps {
  /** The parsed register: who may be reached, and the Regions. */
  readonly register: Register;
  /** The deployment this stack belongs to. */
  readonly stage: AppStage;
  /** Where flow logs, DNS queries and alerts go; its policy lets the services deliver them. */
  readonly logArchive: IBucket;
}

/** The network in which functions run: closed, but for endpoints of AWS and, where there is one, the firewall. */
export class NetworkStack extends Stack implements FunctionNetwork {
  private readonly placements: Readonly<Record<Reach, Placement | undefined>>;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { register, stage, logArchive } = props;
    const { networkFirewall, replicaRegion } = stage.config.switches;
    const protect = stage.config.terminationProtection;
    const vpc = new CfnVPC(this, 'Vpc', {
      cidrBlock: VPC_CIDR,
      enableDnsSupport: true,
      // Endpoints take over the services' own names with it.
      enableDnsHostnames: true,
      tags: [{ key: 'Name', value: `digicrm-${stage.name}` }],
    });
    const vpcId = vpc.attrVpcId;
    if (!stage.has('flow-logs'))
      acknowledge(
        vpc,
        { ...RISKS.withoutFlowLogs, reason: "This stage's cloud has no flow logs: see its `lacks` in stages.yaml." },
        'AwsSolutions::AwsSolutions-VPC7',
        'Dpdp::Dpdp-FlowLogsOn',
      );
    if (!stage.has('dns-query-logs'))
      acknowledge(
        vpc,
        { ...RISKS.withoutFlowLogs, reason: "This stage's cloud logs no look-ups: see its `lacks` in stages.yaml." },
        'Dpdp::Dpdp-DnsQueriesLogged',
      );
    const subnets = {
      functions: new ZoneSubnets(this, 'Functions', { vpcId, group: 'functions' }),
      egress: new ZoneSubnets(this, 'Egress', { vpcId, group: 'egress' }),
      issuer: new ZoneSubnets(this, 'Issuer', { vpcId, group: 'issuer' }),
    };
    const groups = new SecurityGroups(this, 'SecurityGroups', vpcId);
    const endpoints = new ServiceEndpoints(this, 'Endpoints', {
      register,
      vpcId,
      subnetIds: subnets.functions.subnetIds,
      routeTableIds: [...subnets.functions.routeTableIds, ...subnets.egress.routeTableIds],
      securityGroupId: groups.endpoints,
      replicaRegion: replicaRegion.enabled,
    });
    const hosts = {
      egress: processorsOf(register, stage.name).flatMap((processor) => processor.domains),
      issuer: [issuerHost(register)],
    };
    if (networkFirewall.enabled)
      new EgressFirewall(this, 'Firewall', { vpcId, ways: subnets, hosts, logArchive, protect, stageName: stage.name });
    if (stage.has('dns-firewall'))
      new DnsFirewall(this, 'DnsFirewall', {
        vpcId,
        awsHosts: [...endpoints.hosts, ...(networkFirewall.enabled ? hosts.issuer : [])],
        processorHosts: hosts.egress,
        protect,
      });
    new NetworkLogs(this, 'Logs', { vpcId, logArchive, stage });

    const place = (name: keyof typeof subnets, securityGroupId: string) =>
      this.placementIn(name, vpcId, subnets[name], securityGroupId);
    this.placements = {
      endpoints: place('functions', groups.functions),
      processors: place('egress', groups.wayOut),
      'token-issuer': networkFirewall.enabled ? place('issuer', groups.wayOut) : undefined,
    };
  }

  placement(reach: Reach): Placement | undefined {
    return this.placements[reach];
  }

  private placementIn(name: string, vpcId: string, subnets: ZoneSubnets, securityGroupId: string): Placement {
    const availabilityZones = ZONES.map((zone) => `${this.region}${zone}`);
    return {
      vpc: Vpc.fromVpcAttributes(this, `${name}Network`, { vpcId, availabilityZones }),
      subnets: ZONES.map((zone) =>
        Subnet.fromSubnetAttributes(this, `${name}Subnet${zone}`, {
          subnetId: subnets.subnetIn(zone),
          routeTableId: subnets.routeTableIn(zone),
          availabilityZone: `${this.region}${zone}`,
        }),
      ),
      securityGroup: SecurityGroup.fromSecurityGroupId(this, `${name}Group`, securityGroupId, { mutable: false }),
    };
  }
}
