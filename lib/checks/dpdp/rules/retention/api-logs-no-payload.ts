import type { Rule } from '../../rule';
import { at, isObject, type Properties, possible, type Value } from '../../template';
import { SAFEGUARDS, SECURITY } from './sources';
import { isOff, literalOf } from './values';

/** Variables of an access log that hold what a caller sent or who a person is. */
const TELLING =
  /\$(\{|)(input\b|context\.(authorizer\.(claims|principalId|jwt)|identity\.(user\b|userArn|caller|cognito)|requestOverride|responseOverride|requestBody|responseBody|wafResponse))/i;

/** An API's logs have the whole of what is sent, if one lets them. */
export const apiLogsNoPayload: Rule = {
  id: 'ApiLogsNoPayload',
  area: 'minimisation',
  severity: 'error',
  title: 'APIs log no bodies, headers, query strings or claims.',
  why: 'What a caller sends is personal data, and in a log no erasure finds it.',
  fix: 'Set `DataTraceEnabled` to false, name in `AccessLogSetting.Format` only ids, codes and times, and in AppSync set `ExcludeVerboseContent` to true.',
  serves: [SAFEGUARDS, SECURITY],
  types: [
    'AWS::ApiGateway::Stage',
    'AWS::ApiGateway::Deployment',
    'AWS::ApiGatewayV2::Stage',
    'AWS::AppSync::GraphQLApi',
  ],
  check: ({ type, properties }) => {
    if (type === 'AWS::AppSync::GraphQLApi') return graphqlProblems(properties);
    if (type !== 'AWS::ApiGateway::Deployment') return stageProblems(properties);
    const { StageDescription } = properties;
    // A deployment without one belongs to a stage of its own.
    return StageDescription === undefined
      ? 'not-applicable'
      : possible(StageDescription).flatMap((one) => (isObject(one) ? stageProblems(one) : ['StageDescription']));
  },
};

function stageProblems(stage: Properties): string[] {
  const settings = [
    stage,
    ...members(stage.MethodSettings),
    ...members(stage.RouteSettings),
    ...possible(stage.DefaultRouteSettings),
  ];
  const formats = [stage.AccessLogSetting, stage.AccessLogSettings]
    .flatMap(possible)
    .flatMap((one) => (isObject(one) ? possible(one.Format) : [one]));
  const problems: string[] = [];
  if (!settings.every(tracesNothing)) problems.push('DataTraceEnabled');
  if (!formats.every(tellsNothing)) problems.push('Format');
  return problems;
}

/** A function in the place of settings can switch on what it likes. */
function tracesNothing(settings: Value): boolean {
  return settings === undefined || (isObject(settings) && !isFunction(settings) && isOff(settings.DataTraceEnabled));
}

function tellsNothing(format: Value): boolean {
  if (format === undefined) return true;
  const text = literalOf(format);
  return text !== undefined && !TELLING.test(text);
}

function graphqlProblems({ LogConfig }: Properties): string[] {
  const isQuiet = possible(LogConfig).every(
    (log) =>
      log === undefined ||
      possible(at(log, 'ExcludeVerboseContent')).every((one) => one === true || one === 'true') ||
      possible(at(log, 'FieldLogLevel')).every((level) => level === 'NONE'),
  );
  return isQuiet ? [] : ['ExcludeVerboseContent'];
}

/** Items of a list, or values by name. */
function members(value: Value): readonly Value[] {
  return possible(value).flatMap((all) => {
    if (Array.isArray(all)) return all.flatMap(possible);
    return isObject(all) && !isFunction(all) ? Object.values(all).flatMap(possible) : [all];
  });
}

function isFunction(value: Properties): boolean {
  return Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}
