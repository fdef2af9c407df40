import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import type { Stage as ApiStage } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { AppStage } from '../stage';
import { type ApiLogProps, apiLogGroup } from './api-logs';
import { RESPONSE_BODIES, webAclRules } from './web-acl-rules';

/** Properties of a WebAcl. */
export interface WebAclProps extends ApiLogProps {
  /** The deployment, and the addresses that its API may be called from. */
  readonly stage: AppStage;
  /** The deployed API that it stands in front of. */
  readonly protects: ApiStage;
}

/** Kept out of everything that WAF writes down: tokens, and what may name a person. */
const SECRET_HEADERS = ['authorization', 'cookie'];

/**
 * Refuses known attacks, floods and oversized bodies before anything of ours runs. Of scope REGIONAL, never
 * CLOUDFRONT, whose logs would go to us-east-1.
 */
export class WebAcl extends Construct {
  private readonly metricName: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { stage } = props;
    this.metricName = `digicrm-${stage.name}`;
    const acl = new CfnWebACL(this, 'Acl', {
      description: 'What may not even reach the DigiCRM compliance API',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rules: webAclRules(this, stage.config.crmAddresses).map((rule, priority) => ({
        ...rule,
        priority,
        visibilityConfig: visibility(rule.name),
      })),
      visibilityConfig: visibility(this.metricName),
      customResponseBodies: RESPONSE_BODIES,
      // As much as the API takes, so that nothing reaches it unread.
      associationConfig: { requestBody: { API_GATEWAY: { defaultSizeInspectionLimit: 'KB_64' } } },
      // Also in the details of a match and of a rate limit, which a logging configuration alone would leave readable.
      dataProtectionConfig: {
        dataProtections: [
          ...SECRET_HEADERS.map((key) => ({ fieldType: 'SINGLE_HEADER', fieldKeys: [key] })),
          { fieldType: 'QUERY_STRING' },
          { fieldType: 'BODY' },
        ].map((field) => ({ field, action: 'SUBSTITUTION' })),
      },
    });
    if (!stage.has('web-acl-association')) {
      const reason = "This stage's cloud can neither associate nor log a web ACL: see its `lacks` in stages.yaml.";
      acknowledge(acl, { ...RISKS.withoutWebAcl, reason }, 'Dpdp::Dpdp-WebAclLogged');
      return;
    }
    new CfnWebACLAssociation(this, 'Association', { resourceArn: props.protects.stageArn, webAclArn: acl.attrArn });
    this.log(acl, props);
  }

  /** Requests that any rule has blocked. */
  blocked(): IMetric {
    return new Metric({
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      dimensionsMap: { WebACL: this.metricName, Region: Stack.of(this).region, Rule: 'ALL' },
      statistic: 'Sum',
      period: Duration.minutes(5),
    });
  }

  /** What was blocked or counted, with the path, which tells what was attacked; its ids are opaque. Calls that pass are the API's to log. */
  private log(acl: CfnWebACL, props: WebAclProps): void {
    // WAF delivers to no log group that is called otherwise; the API's id sets it apart from one that a removed stack has left.
    const name = `aws-waf-logs-digicrm-${props.protects.restApi.restApiId}`;
    const group = apiLogGroup(this, 'Logs', props, name);
    const { partition, region } = Stack.of(this);
    group.addToResourcePolicy(
      new PolicyStatement({
        sid: 'WafDeliversLogs',
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [group.logGroupArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${Aws.ACCOUNT_ID}:*` },
        },
      }),
    );
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // Without the ":*" that CloudFormation gives.
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [...SECRET_HEADERS.map((header) => ({ singleHeader: { Name: header } })), { queryString: {} }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    logging.node.addDependency(group);
  }
}

/** Counted by name; no samples, which anybody with the console could read. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
