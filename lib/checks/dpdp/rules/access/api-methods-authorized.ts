import { follow } from '../../follow';
import { isAbsent, isIntrinsic, once, reach } from '../../reach';
import type { Rule, Verdict } from '../../rule';
import { SOURCES } from '../../sources';
import { isObject, type Properties, type TemplateResource, textOf, type Value } from '../../template';
import { operationsOf } from './api-definitions';

const BY_AUTHORIZER = ['CUSTOM', 'COGNITO_USER_POOLS', 'JWT'];

export const apiMethodsAuthorized: Rule = {
  id: 'ApiMethodsAuthorized',
  area: 'exposure',
  severity: 'error',
  title: 'Each method of an API asks who calls, save OPTIONS.',
  why: 'A method without an authorizer answers everybody, whatever it tells about people.',
  fix: 'Set `AuthorizationType`, and `AuthorizerId` with it; in a definition, `security` of each operation.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: [
    'AWS::ApiGateway::Method',
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGateway::RestApi',
    'AWS::ApiGatewayV2::Api',
    'AWS::AppSync::GraphQLApi',
  ],
  check(resource) {
    const { type, properties } = resource;
    if (type === 'AWS::ApiGateway::Method') {
      if (textOf(properties.HttpMethod)?.toUpperCase() === 'OPTIONS') return 'not-applicable';
      return isAuthorized(properties) ? 'compliant' : 'broken';
    }
    if (type === 'AWS::ApiGatewayV2::Route') return ofRoute(resource);
    if (type === 'AWS::AppSync::GraphQLApi') return isKeyed(properties) ? 'broken' : 'compliant';
    return ofDefinition(properties);
  },
};

function isAuthorized({ AuthorizationType, AuthorizerId }: Properties): boolean {
  return reach(AuthorizationType).every(
    (kind) =>
      kind === 'AWS_IAM' ||
      (BY_AUTHORIZER.includes(String(kind)) && reach(AuthorizerId).every((id) => !isAbsent(id) && id !== '')),
  );
}

function ofRoute(resource: TemplateResource): Verdict {
  const { properties } = resource;
  const key = textOf(properties.RouteKey) ?? '';
  if (/^OPTIONS /i.test(key)) return 'not-applicable';
  // Messages of a socket belong to a connection that was authorized when it was made.
  const isOfSocket = follow(properties.ApiId, resource).every(
    (origin) => origin.kind === 'resource' && origin.resource.properties.ProtocolType === 'WEBSOCKET',
  );
  if (isOfSocket && key !== '$connect') return 'not-applicable';
  return isAuthorized(properties) ? 'compliant' : 'broken';
}

/** A key that is sent to each browser says nothing about who calls. */
function isKeyed({ AuthenticationType }: Properties): boolean {
  return !reach(AuthenticationType).every((kind) => typeof kind === 'string' && kind !== 'API_KEY' && kind !== '');
}

function ofDefinition({ Body, BodyS3Location }: Properties): Verdict {
  if (!isAbsent(BodyS3Location)) return ['Definition::<unknown>'];
  const bodies = reach(Body).filter((body) => !isAbsent(body));
  if (bodies.length === 0) return 'not-applicable';
  return once(
    bodies.flatMap((body) => {
      const operations = operationsOf(body);
      if (operations === undefined) return ['Definition::<unknown>'];
      return operations.filter(({ security }) => !isAsked(security)).map(({ name }) => `Operation::${name}`);
    }),
  );
}

/** One empty requirement among them lets everybody in. */
function isAsked(security: Value): boolean {
  return (
    Array.isArray(security) &&
    security.length > 0 &&
    security.every((one) => isObject(one) && !isIntrinsic(one) && Object.keys(one).length > 0)
  );
}
