import type { Rule } from '../../rule';
import { looksLike, personalWords } from './personal-texts';
import { SAFEGUARDS, SECURITY } from './sources';

/** Tags stand on bills and are read by everybody who may list resources. */
export const noPersonalDataInTags: Rule = {
  id: 'NoPersonalDataInTags',
  area: 'minimisation',
  severity: 'error',
  title: 'Tags say nothing about a person.',
  why: 'Tags are not encrypted, stand on bills and in reports, partly outside India, and are read by whoever may list resources.',
  fix: 'Put a team, a cost centre or an opaque id into the tag, and no address, number or name of a person.',
  serves: [SAFEGUARDS, SECURITY],
  types: ['*'],
  check: ({ tags }, facts) => {
    if (tags.size === 0) return 'not-applicable';
    const problems = [...tags].flatMap(([key, value = '']) => [
      ...looksLike(key).map((what) => `Key::${what}`),
      ...personalWords(key, facts).map((word) => `Key::${word}`),
      ...looksLike(value).map((what) => `Value::${what}`),
    ]);
    return [...new Set(problems)];
  },
};
