import { AwsSolutionsChecks, type IApplyRule, NagRuleCompliance, type NagRuleResult } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { Outcomes } from './dpdp/outcomes';

/** AwsSolutions, which lists what failed alone; this keeps what held as well. */
export class RecordedSolutions extends AwsSolutionsChecks {
  /** What each rule said of each resource in the last reading. */
  readonly outcomes = new Outcomes();

  override validateScope(scope: IConstruct) {
    this.outcomes.clear();
    return super.validateScope(scope);
  }

  protected override applyRule(params: IApplyRule): void {
    const suffix = params.ruleSuffixOverride ?? params.rule.name;
    const note = (holds: boolean) => this.outcomes.note(`${this.packName}-${suffix}`, params.node.node.path, holds);
    const rule = (node: IApplyRule['node']): NagRuleResult => {
      const result = resultOf(params, node, note);
      if (result !== NagRuleCompliance.NOT_APPLICABLE)
        note(result === NagRuleCompliance.COMPLIANT || (Array.isArray(result) && result.length === 0));
      return result;
    };
    super.applyRule({ ...params, ruleSuffixOverride: suffix, rule });
  }
}

/** A rule that throws has not held; cdk-nag makes a finding of it. */
function resultOf({ rule }: IApplyRule, node: IApplyRule['node'], note: (holds: boolean) => void): NagRuleResult {
  try {
    return rule(node);
  } catch (error) {
    note(false);
    throw error;
  }
}
