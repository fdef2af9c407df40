import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule } from 'cdk-nag';
import { RULES } from '../checks/dpdp/rules';

/** Writes the rules down instead of asking them. */
class Listing extends AwsSolutionsChecks {
  readonly ids = new Set<string>();

  protected override applyRule({ ruleSuffixOverride, rule }: IApplyRule): void {
    this.ids.add(`${this.packName}-${ruleSuffixOverride ?? rule.name}`);
  }
}

/**
 * Full ids of all rules of the packs that `cdk synth` runs, e.g. `AwsSolutions-S1` and `Dpdp-S3ReplicationInIndia`.
 * cdk-nag has no list of its own: it hands every rule every resource, so a single resource brings them all out.
 */
export function knownRules(): ReadonlySet<string> {
  const app = new App();
  new CfnResource(new Stack(app, 'Stack'), 'Resource', { type: 'AWS::CloudFormation::WaitConditionHandle' });
  const listing = new Listing(app);
  listing.validateScope(app);
  return new Set([...listing.ids, ...RULES.map(({ id }) => `Dpdp-${id}`)]);
}
