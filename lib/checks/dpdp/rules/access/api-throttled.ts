import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, items, numberOf, type Value } from '../../template';

export const apiThrottled: Rule = {
  id: 'ApiThrottled',
  area: 'exposure',
  severity: 'error',
  title: 'Each stage of an API limits how often it is called.',
  why: 'Without a limit of its own, a stage lets ids be guessed as fast as the account can answer.',
  fix: 'Set `ThrottlingRateLimit` and `ThrottlingBurstLimit` for all methods: `/*` and `*`, or `DefaultRouteSettings`.',
  serves: [SOURCES.safeguards],
  types: ['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'],
  check({ type, properties }) {
    const limited =
      type === 'AWS::ApiGateway::Stage'
        ? reach(properties.MethodSettings).every((settings) => items(settings).some(isOfAll))
        : reach(properties.DefaultRouteSettings).every(isLimited);
    return limited ? 'compliant' : 'broken';
  },
};

function isOfAll(setting: Value): boolean {
  return at(setting, 'HttpMethod') === '*' && at(setting, 'ResourcePath') === '/*' && isLimited(setting);
}

function isLimited(setting: Value): boolean {
  return ['ThrottlingRateLimit', 'ThrottlingBurstLimit'].every((name) =>
    reach(setting, name).every((limit) => !isAbsent(limit) && (numberOf(limit) ?? -1) >= 0),
  );
}
