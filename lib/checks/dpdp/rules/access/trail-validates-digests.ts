import type { Rule } from '../../rule';
import { isTrue, possible } from '../../template';
import { SAFEGUARDS, VISIBILITY } from './sources';

export const trailValidatesDigests: Rule = {
  id: 'TrailValidatesDigests',
  area: 'logging',
  severity: 'error',
  title: 'Trails log, with digests, under a key of the customer.',
  why: 'Without digests nobody can show that a log file was not changed after it was written.',
  fix: 'Set `IsLogging` and `EnableLogFileValidation` to true, and `KMSKeyId` to a key of yours.',
  serves: [VISIBILITY, SAFEGUARDS],
  types: ['AWS::CloudTrail::Trail'],
  check({ properties }) {
    const off = ['IsLogging', 'EnableLogFileValidation'].filter((name) => !isTrue(properties[name]));
    const keyed = possible(properties.KMSKeyId).every((key) => Boolean(key));
    return keyed ? off : [...off, 'KMSKeyId'];
  },
};
