import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isObject, type Properties, textWithin, type Value } from '../../template';

/** Services that have no Region to choose. */
const GLOBAL = [
  ...[
    ...['AnycastIpList', 'CachePolicy', 'CloudFrontOriginAccessIdentity', 'ConnectionFunction', 'ConnectionGroup'],
    ...['ContinuousDeploymentPolicy', 'Distribution', 'DistributionTenant', 'Function', 'KeyGroup', 'KeyValueStore'],
    ...['MonitoringSubscription', 'OriginAccessControl', 'OriginRequestPolicy', 'PublicKey', 'RealtimeLogConfig'],
    ...['ResponseHeadersPolicy', 'StreamingDistribution', 'TrustStore', 'VpcOrigin'],
  ].map((name) => `AWS::CloudFront::${name}`),
  ...['Accelerator', 'CrossAccountAttachment', 'EndpointGroup', 'Listener'].map(
    (name) => `AWS::GlobalAccelerator::${name}`,
  ),
  ...['App', 'Branch', 'Domain'].map((name) => `AWS::Amplify::${name}`),
];

const FIREWALLS = ['WebACL', 'IPSet', 'RuleGroup', 'RegexPatternSet'].map((name) => `AWS::WAFv2::${name}`);

const EDGE_CERTIFICATE = 'is served from the edge, with a certificate of us-east-1';

const CHECKS: Readonly<Record<string, (properties: Properties) => readonly string[]>> = {
  ...Object.fromEntries(GLOBAL.map((type) => [type, () => ['is served from edge locations all over the world']])),
  ...Object.fromEntries(FIREWALLS.map((type) => [type, onlyRegional])),
  'AWS::ApiGateway::RestApi': ({ EndpointConfiguration }) =>
    isRegional(reach(EndpointConfiguration, 'Types'))
      ? []
      : ['answers from the edge locations of CloudFront: make its endpoint REGIONAL'],
  'AWS::ApiGateway::DomainName': ({ CertificateArn, EndpointConfiguration }) => {
    const isEdge = !isAbsent(CertificateArn) || mentions(EndpointConfiguration, 'EDGE');
    return isEdge ? [EDGE_CERTIFICATE] : [];
  },
  'AWS::Cognito::UserPoolDomain': ({ CustomDomainConfig }) =>
    reach(CustomDomainConfig).every(isAbsent) ? [] : [EDGE_CERTIFICATE],
  'AWS::AppSync::DomainName': () => [EDGE_CERTIFICATE],
  'AWS::S3::Bucket': ({ AccelerateConfiguration }) =>
    reach(AccelerateConfiguration, 'AccelerationStatus').every((status) => isAbsent(status) || status === 'Suspended')
      ? []
      : ['takes uploads at edge locations all over the world'],
  'AWS::IAM::Role': ({ AssumeRolePolicyDocument }) =>
    mentions(AssumeRolePolicyDocument, 'edgelambda.amazonaws.com') ? ['is the role of a function at the edge'] : [],
};

const [firstType = 'AWS::CloudFront::Distribution', ...types] = Object.keys(CHECKS);

export const noEdgeServices: Rule = {
  id: 'NoEdgeServices',
  area: 'residency',
  severity: 'error',
  title: 'Nothing is served from edge locations outside of India.',
  why: 'At the edge, TLS ends and logs are written in whichever country is nearest to the caller.',
  fix: 'Serve from a Region: `REGIONAL` endpoints, `RegionalCertificateArn`, web ACLs of scope `REGIONAL`, load balancers.',
  serves: [SOURCES.transfers, SOURCES.logsInIndia],
  types: [firstType, ...types],
  check: ({ type, properties }) => CHECKS[type]?.(properties) ?? 'not-applicable',
};

function onlyRegional({ Scope }: Properties): readonly string[] {
  return reach(Scope).every((scope) => scope === 'REGIONAL')
    ? []
    : ['belongs to a web ACL of CloudFront, which logs in us-east-1'];
}

/** Left out, the endpoint is at the edge. */
function isRegional(types: readonly Value[]): boolean {
  return types.every((list) => {
    const names = (Array.isArray(list) ? list : [list]).flatMap((name) => reach(name)).filter((one) => !isAbsent(one));
    return names.length > 0 && names.every((name) => name === 'REGIONAL' || name === 'PRIVATE');
  });
}

function mentions(value: Value, word: string): boolean {
  return (Array.isArray(value) || isObject(value)) && textWithin(value).includes(word);
}
