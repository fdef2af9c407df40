import type { Rule } from '../../rule';
import { possible, textWithin } from '../../template';
import { OBSERVANCE, VISIBILITY } from './sources';

export const alarmsTellSomebody: Rule = {
  id: 'AlarmsTellSomebody',
  area: 'monitoring',
  severity: 'error',
  title: 'Each alarm has an action, or is part of a composite alarm.',
  why: 'An alarm that tells nobody is seen when somebody happens to look, which is too late for a breach.',
  fix: 'Set `AlarmActions` to a topic, and leave `ActionsEnabled` true.',
  serves: [VISIBILITY, OBSERVANCE],
  types: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
  check({ logicalId, properties, template }) {
    const enabled = possible(properties.ActionsEnabled ?? true).every((on) => on === true || on === 'true');
    const acts = possible(properties.AlarmActions).every(
      (actions) => Array.isArray(actions) && actions.some((action) => possible(action).every(Boolean)),
    );
    if (enabled && acts) return 'compliant';
    const combined = template.ofType('AWS::CloudWatch::CompositeAlarm').some(({ logicalId: id, properties: other }) => {
      const text = id === logicalId ? '' : textWithin(other.AlarmRule);
      return text.includes(`<${logicalId}>`) || text.includes(`\${${logicalId}}`) || text.includes(`\${${logicalId}.`);
    });
    return combined ? 'not-applicable' : 'broken';
  },
};
