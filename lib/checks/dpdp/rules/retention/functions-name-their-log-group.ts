import type { Rule } from '../../rule';
import { at, possible, type Template, type TemplateResource, textWithin } from '../../template';
import { YEAR_AND_NO_LONGER, YEAR_OF_LOGS } from './sources';

const groupNames = new WeakMap<Template, ReadonlySet<string>>();

/** A function without a log group makes one for itself, which no other rule sees. */
export const functionsNameTheirLogGroup: Rule = {
  id: 'FunctionsNameTheirLogGroup',
  area: 'retention',
  severity: 'error',
  title: 'Functions write to a log group that their stack has.',
  why: 'Otherwise Lambda makes a log group at the first call, in which logs stay for ever, without a key and without an owner.',
  fix: 'Set `LoggingConfig.LogGroup`, in the CDK `logGroup`.',
  serves: [YEAR_AND_NO_LONGER, YEAR_OF_LOGS],
  types: ['AWS::Lambda::Function', 'AWS::Serverless::Function'],
  check: (lambda) => {
    const named = possible(lambda.properties.LoggingConfig).every((config) =>
      possible(at(config, 'LogGroup')).every((group) => group !== undefined && group !== null && group !== ''),
    );
    return named || isNamedAfter(lambda) ? 'compliant' : 'broken';
  },
};

/** Whether the stack has, or custom resource of the CDK makes, the very group that Lambda would make. */
function isNamedAfter({ logicalId, properties, template }: TemplateResource): boolean {
  const groups = groupNamesOf(template);
  const name = textWithin(properties.FunctionName);
  return [`<${logicalId}>`, `\${${logicalId}}`, ...(name === '' ? [] : [name])].some((one) =>
    groups.has(`/aws/lambda/${one}`),
  );
}

function groupNamesOf(template: Template): ReadonlySet<string> {
  const known = groupNames.get(template);
  if (known !== undefined) return known;
  const groups = template.ofType('AWS::Logs::LogGroup', 'Custom::LogRetention');
  const names = new Set(groups.map(({ properties }) => textWithin(properties.LogGroupName)));
  groupNames.set(template, names);
  return names;
}
