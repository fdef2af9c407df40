import { stringify } from 'yaml';
import type { ConfigRule, Register } from '../../policies/schema';

/** A control of the register with what watches it. */
interface Watch extends ConfigRule {
  readonly control: string;
  readonly statement: string;
}

/**
 * Template of the conformance pack: a rule of AWS Config for everything that policies/controls.yaml wants
 * watched, less the controls that are not built yet and the rules that the Region does not have.
 */
export function conformanceTemplate({ controls }: Pick<Register, 'controls'>, region: string): string {
  const watches = controls.controls
    .filter(({ status }) => status !== 'planned')
    .flatMap(({ id, statement, watchedBy = [] }) =>
      watchedBy.map((rule): Watch => ({ ...rule, control: id, statement })),
    );
  const here = watches.filter(({ notIn = [] }) => !notIn.some((missing) => missing === region));
  return stringify({ Resources: Object.fromEntries(here.map((watch) => [logicalId(watch.rule), resourceOf(watch)])) });
}

function resourceOf({ rule, parameters, control, statement }: Watch) {
  return {
    Type: 'AWS::Config::ConfigRule',
    Properties: {
      ConfigRuleName: rule.toLowerCase().replaceAll('_', '-'),
      Description: `Control ${control}: ${statement}`,
      ...(parameters && { InputParameters: parameters }),
      Source: { Owner: 'AWS', SourceIdentifier: rule },
    },
  };
}

/** `DYNAMODB_PITR_ENABLED` as `DynamodbPitrEnabled`. */
function logicalId(rule: string): string {
  return rule.toLowerCase().replace(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}
