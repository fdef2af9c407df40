import { apiBehindWebAcl } from '../../../../../lib/checks/dpdp/rules/access/api-behind-web-acl';
import { apiMethodsAuthorized } from '../../../../../lib/checks/dpdp/rules/access/api-methods-authorized';
import { apiThrottled } from '../../../../../lib/checks/dpdp/rules/access/api-throttled';
import { apiValidatesRequests } from '../../../../../lib/checks/dpdp/rules/access/api-validates-requests';
import { holds, judge } from '../support/judge';

type Properties = Record<string, unknown>;

const either = (yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': ['Condition', yes, no] });

describe('callers of methods', () => {
  const method = (Properties: Properties) =>
    judge(apiMethodsAuthorized, { It: { Type: 'AWS::ApiGateway::Method', Properties } }).It;
  const AuthorizerId = { Ref: 'Authorizer' };

  it('are asked who they are', () => {
    expect(method({ HttpMethod: 'GET', AuthorizationType: 'CUSTOM', AuthorizerId })).toBe('compliant');
    expect(method({ HttpMethod: 'GET', AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId })).toBe('compliant');
    expect(method({ HttpMethod: 'GET', AuthorizationType: either('AWS_IAM', 'CUSTOM'), AuthorizerId })).toBe(
      'compliant',
    );
    expect(method({ HttpMethod: 'OPTIONS', AuthorizationType: 'NONE' })).toBe('not-applicable');
  });

  it('are found where nobody asks them', () => {
    for (const properties of [
      {},
      { HttpMethod: 'GET' },
      { HttpMethod: { Ref: 'MethodParameter' } },
      { HttpMethod: 'GET', AuthorizationType: 'NONE', AuthorizerId },
      { HttpMethod: 'GET', AuthorizationType: 'CUSTOM' },
      { HttpMethod: 'GET', AuthorizationType: either('AWS_IAM', 'NONE') },
      { HttpMethod: 'GET', AuthorizationType: { Ref: 'TypeParameter' }, AuthorizerId },
    ])
      expect(method(properties)).toBe('broken');
  });

  it('are asked by routes, by sockets when they connect', () => {
    const route = (Properties: Properties, ProtocolType: unknown = 'HTTP') =>
      judge(apiMethodsAuthorized, {
        It: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Api' }, ...Properties } },
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType } },
      }).It;
    expect(route({ RouteKey: 'GET /books', AuthorizationType: 'JWT', AuthorizerId })).toBe('compliant');
    expect(route({ RouteKey: 'GET /books' })).toBe('broken');
    expect(route({ RouteKey: '$default', AuthorizationType: 'NONE' })).toBe('broken');
    expect(route({ RouteKey: 'OPTIONS /books' })).toBe('not-applicable');
    expect(route({ RouteKey: 'send' }, 'WEBSOCKET')).toBe('not-applicable');
    expect(route({ RouteKey: '$connect' }, 'WEBSOCKET')).toBe('broken');
    expect(route({ RouteKey: 'send', ApiId: { Ref: 'ApiParameter' } }, 'WEBSOCKET')).toBe('broken');
  });

  it('are asked by definitions, whole or operation by operation', () => {
    const api = (Properties: Properties) =>
      judge(apiMethodsAuthorized, { It: { Type: 'AWS::ApiGateway::RestApi', Properties } }).It;
    const paths = { '/books': { get: { security: [{ key: [] }] }, options: {} } };
    expect(api({})).toBe('not-applicable');
    expect(api({ Body: { paths } })).toEqual([]);
    expect(api({ Body: { security: [{ key: [] }], paths: { '/books': { post: {} } } } })).toEqual([]);
    expect(api({ Body: { paths: { '/books': { post: {}, get: { security: [{}] } } } } })).toEqual([
      'Operation::POST /books',
      'Operation::GET /books',
    ]);
    expect(api({ Body: { security: [{ key: [] }], paths: { '/open': { get: { security: [] } } } } })).toEqual([
      'Operation::GET /open',
    ]);
    expect(api({ BodyS3Location: { Bucket: 'x' } })).toEqual(['Definition::<unknown>']);
    expect(api({ Body: { 'Fn::Transform': { Name: 'AWS::Include' } } })).toEqual(['Definition::<unknown>']);
  });

  it('say more than a key that each browser has', () => {
    const graph = (AuthenticationType: unknown) =>
      judge(apiMethodsAuthorized, {
        It: { Type: 'AWS::AppSync::GraphQLApi', Properties: { AuthenticationType } },
      }).It;
    expect(graph('AMAZON_COGNITO_USER_POOLS')).toBe('compliant');
    expect([graph('API_KEY'), graph(undefined), graph({ Ref: 'Type' })]).toEqual(Array(3).fill('broken'));
  });
});

describe('web ACLs of stages', () => {
  const stage = {
    Type: 'AWS::ApiGateway::Stage',
    Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' },
  };
  const association = (ResourceArn: unknown) => ({
    Type: 'AWS::WAFv2::WebACLAssociation',
    Properties: { ResourceArn, WebACLArn: { 'Fn::GetAtt': ['Acl', 'Arn'] } },
  });
  const api = { Type: 'AWS::ApiGateway::RestApi' };
  const judged = (arn: unknown) => judge(apiBehindWebAcl, { It: stage, Api: api, Link: association(arn) }).It;
  const sub = (text: string) => ({ 'Fn::Sub': text.replaceAll('#', '$') });
  const own = sub('arn:aws:apigateway:#{AWS::Region}::/restapis/#{Api}/stages/#{It}');

  it.each([
    ['a text with references', own],
    ['a text with the name', sub('arn:aws:apigateway:ap-south-1::/restapis/#{Api}/stages/prod')],
    [
      'parts that are joined',
      { 'Fn::Join': ['/', ['arn:aws:apigateway:ap-south-1::', 'restapis', { Ref: 'Api' }, 'stages', { Ref: 'It' }]] },
    ],
  ])('are associated by %s', (_, arn) => {
    expect(judged(arn)).toBe('compliant');
  });

  it('are missed where they are of another stage, or of none', () => {
    expect(judged(sub('arn:aws:apigateway:ap-south-1::/restapis/#{Api}/stages/dev'))).toBe('broken');
    expect(judged(sub('arn:aws:apigateway:ap-south-1::/restapis/#{Other}/stages/#{It}'))).toBe('broken');
    expect(judged({ Ref: 'ArnParameter' })).toBe('broken');
    expect(judge(apiBehindWebAcl, { It: stage, Api: api }).It).toBe('broken');
  });

  it('of a twin in another stack are not its own', () => {
    const twin = { Resources: { It: stage, Api: api, Link: association(own) } };
    expect(judge(apiBehindWebAcl, { It: stage, Api: api }, { others: [twin] }).It).toBe('broken');
  });
});

describe('validators of requests', () => {
  const judged = (Properties: Properties, Body?: unknown) =>
    judge(apiValidatesRequests, {
      It: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body } },
      Validator: { Type: 'AWS::ApiGateway::RequestValidator', Properties },
    }).It;
  const RestApiId = { Ref: 'It' };

  it('check bodies and parameters of this API', () => {
    const both = { ValidateRequestBody: 'true', ValidateRequestParameters: true };
    expect(judged({ RestApiId, ...both })).toBe('compliant');
    expect(judged({ RestApiId: { Ref: 'Other' }, ...both })).toBe('broken');
    expect(judged({ RestApiId, ...both, ValidateRequestBody: either(true, false) })).toBe('broken');
    expect(judged({ RestApiId, ValidateRequestBody: true })).toBe('broken');
    expect(judged({}, { 'x-amazon-apigateway-request-validators': { all: {} } })).toBe('compliant');
  });
});

describe('limits of stages', () => {
  const limit = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: '100' };
  const all = { HttpMethod: '*', ResourcePath: '/*', ...limit };
  const rest = (MethodSettings?: unknown) =>
    judge(apiThrottled, { It: { Type: 'AWS::ApiGateway::Stage', Properties: { MethodSettings } } }).It;
  const http = (DefaultRouteSettings?: unknown) =>
    judge(apiThrottled, { It: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { DefaultRouteSettings } } }).It;

  it('are set for all methods, in every case', () => {
    for (const verdict of [rest([all]), rest([{ ...all, HttpMethod: 'GET' }, all]), http(limit)])
      expect(holds(verdict)).toBe(true);
    for (const verdict of [
      rest(),
      rest([{ ...all, ResourcePath: '/books' }]),
      rest([{ ...all, ThrottlingRateLimit: -1 }]),
      rest([{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 50 }]),
      rest(either([all])),
      rest([{ ...all, ThrottlingRateLimit: { Ref: 'Rate' } }]),
      http(),
      http(either(limit)),
      http({ ThrottlingRateLimit: 50 }),
    ])
      expect(holds(verdict)).toBe(false);
  });
});
