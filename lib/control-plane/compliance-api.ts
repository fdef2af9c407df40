import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  type CfnRestApi,
  EndpointAccessMode,
  EndpointType,
  type IModel,
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
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RouteInput, RouteTable } from '../../lambda/shared/route-table';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { AppStage } from '../stage';
import { ACCESS_LOG, type ApiLogProps, apiLogGroup, ownExecutionLogs } from './api-logs';
import { answerWithProblems } from './gateway-problems';
import { leaveUntraced } from './untraced';
import { WebAcl } from './web-acl';

/** Properties of a ComplianceApi. */
export interface ComplianceApiProps extends ApiLogProps {
  /** Names the deployment, and says where the API is reached. */
  readonly stage: AppStage;
  /** Decides on every call from its bearer token. */
  readonly authorizer: IFunction;
}

/** Calls a second over all clients, and how many may come at once. */
const THROTTLE = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };

/** The HTTPS API of the control plane. Each subsystem adds its routes with a function of its own. */
export class ComplianceApi extends Construct {
  /** Address before `/v1`, without a trailing slash. */
  readonly url: string;
  /** What stands in front of it. @default - nothing, where the stage has switched it off */
  readonly webAcl?: WebAcl;
  private readonly api: RestApi;
  private readonly jsonObject: IModel;
  /** What every method has in common. */
  private readonly guards: MethodOptions;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ComplianceApiProps,
  ) {
    super(scope, id);
    const { stage } = props;
    this.api = new RestApi(this, 'Api', {
      description: `DigiCRM compliance control plane (${stage.name})`,
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
        accessLogDestination: new LogGroupLogDestination(apiLogGroup(this, 'AccessLogs', props)),
        accessLogFormat: ACCESS_LOG,
      },
    });
    // The stack's own output says it, also for an emulator.
    this.api.node.tryRemoveChild('Endpoint');
    this.requireModernTls();
    ownExecutionLogs(this, this.api, stage.name, props);
    this.guards = this.guardsOf(props.authorizer);
    this.jsonObject = this.jsonObjectModel();
    answerWithProblems(this.api);
    this.url = stage.local
      ? `${stage.local.endpoint}/_aws/execute-api/${this.api.restApiId}/${stage.name}`
      : `https://${this.api.restApiId}.execute-api.${Stack.of(this).region}.amazonaws.com/${stage.name}`;
    if (stage.config.switches.waf.enabled)
      this.webAcl = new WebAcl(this, 'WebAcl', { ...props, protects: this.api.deploymentStage });
    this.acknowledgeFindings(stage);
  }

  /** Calls that failed for reasons of our own. */
  serverErrors(): IMetric {
    return this.api.deploymentStage.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) });
  }

  /**
   * Sends the calls of these routes to a function. Other methods of the same paths go there too: the
   * function says what is allowed, to those who may call at all.
   */
  serve(handler: IFunction, routes: RouteTable): void {
    leaveUntraced(this, this.props.stage, routes);
    const integration = integrationWith(handler);
    for (const [path, methods] of Object.entries(routes)) {
      const resource = this.api.root.resourceForPath(path);
      for (const [method, input] of Object.entries(methods))
        resource.addMethod(method, integration, { ...this.guards, ...this.optionsOf(path, input) });
      resource.addMethod('ANY', integration, this.guards);
    }
  }

  /** Sends the calls of all paths that nobody serves to a function, which says so. */
  serveElsewhere(handler: IFunction): void {
    this.api.root.addResource('{proxy+}').addMethod('ANY', integrationWith(handler), this.guards);
  }

  private optionsOf(path: string, { body, idempotencyKey, query = [] }: RouteInput): MethodOptions {
    const parameters = [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [`method.request.path.${name}`, true]),
      ...query.map((name) => [`method.request.querystring.${name}`, false]),
      ...(idempotencyKey ? [['method.request.header.Idempotency-Key', true]] : []),
    ];
    return {
      ...(parameters.length > 0 && { requestParameters: Object.fromEntries(parameters) }),
      ...(body && { requestModels: { 'application/json': this.jsonObject } }),
    };
  }

  private guardsOf(handler: IFunction): MethodOptions {
    return {
      // Not one second of cache: an expired token must fail at once.
      authorizer: new TokenAuthorizer(this, 'Authorizer', { handler, resultsCacheTtl: Duration.seconds(0) }),
      requestValidator: this.api.addRequestValidator('Validator', {
        validateRequestBody: true,
        validateRequestParameters: true,
      }),
    };
  }

  /**
   * The gateway turns away what is no JSON object. What is in it the function checks with the register's
   * schemas, because the gateway cannot say which field is wrong.
   */
  private jsonObjectModel(): IModel {
    return this.api.addModel('JsonObject', {
      contentType: 'application/json',
      description: 'Any JSON object; docs/api has the schema of each call.',
      schema: { schema: JsonSchemaVersion.DRAFT4, title: 'JsonObject', type: JsonSchemaType.OBJECT },
    });
  }

  private requireModernTls(): void {
    const resource = this.api.node.defaultChild as CfnRestApi;
    resource.securityPolicy = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;
    resource.endpointAccessMode = EndpointAccessMode.STRICT;
  }

  private acknowledgeFindings(stage: AppStage): void {
    const withoutWaf = whyWithoutWaf(stage);
    if (withoutWaf)
      acknowledge(
        this.api.deploymentStage,
        { ...RISKS.withoutWebAcl, reason: withoutWaf },
        'AwsSolutions::AwsSolutions-APIG3',
        'Dpdp::Dpdp-ApiBehindWebAcl',
      );
    acknowledge(
      this.api,
      {
        ...RISKS.ownAuthorizer,
        reason:
          "A Lambda authorizer verifies the pool's tokens and decides from the register which client may do what for which tenant; Cognito's own authorizer knows scopes only.",
      },
      'AwsSolutions::AwsSolutions-COG4',
    );
    acknowledge(
      this.api,
      {
        ...RISKS.managedLogPolicy,
        reason:
          'The role lets API Gateway write logs for the whole account; AWS maintains this policy for exactly that.',
      },
      'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    );
  }
}

/** Why no web ACL stands in front of the API, where none does. */
function whyWithoutWaf({ config: { switches, lacks } }: AppStage): string | undefined {
  if (!switches.waf.enabled) return switches.waf.reason;
  return lacks.find(({ service }) => service === 'web-acl-association')?.reason;
}

/** One permission for the whole API; one per method would outgrow what a function's policy may hold. */
function integrationWith(handler: IFunction): LambdaIntegration {
  return new LambdaIntegration(handler, { scopePermissionToMethod: false });
}
