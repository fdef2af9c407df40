import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule, NagMessageLevel } from 'cdk-nag';
import { RULES } from '../checks/dpdp/rules';
import type { RuleResult } from './model';

/** What is to be said of a rule, whatever it found. */
export type RuleText = Pick<RuleResult, 'id' | 'pack' | 'title' | 'severity' | 'why' | 'fix' | 'serves'>;

/** Notes the rules down instead of asking them. */
class Listing extends AwsSolutionsChecks {
  readonly texts = new Map<string, RuleText>();

  protected override applyRule({ ruleSuffixOverride, rule, info, explanation, level }: IApplyRule): void {
    const id = `${this.packName}-${ruleSuffixOverride ?? rule.name}`;
    const severity = level === NagMessageLevel.ERROR ? 'error' : 'warning';
    this.texts.set(id, { id, pack: this.packName, title: info, severity, why: info, fix: explanation, serves: [] });
  }
}

/**
 * The rules of both packs that synth runs, by full id. cdk-nag has no list of its own: it hands every rule every
 * resource, so a single resource brings them all out.
 */
export function ruleTexts(): ReadonlyMap<string, RuleText> {
  const app = new App();
  new CfnResource(new Stack(app, 'Stack'), 'Resource', { type: 'AWS::CloudFormation::WaitConditionHandle' });
  const listing = new Listing(app);
  listing.validateScope(app);
  const ours = RULES.map(({ id, title, severity, why, fix, serves }): [string, RuleText] => [
    `Dpdp-${id}`,
    {
      ...{ id: `Dpdp-${id}`, pack: 'Dpdp', title, severity, why, fix },
      serves: serves.map(({ law, provision }) => `${law}, ${provision}`),
    },
  ]);
  return new Map([...listing.texts, ...ours]);
}
