import type { Rule } from '../../rule';
import { numberOf, possible } from '../../template';
import { ERASURE, YEAR_AND_NO_LONGER } from './sources';

/** Logs are personal data as well, as far as they say who did what. */
export const logsDoNotStayForever: Rule = {
  id: 'LogsDoNotStayForever',
  area: 'retention',
  severity: 'error',
  title: 'Logs go by themselves one day.',
  why: 'Logs say who did what and when; once their year is over nothing calls for keeping them, and by default they stay for ever.',
  fix: 'Set `RetentionInDays`, for example to 400.',
  serves: [YEAR_AND_NO_LONGER, ERASURE],
  types: ['AWS::Logs::LogGroup', 'Custom::LogRetention'],
  check: ({ properties }) =>
    possible(properties.RetentionInDays).every(
      // A parameter is some number: CloudFormation takes nothing else.
      (days) => days !== undefined && days !== null && days !== '' && (numberOf(days) ?? 1) > 0,
    )
      ? 'compliant'
      : 'broken',
};
