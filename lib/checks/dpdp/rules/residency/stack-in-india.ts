import { remembered } from '../../follow';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import type { Template } from '../../template';

/** The resource of each stack that stands for it. */
const first = new WeakMap<Template, string>();

/** One resource answers for its stack, so that a stack abroad is one finding and not hundreds. */
export const stackInIndia: Rule = {
  id: 'StackInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Every stack has a literal Region in India.',
  why: 'A stack without a literal Region goes wherever the credentials of whoever deploys it point.',
  fix: 'Set `env.region` of the stack to an allowed Region, not to a token or a variable of the environment.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: ['*'],
  check: ({ template, logicalId, region }, { regions }) => {
    if (remembered(first, template, () => logicalId) !== logicalId) return 'not-applicable';
    if (region === undefined) return ['is in a stack without a literal Region'];
    return regions.includes(region) ? [] : [`is in a stack in ${region}`];
  },
};
