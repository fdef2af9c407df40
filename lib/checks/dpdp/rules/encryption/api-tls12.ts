import { inEach, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, items, type Properties, textOf, type Value } from '../../template';

const API_POLICY = /^(TLS_1_2|SecurityPolicy_TLS1[23]_.*)$/;
const BALANCER_POLICY = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)/;

const OLD = 'takes TLS older than 1.2';
const PLAIN = 'answers without TLS';

export const apiTls12: Rule = {
  id: 'ApiTls12',
  area: 'encryption',
  severity: 'error',
  title: 'Domain names of APIs and load balancers take TLS 1.2 or later alone.',
  why: 'Older TLS is broken, and a caller who can be talked down to it is overheard.',
  fix: 'Set `SecurityPolicy` to `TLS_1_2`, `SslPolicy` to one such as `ELBSecurityPolicy-TLS13-1-2-2021-06`, and redirect HTTP.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: [
    ...(['AWS::ApiGateway::DomainName', 'AWS::ApiGatewayV2::DomainName'] as const),
    ...(['AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancing::LoadBalancer'] as const),
  ],
  check: ({ type, properties }) => {
    if (type === 'AWS::ApiGateway::DomainName') return isOf(API_POLICY, properties.SecurityPolicy) ? [] : [OLD];
    if (type === 'AWS::ApiGatewayV2::DomainName')
      return inEach(properties.DomainNameConfigurations, [], OLD, (configuration) =>
        // TLS 1.2 is what it takes where nothing is said.
        isOf(API_POLICY, at(configuration, 'SecurityPolicy') ?? 'TLS_1_2') ? [] : [OLD],
      );
    if (type === 'AWS::ElasticLoadBalancingV2::Listener') return ofListener(properties);
    return inEach(properties.Listeners, [], PLAIN, (listener) =>
      reach(listener, 'Protocol').every((protocol) => /^(https|ssl|tcp)$/i.test(textOf(protocol) ?? '')) ? [] : [PLAIN],
    );
  },
};

function ofListener({ Protocol, SslPolicy, DefaultActions }: Properties): ReturnType<Rule['check']> {
  const protocols = reach(Protocol).map((protocol) => (typeof protocol === 'string' ? protocol.toUpperCase() : ''));
  // What is passed on as it is has its TLS, if any, at the target.
  if (protocols.every((protocol) => /^(TCP|UDP|TCP_UDP|GENEVE|QUIC|TCP_QUIC)$/.test(protocol))) return 'not-applicable';
  if (protocols.every((protocol) => protocol === 'HTTPS' || protocol === 'TLS'))
    return isOf(BALANCER_POLICY, SslPolicy) ? [] : [OLD];
  const actions = items(DefaultActions);
  const redirects = actions.length > 0 && actions.every(redirectsToHttps);
  return protocols.every((protocol) => protocol === 'HTTP') && redirects ? [] : [PLAIN];
}

function redirectsToHttps(action: Value): boolean {
  return (
    at(action, 'Type') === 'redirect' &&
    reach(action, 'RedirectConfig', 'Protocol').every((protocol) => protocol === 'HTTPS')
  );
}

function isOf(pattern: RegExp, policy: Value): boolean {
  return reach(policy).every((one) => pattern.test(textOf(one) ?? ''));
}
