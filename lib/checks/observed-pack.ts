import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import type { NagPack } from 'cdk-nag';

/** What a pack found, one by one. */
export interface PackFinding {
  /** Qualified id as the CDK compares it, e.g. `AwsSolutions::AwsSolutions-S1`. */
  readonly id: string;
  /** Path of the construct. */
  readonly at: string;
}

/** A pack whose findings can be seen by what runs after it; to the CDK it is the pack itself. */
export class ObservedPack implements IPolicyValidationPlugin {
  readonly name: string;
  /** In the last run; undefined where there was none or it failed. */
  findings: readonly PackFinding[] | undefined;

  constructor(private readonly pack: NagPack) {
    this.name = pack.name;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    this.findings = undefined;
    const report = this.pack.validate(context);
    this.findings = report.violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({
        id: asCompared(`${this.name}::${ruleName}`),
        at: constructPath,
      })),
    );
    return report;
  }
}

/** The CDK writes no blank in the id of an acknowledged finding. */
export function asCompared(id: string): string {
  return id.replaceAll(' ', '-');
}
