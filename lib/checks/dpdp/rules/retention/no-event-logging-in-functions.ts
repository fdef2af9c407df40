import type { Rule } from '../../rule';
import { at, isObject, possible, type Value } from '../../template';
import { ERASURE, SAFEGUARDS, SECURITY } from './sources';

/** Variables of Powertools that write payloads into logs and traces. */
const SWITCHES = [
  'POWERTOOLS_LOGGER_LOG_EVENT',
  'POWERTOOLS_TRACER_CAPTURE_RESPONSE',
  'POWERTOOLS_TRACER_CAPTURE_ERROR',
  'POWERTOOLS_DEV',
];
const LEVELS = ['LOG_LEVEL', 'POWERTOOLS_LOG_LEVEL', 'AWS_LAMBDA_LOG_LEVEL'];
/** Values that Powertools reads as no; a switch that is not set is one too. */
const NO = ['false', '0', 'no', 'n', 'off', 'f', ''];
const QUIET = ['INFO', 'WARN', 'WARNING', 'ERROR', 'CRITICAL', 'FATAL', 'SILENT', 'NONE', 'OFF'];

/** What an event holds is what a log then holds for more than a year. */
export const noEventLoggingInFunctions: Rule = {
  id: 'NoEventLoggingInFunctions',
  area: 'minimisation',
  severity: 'error',
  title: 'Functions write no event, response or debug message into logs and traces.',
  why: 'Events and responses hold personal data, which no erasure finds in a log group or a trace.',
  fix: 'Leave out POWERTOOLS_LOGGER_LOG_EVENT and the like or set them to false, and set log levels, also `LoggingConfig.ApplicationLogLevel`, to INFO or higher.',
  serves: [SAFEGUARDS, SECURITY, ERASURE],
  types: ['AWS::Lambda::Function', 'AWS::Serverless::Function'],
  check: ({ properties }) => {
    const variables = possible(at(properties.Environment, 'Variables')).concat(
      possible(properties.Environment).filter((one) => one !== undefined && !isObject(at(one, 'Variables'))),
    );
    const problems = variables.flatMap((all) => [
      ...SWITCHES.filter((name) => !possible(at(all, name)).every(isNo)),
      ...LEVELS.filter((name) => !possible(at(all, name)).every(isQuiet)),
    ]);
    const level = possible(properties.LoggingConfig).flatMap((one) => possible(at(one, 'ApplicationLogLevel')));
    if (!level.every(isQuiet)) problems.push('ApplicationLogLevel');
    return [...new Set(problems)];
  },
};

function isNo(value: Value): boolean {
  return value === undefined || value === false || value === 0 || (isText(value) && NO.includes(value.toLowerCase()));
}

/** A level that is not set is INFO. */
function isQuiet(value: Value): boolean {
  return value === undefined || (isText(value) && QUIET.includes(value.toUpperCase()));
}

function isText(value: Value): value is string {
  return typeof value === 'string';
}
