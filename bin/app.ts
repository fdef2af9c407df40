import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AuditStack } from '../lib/audit/audit-stack';
import { refuseOtherRegions } from '../lib/checks/regions';
import { ControlPlaneStack } from '../lib/control-plane/control-plane-stack';
import { DataStack } from '../lib/data/data-stack';
import { Inventory } from '../lib/data/inventory';
import { NetworkStack } from '../lib/network/network-stack';
import { run } from '../lib/run';
import { stageOf } from '../lib/stage';
import { loadRegister } from '../policies/load';

/** Everything that is deployed in one stage (`-c stage=…`). */
export function build(app: App, account?: string, register = loadRegister()) {
  const stage = stageOf(app, register);
  const props = {
    env: { account, region: 'ap-south-1' },
    register,
    terminationProtection: stage.config.terminationProtection,
  };

  Inventory.install(app, register);
  refuseOtherRegions(app, register);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  Tags.of(app).add('digicrm:project', 'compliance');
  Tags.of(app).add('digicrm:stage', stage.name);

  const audit = new AuditStack(app, `Audit-${stage.name}`, props);
  const network = new NetworkStack(app, `Network-${stage.name}`, { ...props, stage, logArchive: audit.logArchive });
  const data = new DataStack(app, `Data-${stage.name}`, { ...props, stage, accessLogs: audit.accessLogs });
  const controlPlane = new ControlPlaneStack(app, `ControlPlane-${stage.name}`, {
    ...props,
    stage,
    network,
    stores: data.stores,
    vault: data.vault,
    books: data.books,
    statistics: data.statistics,
    certificateKeys: audit.certificateKeys,
  });
  return { audit, network, data, controlPlane };
}

if (require.main === module) run((app) => build(app, process.env.CDK_DEFAULT_ACCOUNT));
