import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  type CfnRestApi,
  EndpointAccessMode,
  EndpointType,
  type IResource,
  JsonSchemaType,
  JsonSchemaVersion,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  type MethodOptions,
  RestApi,
  SecurityPolicy,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../checks/acknowledge';
import type { AppStage } from '../stage';
import { answerWithProblems } from './gateway-problems';

/** Properties of an ErasureApi. */
export interface ErasureApiProps {
  /** Names the deployment, and says where the API is reached. */
  readonly stage: AppStage;
  /** Answers every call. */
  readonly handler: IFunction;
  /** Decides on every call from its bearer token. */
  readonly authorizer: IFunction;
  /** Key of the log groups. */
  readonly logKey: IKey;
  /** How long access and error logs are kept. */
  readonly logRetention: RetentionDays;
}

/** Calls a second over all clients, and how many may come at once. */
const THROTTLE = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };

/** What an access log line holds: no address, no query, and the path's template, because a path has ids in it. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    requestTime: AccessLogField.contextRequestTime(),
    httpMethod: AccessLogField.contextHttpMethod(),
    resourcePath: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    responseLatency: AccessLogField.contextResponseLatency(),
    errorType: AccessLogField.contextErrorResponseType(),
    client: AccessLogField.contextAuthorizer('clientName'),
    traceId: AccessLogField.contextXrayTraceId(),
  }),
);

/** The HTTPS API to which the CRM says whose data to erase. */
export class ErasureApi extends Construct {
  /** Address before `/v1`, without a trailing slash. */
  readonly url: string;
  private readonly api: RestApi;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ErasureApiProps,
  ) {
    super(scope, id);
    const { stage } = props;
    this.api = new RestApi(this, 'Api', {
      description: `DigiCRM erasure requests (${stage.name})`,
      endpointTypes: [EndpointType.REGIONAL],
      // API Gateway may write logs only if the account has a role for it.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: stage.name,
        ...THROTTLE,
        tracingEnabled: true,
        metricsEnabled: true,
        // Errors only, and never the bodies: they would carry ids of people into the log.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(this.logGroup('AccessLogs')),
        accessLogFormat: ACCESS_LOG,
      },
    });
    // The stack's own output says it, also for an emulator.
    this.api.node.tryRemoveChild('Endpoint');
    this.requireModernTls();
    this.ownExecutionLogs();
    this.addRoutes();
    answerWithProblems(this.api);
    this.url = stage.local
      ? `${stage.local.endpoint}/_aws/execute-api/${this.api.restApiId}/${stage.name}`
      : `https://${this.api.restApiId}.execute-api.${Stack.of(this).region}.amazonaws.com/${stage.name}`;
    this.acknowledgeFindings();
  }

  private addRoutes(): void {
    const body = this.jsonObjectBody();
    const byId = { requestParameters: { 'method.request.path.id': true } };
    const requests = this.api.root.resourceForPath('v1/erasure-requests');
    const request = requests.addResource('{id}');
    const addRoute = this.routeAdder();

    addRoute(requests, 'POST', { ...body, requestParameters: { 'method.request.header.Idempotency-Key': true } });
    addRoute(requests, 'GET', {
      requestParameters: Object.fromEntries(
        ['tenantId', 'status', 'limit', 'cursor'].map((name) => [`method.request.querystring.${name}`, false]),
      ),
    });
    addRoute(request, 'GET', byId);
    const parts = ['plan', 'certificate'].map((path) => request.addResource(path));
    for (const part of parts) addRoute(part, 'GET', byId);
    const verbs = ['confirm', 'cancel'].map((path) => request.addResource(path));
    for (const verb of verbs) addRoute(verb, 'POST', { ...body, ...byId });

    // Other methods and paths: the function says what is allowed there, to those who may call at all.
    const elsewhere = this.api.root.addResource('{proxy+}');
    for (const resource of [requests, request, ...parts, ...verbs, elsewhere]) addRoute(resource, 'ANY', {});
  }

  private routeAdder() {
    // One permission for the whole API; one per method would outgrow what a function's policy may hold.
    const integration = new LambdaIntegration(this.props.handler, { scopePermissionToMethod: false });
    const authorizer = new TokenAuthorizer(this, 'Authorizer', {
      handler: this.props.authorizer,
      // Not one second of cache: an expired token must fail at once.
      resultsCacheTtl: Duration.seconds(0),
    });
    const requestValidator = this.api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    return (resource: IResource, method: string, options: MethodOptions) => {
      resource.addMethod(method, integration, { authorizer, requestValidator, ...options });
    };
  }

  /**
   * The gateway turns away what is no JSON object. What is in it the function checks with the register's
   * schemas, because the gateway cannot say which field is wrong.
   */
  private jsonObjectBody(): MethodOptions {
    const model = this.api.addModel('JsonObject', {
      contentType: 'application/json',
      description: 'Any JSON object; docs/api has the schema of each call.',
      schema: { schema: JsonSchemaVersion.DRAFT4, title: 'JsonObject', type: JsonSchemaType.OBJECT },
    });
    return { requestModels: { 'application/json': model } };
  }

  private requireModernTls(): void {
    const resource = this.api.node.defaultChild as CfnRestApi;
    resource.securityPolicy = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
    resource.endpointAccessMode = EndpointAccessMode.STRICT;
  }

  /** API Gateway would create this group itself, without a key and for ever. */
  private ownExecutionLogs(): void {
    const name = `API-Gateway-Execution-Logs_${this.api.restApiId}/${this.props.stage.name}`;
    this.api.deploymentStage.node.addDependency(this.logGroup('ExecutionLogs', name));
  }

  private logGroup(id: string, logGroupName?: string): LogGroup {
    return new LogGroup(this, id, {
      logGroupName,
      retention: this.props.logRetention,
      encryptionKey: this.props.logKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private acknowledgeFindings(): void {
    const { waf } = this.props.stage.config.switches;
    if (!waf.enabled) acknowledge(this.api.deploymentStage, waf.reason, 'AwsSolutions::AwsSolutions-APIG3');
    acknowledge(
      this.api,
      "A Lambda authorizer verifies the pool's tokens and decides from the register which client may do what for which tenant; Cognito's own authorizer knows scopes only.",
      'AwsSolutions::AwsSolutions-COG4',
    );
    acknowledge(
      this.api,
      'The role lets API Gateway write logs for the whole account; AWS maintains this policy for exactly that.',
      'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    );
  }
}
