import type { Rule, Verdict } from '../../../../../lib/checks/dpdp/rule';
import type { Properties, RawTemplate } from '../../../../../lib/checks/dpdp/template';
import { judge, type Place } from './judge';

type Resources = NonNullable<RawTemplate['Resources']>;

/** What a rule says of one resource. @param beside other resources of its stack */
export function verdictOn(
  rule: Rule,
  type: string,
  properties: Properties,
  beside: Resources = {},
  place: Place = {},
): Verdict | undefined {
  return judge(rule, { It: { Type: type, Properties: properties }, ...beside }, place).It;
}

/** A condition of the template between two values. */
export function either(one: unknown, other: unknown) {
  return { 'Fn::If': ['IsProd', one, other] };
}

/** What leaves a property or an item out. */
export const NO_VALUE = { Ref: 'AWS::NoValue' };

/** A parameter of the template, which may be anything. */
export const PARAMETER = { Ref: 'SomeParameter' };

/** Attribute of a resource of the template. */
export function arnOf(logicalId: string) {
  return { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

/** Tags of a store. */
export function tagged(dataRole: string) {
  return { Tags: [{ Key: 'digicrm:data-role', Value: dataRole }] };
}

/** A text in which `<Name>` is what the template puts in. @param variables of this text alone */
export function sub(text: string, variables?: Properties) {
  const template = text.replace(/<([^>]+)>/g, (_, name) => `\${${name}}`);
  return { 'Fn::Sub': variables === undefined ? template : [template, variables] };
}
