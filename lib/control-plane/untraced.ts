import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import type { Construct } from 'constructs';
import type { RouteTable } from '../../lambda/shared/route-table';
import type { AppStage } from '../stage';

/** Names of query parameters that say about whom a call is. */
const ABOUT_SOMEBODY = 'subjectId';

/**
 * Keeps calls out of the traces whose query says about whom they are: API Gateway writes the whole address into a
 * segment. A caller who asks for a trace of its own (`X-Amzn-Trace-Id` with `Sampled=1`) still has one.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-understanding-xray-traces.html
 */
export function leaveUntraced(scope: Construct, stage: AppStage, routes: RouteTable): void {
  if (!stage.has('trace-sampling')) return;
  const paths = Object.entries(routes)
    .filter(([, methods]) => Object.values(methods).some(({ query = [] }) => query.includes(ABOUT_SOMEBODY)))
    .map(([path]) => path);
  for (const path of paths) {
    const name = path.split('/').at(-1) ?? '';
    new CfnSamplingRule(scope, `Untraced-${name}`, {
      samplingRule: {
        // At most 32 characters, and unique in the account and Region.
        ruleName: `digicrm-${stage.name}-${name}`.slice(0, 32),
        version: 1,
        priority: 1,
        fixedRate: 0,
        reservoirSize: 0,
        host: '*',
        httpMethod: '*',
        resourceArn: '*',
        serviceName: '*',
        serviceType: 'AWS::ApiGateway::Stage',
        urlPath: `*${path}`,
      },
    });
  }
}
