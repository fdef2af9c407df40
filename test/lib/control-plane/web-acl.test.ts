import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { MAX_BODY_BYTES } from '../../../lambda/shared/http';
import { problemSchema } from '../../../lambda/shared/problem';
import { WebAcl } from '../../../lib/control-plane/web-acl';
import { stageOf } from '../../../lib/stage';
import { loadRegister } from '../../../policies/load';
import type { EmulatedService } from '../../../policies/schema';
import { templatesOf, testApp } from '../support/stages';

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Statement: Record<string, Record<string, unknown>>;
  readonly Action?: unknown;
  readonly OverrideAction?: unknown;
}

/** A web ACL in front of an API with one method. */
function given(crmAddresses: string[] = [], lacks: EmulatedService[] = []): Template {
  const app = testApp();
  const stack = new Stack(app, 'Test', { env: { region: 'ap-south-1' } });
  const api = new RestApi(stack, 'Api');
  api.root.addMethod('GET');
  const dev = stageOf(app, loadRegister());
  const stage = { ...dev, config: { ...dev.config, crmAddresses }, has: (s: EmulatedService) => !lacks.includes(s) };
  const logs = { logKey: new Key(stack, 'Key'), logRetention: RetentionDays.THIRTEEN_MONTHS };
  new WebAcl(stack, 'WebAcl', { ...logs, stage, protects: api.deploymentStage });
  return Template.fromStack(stack);
}

function only(template: Template, type: string): Record<string, unknown> {
  const [resource, ...more] = Object.values(template.findResources(type));
  if (resource === undefined || more.length > 0) throw new Error(`${more.length + 1} of ${type}`);
  return resource.Properties;
}

function rulesOf(template: Template): Rule[] {
  return only(template, 'AWS::WAFv2::WebACL').Rules as Rule[];
}

function rule(template: Template, name: string): Rule {
  const found = rulesOf(template).find(({ Name }) => Name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

describe.each(['dev', 'prod'])('the web ACL of stage %s', (stage) => {
  const { controlPlane } = templatesOf(stage);

  it('stands in front of the API, regional, so that its logs stay in India', () => {
    expect(only(controlPlane, 'AWS::WAFv2::WebACL').Scope).toBe('REGIONAL');
    const association = JSON.stringify(only(controlPlane, 'AWS::WAFv2::WebACLAssociation').ResourceArn);
    const [api] = Object.keys(controlPlane.findResources('AWS::ApiGateway::RestApi'));
    const [apiStage] = Object.keys(controlPlane.findResources('AWS::ApiGateway::Stage'));
    expect(association).toContain(api);
    expect(association).toContain(apiStage);
  });

  it('logs what it blocks or counts, without tokens, cookies and query, to a group that AWS delivers to', () => {
    expect(only(controlPlane, 'AWS::WAFv2::LoggingConfiguration')).toMatchObject({
      RedactedFields: [
        { SingleHeader: { Name: 'authorization' } },
        { SingleHeader: { Name: 'cookie' } },
        { QueryString: {} },
      ],
      LoggingFilter: {
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
    const groups = Object.values(controlPlane.findResources('AWS::Logs::LogGroup'));
    const names = groups.map(({ Properties }) => JSON.stringify(Properties.LogGroupName ?? ''));
    expect(names.filter((name) => name.includes('"aws-waf-logs-digicrm-"'))).toHaveLength(1);
  });

  it('lets only deliveries of this account write into that group', () => {
    const document = JSON.stringify(only(controlPlane, 'AWS::Logs::ResourcePolicy').PolicyDocument);
    for (const part of ['delivery.logs.amazonaws.com', 'aws:SourceAccount', 'aws:SourceArn'])
      expect(document).toContain(part);
  });
});

describe('the rules of the web ACL', () => {
  const template = given();

  it('are these, in this order', () => {
    expect(rulesOf(template).map(({ Name, Priority }) => `${Priority} ${Name}`)).toEqual([
      '0 TooManyFromOneAddress',
      '1 TooManyWithOneToken',
      '2 BodyTooLarge',
      '3 AWSManagedRulesAmazonIpReputationList',
      '4 AWSManagedRulesAnonymousIpList',
      '5 AWSManagedRulesKnownBadInputsRuleSet',
      '6 AWSManagedRulesCommonRuleSet',
    ]);
  });

  it('only count hosted callers and bodies above 8 KB, and otherwise act as AWS means them to', () => {
    const counted = rulesOf(template).flatMap(({ Statement, OverrideAction }) => {
      const group = Statement.ManagedRuleGroupStatement;
      if (group === undefined) return [];
      expect(OverrideAction).toEqual({ None: {} });
      return (group.RuleActionOverrides as { Name: string; ActionToUse: unknown }[]) ?? [];
    });
    expect(counted).toEqual([
      { Name: 'HostingProviderIPList', ActionToUse: { Count: {} } },
      { Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } },
    ]);
  });

  it('block a body that the functions would not take, and one too long to look through', () => {
    expect(rule(template, 'BodyTooLarge').Statement.SizeConstraintStatement).toMatchObject({
      Size: MAX_BODY_BYTES,
      ComparisonOperator: 'GT',
      FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
    });
    expect(only(template, 'AWS::WAFv2::WebACL').AssociationConfig).toEqual({
      RequestBody: { API_GATEWAY: { DefaultSizeInspectionLimit: 'KB_64' } },
    });
  });

  it('count by address and by the hash of the token', () => {
    expect(rule(template, 'TooManyFromOneAddress').Statement.RateBasedStatement).toMatchObject({
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
    });
    expect(rule(template, 'TooManyWithOneToken').Statement.RateBasedStatement).toMatchObject({
      AggregateKeyType: 'CUSTOM_KEYS',
      CustomKeys: [{ Header: { Name: 'authorization', TextTransformations: [{ Priority: 0, Type: 'MD5' }] } }],
    });
  });

  it('keep tokens, queries and bodies out of everything that is written down', () => {
    const { DataProtectionConfig, Rules, VisibilityConfig } = only(template, 'AWS::WAFv2::WebACL');
    expect(DataProtectionConfig).toEqual({
      DataProtections: [
        { Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['authorization'] }, Action: 'SUBSTITUTION' },
        { Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['cookie'] }, Action: 'SUBSTITUTION' },
        { Field: { FieldType: 'QUERY_STRING' }, Action: 'SUBSTITUTION' },
        { Field: { FieldType: 'BODY' }, Action: 'SUBSTITUTION' },
      ],
    });
    const all = [VisibilityConfig, ...(Rules as { VisibilityConfig: unknown }[]).map((each) => each.VisibilityConfig)];
    for (const each of all) expect(each).toMatchObject({ SampledRequestsEnabled: false });
  });

  it('answer in problems that say what to do', () => {
    const { CustomResponseBodies } = only(template, 'AWS::WAFv2::WebACL');
    const bodies = CustomResponseBodies as Record<string, { Content: string; ContentType: string }>;
    expect(Object.keys(bodies).sort()).toEqual(['blocked', 'too-large', 'too-many-requests']);
    for (const { Content, ContentType } of Object.values(bodies)) {
      expect(ContentType).toBe('APPLICATION_JSON');
      expect(problemSchema.parse(JSON.parse(Content)).detail).toMatch(/\.$/);
    }
    expect(rule(template, 'TooManyWithOneToken').Action).toEqual({
      Block: {
        CustomResponse: {
          CustomResponseBodyKey: 'too-many-requests',
          ResponseCode: 429,
          ResponseHeaders: [
            { Name: 'Cache-Control', Value: 'no-store' },
            { Name: 'Retry-After', Value: '60' },
          ],
        },
      },
    });
  });
});

describe('the list of addresses', () => {
  it('is not asked where none is named', () => {
    expect(rulesOf(given()).map(({ Name }) => Name)).not.toContain('UnknownAddress');
    given().resourceCountIs('AWS::WAFv2::IPSet', 0);
  });

  it('turns every other address away first, whichever version of IP it is of', () => {
    const template = given(['198.51.100.0/24', '2001:db8::/32']);
    const sets = Object.values(template.findResources('AWS::WAFv2::IPSet')).map(({ Properties }) => Properties);
    expect(sets).toEqual([
      expect.objectContaining({ IPAddressVersion: 'IPV4', Addresses: ['198.51.100.0/24'], Scope: 'REGIONAL' }),
      expect.objectContaining({ IPAddressVersion: 'IPV6', Addresses: ['2001:db8::/32'], Scope: 'REGIONAL' }),
    ]);
    const [first] = rulesOf(template);
    expect(first).toMatchObject({
      Name: 'UnknownAddress',
      Priority: 0,
      Statement: { NotStatement: { Statement: { OrStatement: { Statements: [{}, {}] } } } },
      Action: { Block: { CustomResponse: { ResponseCode: 403, CustomResponseBodyKey: 'blocked' } } },
    });
  });
});

it('is kept unassociated by a cloud that cannot associate one', () => {
  const template = given([], ['web-acl-association']);
  template.resourceCountIs('AWS::WAFv2::WebACL', 1);
  for (const type of ['AWS::WAFv2::WebACLAssociation', 'AWS::WAFv2::LoggingConfiguration', 'AWS::Logs::LogGroup'])
    template.resourceCountIs(type, 0);
});
