import { readFileSync } from 'node:fs';
import { type CfnResource, type IPolicyValidationContext, Stack, Token } from 'aws-cdk-lib';
import { NagMessageLevel, NagPack, NagRuleCompliance, type NagRuleResult } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { type Facts, loadFacts } from './facts';
import { Outcomes } from './outcomes';
import type { Rule, Verdict } from './rule';
import { RULES } from './rules';
import { type RawTemplate, type Template, type TemplateResource, templatesOf } from './template';

/** What can be told to the pack. */
export interface DpdpChecksProps {
  /** Instead of those that come with the pack, one by one. */
  readonly facts?: Partial<Facts>;
  /** @default - all */
  readonly rules?: readonly Rule[];
}

/**
 * Rules for India's DPDP Act and Rules, as a pack of cdk-nag:
 *
 *     Validations.of(app).addPlugins(new DpdpChecks());
 *
 * It reads the templates and not the constructs, so that it sees what will be deployed: escape hatches, L1 resources and
 * intrinsic functions. What it cannot tell is a finding.
 */
export class DpdpChecks extends NagPack {
  readonly name = 'Dpdp';
  /** What each rule said of each resource in the last reading. */
  readonly outcomes = new Outcomes();
  private readonly facts: Facts;
  private readonly byType = new Map<string, Rule[]>();
  private readonly everywhere: Rule[];
  private files = new Map<string, string>();
  private templates = new Map<string, Template>();

  /** @throws ZodError when the facts are not as they should be */
  constructor({ facts, rules = RULES }: DpdpChecksProps = {}) {
    super(undefined, { verbose: true });
    this.packName = this.name;
    this.facts = { ...loadFacts(), ...facts };
    this.everywhere = rules.filter(({ types }) => types.includes('*'));
    for (const rule of rules)
      for (const type of rule.types) this.byType.set(type, [...(this.byType.get(type) ?? []), rule]);
  }

  override validate(context: IPolicyValidationContext) {
    // The templates are written already: reading them is faster than resolving the constructs again.
    this.files = new Map(context.stackTemplates.map((t) => [t.stackConstructPath, t.templatePath]));
    return super.validate(context);
  }

  override validateScope(scope: IConstruct) {
    this.outcomes.clear();
    this.templates = this.read(scope);
    return super.validateScope(scope);
  }

  protected checkResource(node: CfnResource): void {
    const stack = Stack.of(node);
    const logicalId = String(stack.resolve(node.logicalId));
    const resource = this.templates.get(stack.node.path)?.resource(logicalId);
    for (const rule of [...this.everywhere, ...(this.byType.get(node.cfnResourceType) ?? [])]) {
      const judge = (): NagRuleResult => {
        // A condition or an override may have taken it out.
        if (resource === undefined) return NagRuleCompliance.NOT_APPLICABLE;
        return this.noted(rule, node, this.verdictOf(rule, node, resource));
      };
      this.applyRule({
        ruleSuffixOverride: rule.id,
        info: rule.title,
        explanation: `${rule.why} ${rule.fix} (${rule.serves.map(({ law, provision }) => `${law}, ${provision}`).join('; ')})`,
        level: rule.severity === 'error' ? NagMessageLevel.ERROR : NagMessageLevel.WARN,
        node,
        rule: judge,
      });
    }
  }

  private verdictOf(rule: Rule, { node }: CfnResource, resource: TemplateResource): Verdict {
    try {
      return rule.check(resource, this.facts);
    } catch (error) {
      // cdk-nag makes a finding of it; here it must not look as if the rule had never run.
      this.outcomes.note(`${this.name}-${rule.id}`, node.path, false);
      throw error;
    }
  }

  private noted({ id }: Rule, { node }: CfnResource, verdict: Verdict): NagRuleResult {
    if (verdict === 'not-applicable') return NagRuleCompliance.NOT_APPLICABLE;
    const holds = verdict === 'compliant' || (verdict !== 'broken' && verdict.length === 0);
    this.outcomes.note(`${this.name}-${id}`, node.path, holds);
    if (holds) return NagRuleCompliance.COMPLIANT;
    return verdict === 'broken' ? NagRuleCompliance.NON_COMPLIANT : [...verdict];
  }

  private read(scope: IConstruct): Map<string, Template> {
    const stacks = scope.node.root.node.findAll().filter(Stack.isStack);
    const templates = templatesOf(
      stacks.map((stack) => ({
        stack: stack.node.path,
        account: Token.isUnresolved(stack.account) ? undefined : stack.account,
        region: Token.isUnresolved(stack.region) ? undefined : stack.region,
        template: this.templateOf(stack),
      })),
    );
    return new Map(templates.map((template) => [template.stack, template]));
  }

  private templateOf(stack: Stack): RawTemplate {
    const file = this.files.get(stack.node.path);
    if (file !== undefined) return JSON.parse(readFileSync(file, 'utf8'));
    // The CDK has no other way to ask for a template before it is written.
    const { _toCloudFormation: template } = stack as unknown as { _toCloudFormation: () => object };
    return stack.resolve(template.call(stack));
  }
}
