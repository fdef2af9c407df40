import type { Rule } from '../../rule';
import { numberOf, possible } from '../../template';
import { CERT_IN, YEAR_AND_NO_LONGER, YEAR_OF_LOGS } from './sources';

/** Without its logs a breach can be neither found nor explained. */
export const logsKeptLongEnough: Rule = {
  id: 'LogsKeptLongEnough',
  area: 'retention',
  severity: 'error',
  title: 'Logs are kept for a year, with its leap day.',
  why: 'A breach is often found after months, and the law wants the logs of a year; 365 days fall short of it across 29 February.',
  fix: 'Set `RetentionInDays` to 400, the first step of CloudWatch Logs above 366 days.',
  serves: [YEAR_OF_LOGS, YEAR_AND_NO_LONGER, CERT_IN],
  types: ['AWS::Logs::LogGroup', 'Custom::LogRetention', 'AWS::CloudTrail::EventDataStore'],
  check: ({ properties }, { logRetentionDays }) => {
    // CloudWatch Logs keeps this class for two days, whatever is asked.
    if (possible(properties.LogGroupClass).includes('DELIVERY')) return 'broken';
    return possible(properties.RetentionInDays ?? properties.RetentionPeriod).every((days) => {
      // Kept for ever, or an event data store's year or more by default.
      if (days === undefined) return true;
      return (numberOf(days) ?? 0) >= logRetentionDays;
    })
      ? 'compliant'
      : 'broken';
  },
};
