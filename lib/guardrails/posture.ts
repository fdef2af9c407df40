import { Stack } from 'aws-cdk-lib';
import { CfnHub, CfnStandard } from 'aws-cdk-lib/aws-securityhub';
import { Construct } from 'constructs';

/** Security Hub: collects the findings of the others, and compares the account with AWS's foundational standard. */
export class Posture extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { partition, region } = Stack.of(this);
    const hub = new CfnHub(this, 'Hub', {
      // One finding for each control, however many standards ask for it.
      controlFindingGenerator: 'SECURITY_CONTROL',
      enableDefaultStandards: false,
      autoEnableControls: true,
    });
    const standard = new CfnStandard(this, 'Foundational', {
      standardsArn: `arn:${partition}:securityhub:${region}::standards/aws-foundational-security-best-practices/v/1.0.0`,
    });
    standard.addResourceDependency(hub);
  }
}
