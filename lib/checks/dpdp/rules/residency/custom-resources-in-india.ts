import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { textWithin } from '../../template';
import { REGION_NAME, regionsNamed, strays } from '../../whereabouts';

/** What the CDK's own custom resources call their Region, and the JSON of their calls. */
export const customResourcesInIndia: Rule = {
  id: 'CustomResourcesInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Custom resources work in Regions in India alone.',
  why: 'A custom resource can make anything anywhere, which no other rule sees.',
  fix: 'Leave out its `Region` or `region`, or name an allowed one.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: ['AWS::CloudFormation::CustomResource', 'Custom::AWS'],
  check: (resource, facts) => {
    const { type, properties } = resource;
    const named = regionsNamed(properties.Region, resource);
    const inCalls =
      type === 'Custom::AWS'
        ? ['Create', 'Update', 'Delete'].flatMap((name) => {
            const called = /"region":\s*"([^"]*)"/.exec(textWithin(properties[name]))?.[1];
            return called === undefined ? [] : [REGION_NAME.test(called) ? called : 'a Region that synth cannot tell'];
          })
        : [];
    return [...new Set(strays([...named, ...inCalls], facts))].map((region) => `works in ${region}`);
  },
};
