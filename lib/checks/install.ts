import { type App, Validations } from 'aws-cdk-lib';
import type { Clock } from '../../lambda/shared/clock';
import type { Register } from '../../policies/schema';
import { EvidenceFiles } from '../evidence/evidence-files';
import type { AppStage } from '../stage';
import { DpdpChecks } from './dpdp/pack';
import { guardAcknowledgements } from './guard-acknowledgements';
import { RecordedSolutions } from './recorded-solutions';
import { refuseOtherRegions } from './regions';

/** Properties of `installChecks`. */
export interface ChecksProps {
  readonly register: Register;
  readonly stage: AppStage;
  /** By which acknowledgements expire. @default - they do not, as where the app is only looked at */
  readonly clock: Clock | undefined;
}

/** Everything that can fail synth for what the stacks have in them, and what it leaves for the evidence report. */
export function installChecks(app: App, { register, stage, clock }: ChecksProps): void {
  refuseOtherRegions(app, register);
  const packs = [new RecordedSolutions(app, { verbose: true }), new DpdpChecks()];
  // Nothing is deployed from the local cloud, and it has to start on the day after a date as well.
  guardAcknowledgements(app, { packs, clock: stage.local ? undefined : clock });
  Validations.of(app).addPlugins(new EvidenceFiles({ app, stage, packs }));
}
