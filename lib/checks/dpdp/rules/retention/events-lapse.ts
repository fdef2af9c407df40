import type { Rule } from '../../rule';
import { possible } from '../../template';
import { ERASURE, PROMISE } from './sources';
import { isWithin } from './values';

/** Events that can be played again are data that nobody erases. */
export const eventsLapse: Rule = {
  id: 'EventsLapse',
  area: 'retention',
  severity: 'error',
  title: 'Archives of events and streams end within the recovery window.',
  why: 'What an event says can be read and played again as long as its archive has it, no erasure reaches it there, and by default an archive keeps it for ever.',
  fix: 'Set `RetentionDays` of the archive, or `RetentionPeriodHours` of the stream, to at most the recovery window.',
  serves: [ERASURE, PROMISE],
  types: ['AWS::Events::Archive', 'AWS::Kinesis::Stream'],
  check: ({ type, properties }, { recoveryWindowDays }) => {
    if (type === 'AWS::Events::Archive')
      return isWithin(properties.RetentionDays, 1, recoveryWindowDays) ? 'compliant' : 'broken';
    // By default a stream keeps a day.
    return possible(properties.RetentionPeriodHours).every(
      (hours) => hours === undefined || isWithin(hours, 1, recoveryWindowDays * 24),
    )
      ? 'compliant'
      : 'broken';
  },
};
