import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ComplianceApi } from '../../../lib/control-plane/compliance-api';
import { stageOf } from '../../../lib/stage';
import { loadRegister } from '../../../policies/load';
import { smallApp } from '../support/small-app';
import { templatesOf, testApp } from '../support/stages';

const { controlPlane } = templatesOf('prod');
type Properties = Record<string, unknown>;
const propertiesOf = (type: string): Properties[] =>
  Object.values(controlPlane.findResources(type)).map((r) => r.Properties as Properties);

describe('API', () => {
  it('leaves calls out of the traces whose query says about whom they are', () => {
    const rules = propertiesOf('AWS::XRay::SamplingRule').map(({ SamplingRule }) => SamplingRule);
    expect(rules).toEqual([
      expect.objectContaining({ URLPath: '*/v1/disclosures', FixedRate: 0, ReservoirSize: 0, Priority: 1 }),
    ]);
  });

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

  it('sends the calls of each subsystem to its own function, and asks for no more than its table says', () => {
    const { stack } = smallApp();
    const code = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('-') };
    const erasure = new LambdaFunction(stack, 'Erasure', code);
    const holds = new LambdaFunction(stack, 'Holds', code);
    const api = new ComplianceApi(stack, 'Api', {
      stage: stageOf(testApp({ stage: 'prod' }), loadRegister()),
      authorizer: new LambdaFunction(stack, 'Authorizer', code),
      logKey: new Key(stack, 'LogKey'),
      logRetention: RetentionDays.ONE_YEAR,
    });
    api.serve(erasure, { '/v1/erasure-requests': { POST: { body: true, idempotencyKey: true } } });
    api.serve(holds, { '/v1/legal-holds/{id}': { PUT: { body: true }, GET: { query: ['tenantId'] } } });
    api.serveElsewhere(erasure);

    const methods = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::Method')).map(
      ({ Properties }) => ({
        method: Properties.HttpMethod,
        function: JSON.stringify(Properties.Integration.Uri).match(/(Erasure|Holds)/)?.[1],
        parameters: Properties.RequestParameters,
        body: Properties.RequestModels !== undefined,
        guarded: Properties.AuthorizationType === 'CUSTOM' && Properties.RequestValidatorId !== undefined,
      }),
    );
    const plain = { parameters: undefined, body: false, guarded: true };
    const id = { 'method.request.path.id': true };
    expect(methods).toEqual(
      expect.arrayContaining([
        {
          method: 'POST',
          function: 'Erasure',
          parameters: { 'method.request.header.Idempotency-Key': true },
          body: true,
          guarded: true,
        },
        { method: 'PUT', function: 'Holds', parameters: id, body: true, guarded: true },
        {
          ...plain,
          method: 'GET',
          function: 'Holds',
          parameters: { ...id, 'method.request.querystring.tenantId': false },
        },
        { ...plain, method: 'ANY', function: 'Holds' },
        { ...plain, method: 'ANY', function: 'Erasure' },
      ]),
    );
    expect(methods).toHaveLength(6);
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
    expect(clients.sort()).toEqual(['auditor', 'crm', 'legal-desk']);
    controlPlane.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ClientName: 'auditor',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [
        'erasure.read',
        'tenant.read',
        'hold.read',
        'retention.read',
        'transfer.read',
        'disclosure.read',
        'ledger.read',
      ].map((name) => ({
        'Fn::Join': ['', [Match.anyValue(), `/${name}`]],
      })),
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
