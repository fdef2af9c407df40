import type { Rule } from '../../rule';
import { at, isObject, possible } from '../../template';
import { SAFEGUARDS, SECURITY } from './sources';
import { isOff } from './values';

/** The log of an execution would have every input and output. */
export const stateMachinesLogNoData: Rule = {
  id: 'StateMachinesLogNoData',
  area: 'minimisation',
  severity: 'error',
  title: 'State machines log what happened, and not the data that it happened to.',
  why: 'Inputs and outputs of states hold personal data, which no erasure finds in a log group.',
  fix: 'Set `LoggingConfiguration.IncludeExecutionData` to false, in the CDK `includeExecutionData`.',
  serves: [SAFEGUARDS, SECURITY],
  types: ['AWS::StepFunctions::StateMachine', 'AWS::Serverless::StateMachine'],
  check: ({ properties }) => {
    const { LoggingConfiguration, Logging } = properties;
    return possible(LoggingConfiguration ?? Logging).every(
      (logging) =>
        logging === undefined ||
        (isObject(logging) && logging.Ref === undefined && isOff(at(logging, 'IncludeExecutionData'))),
    )
      ? 'compliant'
      : 'broken';
  },
};
