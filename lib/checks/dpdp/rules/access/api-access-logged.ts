import type { Rule } from '../../rule';
import { at, possible } from '../../template';
import { CERT_IN, VISIBILITY } from './sources';

export const apiAccessLogged: Rule = {
  id: 'ApiAccessLogged',
  area: 'logging',
  severity: 'error',
  title: 'Each stage of an API logs who called it.',
  why: 'Without an access log nobody can tell afterwards which calls reached personal data.',
  fix: 'Set `AccessLogSetting.DestinationArn` (`AccessLogSettings` for HTTP APIs) to a log group.',
  serves: [VISIBILITY, CERT_IN],
  types: ['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'],
  check({ properties, type }) {
    const name = type === 'AWS::ApiGateway::Stage' ? 'AccessLogSetting' : 'AccessLogSettings';
    const logged = possible(properties[name]).every((setting) =>
      possible(at(setting, 'DestinationArn')).every((destination) => Boolean(destination)),
    );
    return logged ? 'compliant' : 'broken';
  },
};
