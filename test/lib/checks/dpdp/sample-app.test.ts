import { ApiGatewayToLambda } from '@aws-solutions-constructs/aws-apigateway-lambda';
import { CloudFrontToS3 } from '@aws-solutions-constructs/aws-cloudfront-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DpdpChecks } from '../../../../lib/checks';
import { RULES } from '../../../../lib/checks/dpdp/rules';

/** An app of constructs that others published, as their documentation shows them. */
function sample(region?: string): App {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Sample', region === undefined ? {} : { env: { region } });
  new CloudFrontToS3(stack, 'Site', {});
  new ApiGatewayToLambda(stack, 'Api', {
    lambdaFunctionProps: {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
    },
  });
  return app;
}

function findingsOf(app: App): Map<string, string[]> {
  const { violations } = new DpdpChecks().validateScope(app);
  const findings = new Map<string, string[]>();
  for (const { ruleName, violatingResources } of violations) {
    const rule = ruleName.replace(/\[.*/s, '');
    const paths = violatingResources.map(({ constructPath }) => constructPath ?? '');
    findings.set(rule, [...(findings.get(rule) ?? []), ...paths]);
  }
  return findings;
}

describe('the pack on an app of others', () => {
  it('finds what leaves India, and where', () => {
    const findings = findingsOf(sample('eu-west-1'));
    expect(findings.get('Dpdp-NoEdgeServices')?.some((path) => path.includes('CloudFrontDistribution'))).toBe(true);
    expect(findings.has('Dpdp-StackInIndia')).toBe(true);
    expect(findingsOf(sample('ap-south-1')).has('Dpdp-StackInIndia')).toBe(false);
  });

  it('finds stores that say nothing of what they hold, and no keys of their own', () => {
    const findings = findingsOf(sample('ap-south-1'));
    for (const rule of ['Dpdp-StoresNameTheirDataRole', 'Dpdp-S3UsesCustomerKey'])
      expect([...findings.keys()]).toContain(rule);
  });

  it('lets no rule fail for what it has never seen', () => {
    const { violations } = new DpdpChecks().validateScope(sample());
    expect(violations.filter(({ description }) => description.includes('threw an error'))).toEqual([]);
  });

  it('does not find fault with everything', () => {
    const pack = new DpdpChecks();
    pack.validateScope(sample('ap-south-1'));
    const broken = pack.outcomes.all().filter((outcome) => outcome.broken.length > 0);
    const well = pack.outcomes.all().filter((outcome) => outcome.compliant.length > 0 && outcome.broken.length === 0);
    expect(broken.length).toBeGreaterThan(0);
    expect(well.length).toBeGreaterThan(RULES.length / 8);
  });
});
