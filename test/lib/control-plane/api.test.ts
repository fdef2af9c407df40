import { Match } from 'aws-cdk-lib/assertions';
import { templatesOf } from '../support/stages';

const { controlPlane } = templatesOf('prod');
type Properties = Record<string, unknown>;
const propertiesOf = (type: string): Properties[] =>
  Object.values(controlPlane.findResources(type)).map((r) => r.Properties as Properties);

describe('API', () => {
  it('is regional and takes TLS 1.2 or newer only', () => {
    controlPlane.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['REGIONAL'] },
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
      EndpointAccessMode: 'STRICT',
    });
  });

  it('asks the authorizer on every call and caches no answer', () => {
    controlPlane.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'TOKEN',
      AuthorizerResultTtlInSeconds: 0,
    });
    for (const method of propertiesOf('AWS::ApiGateway::Method'))
      expect(method).toMatchObject({ AuthorizationType: 'CUSTOM', RequestValidatorId: expect.anything() });
  });

  it('turns away a creation without an Idempotency-Key', () => {
    controlPlane.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'POST',
      RequestParameters: { 'method.request.header.Idempotency-Key': true },
      RequestModels: { 'application/json': Match.anyValue() },
    });
  });

  it('is throttled, and logs errors without bodies', () => {
    controlPlane.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'prod',
      TracingEnabled: true,
      MethodSettings: [
        Match.objectLike({
          HttpMethod: '*',
          ResourcePath: '/*',
          ThrottlingRateLimit: 50,
          ThrottlingBurstLimit: 100,
          LoggingLevel: 'ERROR',
          DataTraceEnabled: false,
        }),
      ],
    });
  });

  it('logs no address, no query and no path with ids in it', () => {
    const [stage] = propertiesOf('AWS::ApiGateway::Stage');
    const setting = stage?.AccessLogSetting as { Format: string } | undefined;
    const fields = Object.values(JSON.parse(setting?.Format ?? '{}') as Record<string, string>);
    expect(fields).toContain('$context.resourcePath');
    for (const field of fields)
      expect(field).not.toMatch(/identity|\$context\.path|querystring|\.error\.(message|validation)|userAgent/);
  });

  it('answers its own refusals as problems that say what to do', () => {
    const responses = propertiesOf('AWS::ApiGateway::GatewayResponse');
    const types = responses.map((r) => r.ResponseType);
    expect(types).toEqual(
      expect.arrayContaining(['UNAUTHORIZED', 'ACCESS_DENIED', 'MISSING_AUTHENTICATION_TOKEN', 'THROTTLED']),
    );
    expect(types).toEqual(expect.arrayContaining(['BAD_REQUEST_BODY', 'BAD_REQUEST_PARAMETERS', 'REQUEST_TOO_LARGE']));
    expect(types).toEqual(expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX']));
    for (const response of responses) {
      const { 'application/json': template } = response.ResponseTemplates as Record<string, string>;
      const problem = JSON.parse(template ?? '');
      expect(problem).toEqual({
        type: expect.stringMatching(/^https:\/\/digicrm\.co\.in\/problems\/[a-z-]+$/),
        title: expect.any(String),
        status: Number(response.StatusCode),
        detail: expect.stringMatching(/\.$/),
        requestId: '$context.requestId',
      });
      expect(response.ResponseParameters).toMatchObject({
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
      });
    }
  });
});

describe('API clients', () => {
  it('are those of the register that exist in the stage, with their scopes', () => {
    const clients = propertiesOf('AWS::Cognito::UserPoolClient').map((p) => p.ClientName);
    expect(clients.sort()).toEqual(['auditor', 'crm']);
    controlPlane.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ClientName: 'auditor',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [{ 'Fn::Join': ['', [Match.anyValue(), '/erasure.read']] }],
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: 'minutes' },
    });
  });

  it('live in a pool without sign-up', () => {
    controlPlane.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      DeletionProtection: 'ACTIVE',
    });
  });
});
