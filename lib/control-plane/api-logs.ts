import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How the API's log groups are kept. */
export interface ApiLogProps {
  /** Key of the log groups. */
  readonly logKey: IKey;
  /** How long access and error logs are kept. */
  readonly logRetention: RetentionDays;
}

/** What an access log line holds: no address, no query, and the path's template, because a path has ids in it. */
export const ACCESS_LOG = AccessLogFormat.custom(
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

/** A log group of the API. */
export function apiLogGroup(scope: Construct, id: string, props: ApiLogProps, logGroupName?: string): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName,
    retention: props.logRetention,
    encryptionKey: props.logKey,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** Makes the group of an API's error logs. API Gateway would create it itself, without a key and for ever. */
export function ownExecutionLogs(scope: Construct, api: RestApi, stageName: string, props: ApiLogProps): void {
  const name = `API-Gateway-Execution-Logs_${api.restApiId}/${stageName}`;
  api.deploymentStage.node.addDependency(apiLogGroup(scope, 'ExecutionLogs', props, name));
}
