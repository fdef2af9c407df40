import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import type { AppStage } from '../stage';
import { AccessAnalysis } from './access-analysis';
import { Classification } from './classification';
import { ConfigurationRecord } from './configuration-record';
import { Posture } from './posture';
import { ThreatDetection } from './threat-detection';

/** Properties of the GuardrailsStack. */
export interface GuardrailsStackProps extends StackProps {
  /** The parsed register: what is to be watched, and where. */
  readonly register: Register;
  /** The deployment this stack belongs to. */
  readonly stage: AppStage;
  /** Where the record of configurations is kept. */
  readonly configurationHistory: IBucket;
}

/** What AWS itself watches the account with. It sees also what this code did not make. */
export class GuardrailsStack extends Stack {
  constructor(scope: Construct, id: string, props: GuardrailsStackProps) {
    super(scope, id, props);
    const { register, stage } = props;
    const parts = partsOf(stage);
    const history = props.configurationHistory;
    if (parts.config) new ConfigurationRecord(this, 'Config', { register, stageName: stage.name, history });
    if (parts.guardDuty) new ThreatDetection(this, 'GuardDuty');
    if (parts.securityHub) new Posture(this, 'SecurityHub');
    if (parts.accessAnalyzer)
      new AccessAnalysis(this, 'AccessAnalyzer', { unusedAccess: stage.config.switches.unusedAccess.enabled });
    if (parts.macie) new Classification(this, 'Macie', { register });
  }

  /** Whether the stage has any of it. An empty stack cannot be deployed. */
  static wantedIn(stage: AppStage): boolean {
    return Object.values(partsOf(stage)).some(Boolean);
  }
}

function partsOf(stage: AppStage) {
  const { switches } = stage.config;
  return {
    config: switches.config.enabled && stage.has('config'),
    guardDuty: switches.guardDuty.enabled && stage.has('guardduty'),
    securityHub: switches.securityHub.enabled && stage.has('security-hub'),
    // Free of charge, so no switch.
    accessAnalyzer: stage.has('access-analyzer'),
    macie: switches.macie.enabled && stage.has('macie'),
  };
}
