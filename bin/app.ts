import { type App, Tags } from 'aws-cdk-lib';
import { type Clock, systemClock } from '../lambda/shared/clock';
import { AuditStack } from '../lib/audit/audit-stack';
import { checkedAccount } from '../lib/checks/account';
import { installChecks } from '../lib/checks/install';
import { ControlPlaneStack } from '../lib/control-plane/control-plane-stack';
import { DataStack } from '../lib/data/data-stack';
import { Inventory } from '../lib/data/inventory';
import { DataReplicaStack } from '../lib/data/replica-stack';
import { GuardrailsStack } from '../lib/guardrails/guardrails-stack';
import { MonitoringStack } from '../lib/monitoring/monitoring-stack';
import { NetworkStack } from '../lib/network/network-stack';
import { run } from '../lib/run';
import { stageOf } from '../lib/stage';
import { switchedOff } from '../lib/switches';
import { loadRegister } from '../policies/load';

/** Everything that is deployed in one stage (`-c stage=…`). Without a clock, acknowledgements do not expire. */
export function build(app: App, account?: string, register = loadRegister(), clock?: Clock) {
  const stage = stageOf(app, register);
  const props = {
    env: { account: checkedAccount(account), region: 'ap-south-1' },
    stage,
    register,
    terminationProtection: stage.config.terminationProtection,
    crossRegionReferences: true,
  };
  const id = (thing: string) => `${thing}-${stage.name}`;

  Inventory.install(app, register);
  installChecks(app, { register, stage, clock });
  Tags.of(app).add('digicrm:project', 'compliance');
  Tags.of(app).add('digicrm:stage', stage.name);

  const audit = new AuditStack(app, id('Audit'), props);
  audit.boundary.applyTo(app);
  const network = new NetworkStack(app, id('Network'), { ...props, logArchive: audit.logArchive });
  const dataReplica = stage.config.switches.replicaRegion.enabled
    ? new DataReplicaStack(app, id('DataReplica'), { ...props, env: { ...props.env, region: 'ap-south-2' } })
    : undefined;
  const data = new DataStack(app, id('Data'), { ...props, accessLogs: audit.accessLogs, replica: dataReplica });
  const { stores, vault, books, statistics, transfers } = data;
  const { certificateKeys, egressKey, ledger, logArchive, trail, configurationHistory } = audit;
  const controlPlane = new ControlPlaneStack(app, id('ControlPlane'), {
    ...props,
    ...{ network, stores, vault, books, statistics, certificateKeys, egressKey, ledger, logArchive, trail },
    transferStores: transfers,
    checkpoints: dataReplica?.checkpoints,
  });
  const guardrails = GuardrailsStack.wantedIn(stage)
    ? new GuardrailsStack(app, id('Guardrails'), { ...props, configurationHistory })
    : undefined;
  const monitoring = new MonitoringStack(app, id('Monitoring'), {
    ...props,
    ...{ controlPlane, logArchive, trailLogs: trail?.logGroup },
    stacks: [audit, network, data, controlPlane],
  });
  return { audit, network, dataReplica, data, controlPlane, guardrails, monitoring };
}

if (require.main === module)
  run((app) => {
    const register = loadRegister();
    build(app, process.env.CDK_DEFAULT_ACCOUNT, register, systemClock);
    for (const line of switchedOff(stageOf(app, register))) console.error(line);
  });
