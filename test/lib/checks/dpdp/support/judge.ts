import { type Facts, loadFacts } from '../../../../../lib/checks/dpdp/facts';
import type { Rule, Verdict } from '../../../../../lib/checks/dpdp/rule';
import { type RawTemplate, templatesOf } from '../../../../../lib/checks/dpdp/template';

export const FACTS: Facts = loadFacts();

/** Where a template is judged. */
export interface Place {
  /** Literal Region of the stack; `undefined` = it has none. @default 'ap-south-1' */
  readonly region?: string | undefined;
  /** Templates of the app's other stacks. @default - none */
  readonly others?: readonly RawTemplate[];
  readonly facts?: Partial<Facts>;
}

/** What a rule says of each resource of its types, by logical id. */
export function judge(
  rule: Rule,
  resources: NonNullable<RawTemplate['Resources']>,
  place: Place = {},
): Record<string, Verdict> {
  const { others = [], facts = {} } = place;
  const region = 'region' in place ? place.region : 'ap-south-1';
  const app = templatesOf([
    { stack: 'Judged', region, template: { Resources: resources } },
    ...others.map((template, i) => ({ stack: `Other${i}`, region: 'ap-south-1', template })),
  ]);
  const judged = Object.keys(resources)
    .map((id) => app[0]?.resource(id))
    .filter((resource) => resource !== undefined)
    .filter(({ type }) => rule.types.includes(type) || rule.types.includes('*'));
  return Object.fromEntries(
    judged.map((resource) => [resource.logicalId, rule.check(resource, { ...FACTS, ...facts })]),
  );
}

/** Whether a verdict lets synth go on. */
export function holds(verdict: Verdict | undefined): boolean {
  return verdict === 'compliant' || verdict === 'not-applicable' || (Array.isArray(verdict) && verdict.length === 0);
}
