import { follow, type Origin } from '../../follow';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import type { TemplateResource } from '../../template';
import { OBSERVANCE } from './sources';

/** Functions that are called otherwise answer their caller, or are judged by the alarms on their errors. */
export const functionsReportFailures: Rule = {
  id: 'FunctionsReportFailures',
  area: 'monitoring',
  severity: 'error',
  title: 'What a function cannot do with records of a stream is sent to where somebody looks.',
  why: 'A batch that fails until it lapses is lost without a trace, whatever it was to erase or to record.',
  fix: 'Set `DestinationConfig.OnFailure.Destination` of the mapping.',
  serves: [OBSERVANCE, SOURCES.continuity],
  types: ['AWS::Lambda::EventSourceMapping'],
  check(mapping) {
    if (isOfQueue(mapping)) return 'not-applicable';
    const reported = reach(mapping.properties, 'DestinationConfig', 'OnFailure', 'Destination').every(
      (destination) => !isAbsent(destination) && destination !== '',
    );
    return reported ? 'compliant' : 'broken';
  },
};

/** Queues redrive by themselves, for which there is a rule. */
function isOfQueue(mapping: TemplateResource): boolean {
  return follow(mapping.properties.EventSourceArn, mapping).every(isQueue);
}

function isQueue(origin: Origin): boolean {
  if (origin.kind === 'resource') return origin.resource.type === 'AWS::SQS::Queue';
  return origin.kind === 'text' && /^arn:[^:]+:sqs:/.test(origin.text);
}
