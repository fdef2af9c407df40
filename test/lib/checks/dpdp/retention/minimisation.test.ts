import type { Rule } from '../../../../../lib/checks/dpdp/rule';
import { apiCacheEncrypted } from '../../../../../lib/checks/dpdp/rules/retention/api-cache-encrypted';
import { apiLogsNoPayload } from '../../../../../lib/checks/dpdp/rules/retention/api-logs-no-payload';
import { noEventLoggingInFunctions } from '../../../../../lib/checks/dpdp/rules/retention/no-event-logging-in-functions';
import { noPersonalDataInNames } from '../../../../../lib/checks/dpdp/rules/retention/no-personal-data-in-names';
import { noPersonalDataInTags } from '../../../../../lib/checks/dpdp/rules/retention/no-personal-data-in-tags';
import { stateMachinesLogNoData } from '../../../../../lib/checks/dpdp/rules/retention/state-machines-log-no-data';
import { judge } from '../support/judge';

const said = (rule: Rule, Type: string, Properties: Record<string, unknown>) =>
  judge(rule, { It: { Type, Properties } }).It;

describe('NoPersonalDataInNames', () => {
  const named = (name: unknown) => said(noPersonalDataInNames, 'AWS::SQS::Queue', { QueueName: name });

  it.each([
    ['digicrm-erasure-work'],
    ['company-panels'],
    [{ Ref: 'EmailQueueName' }],
    [{ 'Fn::Join': ['-', ['work', { Ref: 'AWS::AccountId' }]] }],
    // An account, of which the last digit follows from nothing.
    ['assets-234567890123-ap-south-1'],
    ['DataprodBackupsVault60103CB8'],
  ])('is content with %j', (name) => {
    expect(named(name)).toEqual([]);
  });

  it.each([
    ['aadhaar-uploads', 'aadhaar'],
    ['CustomerEmailQueue', 'email'],
    ['first-name-index', 'firstname'],
    ['PANCards', undefined],
    ['check-pan', 'pan'],
    [{ 'Fn::Join': ['-', ['phone', { Ref: 'AWS::Region' }]] }, 'phone'],
    [{ 'Fn::If': ['C', 'work', 'mobile-work'] }, 'mobile'],
    ['for-9876543210', 'mobile number'],
    ['case-ABCPE1234F', 'PAN'],
    ['person-2345-6789-0123', 'Aadhaar number'],
    ['person-234567890124', 'Aadhaar number'],
  ])('finds in %j: %s', (name, what) => {
    expect(named(name)).toEqual([`QueueName::${what ?? 'pan'}`]);
  });

  it('does not repeat what it found', () => {
    const verdict = said(noPersonalDataInNames, 'AWS::SSM::Parameter', { Name: '/users/asha.rao@example.in/plan' });
    expect(verdict).toEqual(['Name::e-mail address']);
  });

  it('does not take a metric for a name', () => {
    const filter = { FilterName: 'x', LogGroupName: { Ref: 'Email' }, MetricName: 'EmailsSent' };
    expect(said(noPersonalDataInNames, 'AWS::Logs::MetricFilter', filter)).toBe('not-applicable');
  });
});

describe('NoPersonalDataInTags', () => {
  const tagged = (Key: string, Value: unknown) =>
    said(noPersonalDataInTags, 'AWS::S3::Bucket', { Tags: [{ Key, Value }] });

  it.each([
    ['team', 'crm'],
    ['digicrm:data-class', 'crm-records'],
    ['owner', { Ref: 'Owner' }],
  ])('is content with %s = %j', (key, value) => {
    expect(tagged(key, value)).toEqual([]);
  });

  it.each([
    ['owner', 'asha.rao@example.in', ['Value::e-mail address']],
    ['contact', '+91 98765 43210', ['Value::mobile number']],
    ['contactEmail', 'team', ['Key::email']],
  ])('finds %s = %s', (key, value, problems) => {
    expect(tagged(key, value)).toEqual(problems);
  });

  it('has nothing to say where there are no tags', () => {
    expect(said(noPersonalDataInTags, 'AWS::S3::Bucket', {})).toBe('not-applicable');
  });
});

describe('NoEventLoggingInFunctions', () => {
  const lambda = (Variables: unknown, LoggingConfig?: unknown) =>
    said(noEventLoggingInFunctions, 'AWS::Lambda::Function', { Environment: { Variables }, LoggingConfig });

  it.each([
    [{}, undefined],
    [{ POWERTOOLS_LOG_LEVEL: 'INFO', POWERTOOLS_LOGGER_LOG_EVENT: 'false' }, { ApplicationLogLevel: 'WARN' }],
    [{ LOG_LEVEL: { 'Fn::If': ['C', 'info', 'error'] }, TABLE: { Ref: 'Table' } }, { LogGroup: { Ref: 'Logs' } }],
  ])('is content with %j and %j', (variables, logging) => {
    expect(lambda(variables, logging)).toEqual([]);
  });

  it.each([
    [{ POWERTOOLS_LOGGER_LOG_EVENT: 'true' }, undefined, ['POWERTOOLS_LOGGER_LOG_EVENT']],
    [{ POWERTOOLS_TRACER_CAPTURE_RESPONSE: 1 }, undefined, ['POWERTOOLS_TRACER_CAPTURE_RESPONSE']],
    [{ POWERTOOLS_TRACER_CAPTURE_ERROR: { Ref: 'Capture' } }, undefined, ['POWERTOOLS_TRACER_CAPTURE_ERROR']],
    [{ LOG_LEVEL: 'debug' }, undefined, ['LOG_LEVEL']],
    [{ POWERTOOLS_LOG_LEVEL: { 'Fn::If': ['Prod', 'INFO', 'TRACE'] } }, undefined, ['POWERTOOLS_LOG_LEVEL']],
    [{}, { ApplicationLogLevel: 'DEBUG' }, ['ApplicationLogLevel']],
    [{}, { ApplicationLogLevel: { Ref: 'Level' } }, ['ApplicationLogLevel']],
  ])('finds %j and %j', (variables, logging, problems) => {
    expect(lambda(variables, logging)).toEqual(problems);
  });

  it('is content with a function without an environment', () => {
    expect(said(noEventLoggingInFunctions, 'AWS::Lambda::Function', {})).toEqual([]);
  });
});

describe('ApiLogsNoPayload', () => {
  const format = (Format: unknown) =>
    said(apiLogsNoPayload, 'AWS::ApiGateway::Stage', { AccessLogSetting: { Format } });

  it.each([
    ['{"id":"$context.requestId","status":"$context.status"}'],
    ['$context.identity.sourceIp $context.authorizer.clientName'],
    [{ 'Fn::Join': [' ', ['$context.requestId', '$context.status']] }],
  ])('is content with the format %j', (text) => {
    expect(format(text)).toEqual([]);
  });

  it.each([
    ['$context.authorizer.claims.email'],
    ['$context.authorizer.principalId'],
    ['$context.requestId $input.body'],
    ['$context.requestOverride.querystring.q'],
    ['$context.identity.cognitoIdentityId'],
    [{ Ref: 'Format' }],
    [{ 'Fn::Join': [' ', ['$context.requestId', { Ref: 'More' }]] }],
  ])('finds the format %j', (text) => {
    expect(format(text)).toEqual(['Format']);
  });

  it.each([
    ['AWS::ApiGateway::Stage', { MethodSettings: [{ DataTraceEnabled: 'true' }] }],
    ['AWS::ApiGateway::Stage', { MethodSettings: { Ref: 'Settings' } }],
    ['AWS::ApiGateway::Stage', { MethodSettings: [{ DataTraceEnabled: { 'Fn::If': ['Prod', false, true] } }] }],
    ['AWS::ApiGateway::Deployment', { StageDescription: { DataTraceEnabled: true } }],
    ['AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: { DataTraceEnabled: true } }],
    ['AWS::ApiGatewayV2::Stage', { RouteSettings: { 'GET /x': { DataTraceEnabled: true } } }],
  ])('finds an %s with %j', (type, properties) => {
    expect(said(apiLogsNoPayload, type, properties)).toEqual(['DataTraceEnabled']);
  });

  it.each([
    [[], {}],
    [[], { LogConfig: { ExcludeVerboseContent: true, FieldLogLevel: 'ALL' } }],
    [[], { LogConfig: { FieldLogLevel: 'NONE' } }],
    [['ExcludeVerboseContent'], { LogConfig: { FieldLogLevel: 'ALL' } }],
    [['ExcludeVerboseContent'], { LogConfig: { Ref: 'Config' } }],
  ])('says %j of a GraphQL API with %j', (problems, properties) => {
    expect(said(apiLogsNoPayload, 'AWS::AppSync::GraphQLApi', properties)).toEqual(problems);
  });
});

describe('StateMachinesLogNoData', () => {
  it.each([
    ['compliant', undefined],
    ['compliant', { Level: 'ALL' }],
    ['compliant', { IncludeExecutionData: 'false' }],
    ['broken', { IncludeExecutionData: true }],
    ['broken', { IncludeExecutionData: { Ref: 'Include' } }],
    ['broken', { 'Fn::If': ['C', { IncludeExecutionData: 'true' }, { Level: 'OFF' }] }],
    ['broken', { Ref: 'Logging' }],
  ])('says %s of the logging %j', (expected, LoggingConfiguration) => {
    expect(said(stateMachinesLogNoData, 'AWS::StepFunctions::StateMachine', { LoggingConfiguration })).toBe(expected);
  });
});

describe('ApiCacheEncrypted', () => {
  const encrypted = { CachingEnabled: true, CacheDataEncrypted: true };

  it.each([
    ['compliant', 'AWS::ApiGateway::Stage', {}],
    ['compliant', 'AWS::ApiGateway::Stage', { CacheClusterEnabled: 'true', MethodSettings: [encrypted] }],
    ['compliant', 'AWS::ApiGateway::Stage', { CacheClusterEnabled: true, MethodSettings: [{ CachingEnabled: false }] }],
    ['broken', 'AWS::ApiGateway::Stage', { CacheClusterEnabled: true }],
    [
      'broken',
      'AWS::ApiGateway::Stage',
      { CacheClusterEnabled: { Ref: 'Cache' }, MethodSettings: [{ CachingEnabled: true }] },
    ],
    ['compliant', 'AWS::AppSync::ApiCache', { AtRestEncryptionEnabled: true, TransitEncryptionEnabled: true }],
    ['broken', 'AWS::AppSync::ApiCache', { AtRestEncryptionEnabled: true }],
  ])('says %s of an %s with %j', (expected, type, properties) => {
    expect(said(apiCacheEncrypted, type, properties)).toBe(expected);
  });
});
