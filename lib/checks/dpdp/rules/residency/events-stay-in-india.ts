import { inEach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at } from '../../template';
import { regionsOf, strays, UNKNOWN_REGION } from '../../whereabouts';

const words = (region: string) => `sends events to ${region}`;

export const eventsStayInIndia: Rule = {
  id: 'EventsStayInIndia',
  area: 'residency',
  severity: 'error',
  title: 'Events go to targets in India alone.',
  why: 'A rule can forward events to a bus in any Region, and a global endpoint sends them to whichever of two is well.',
  fix: 'Refer to a target of the app, or name one in an allowed Region literally as `Arn` of each of `Targets`.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: ['AWS::Events::Rule', 'AWS::Events::Endpoint'],
  check: (resource, facts) => {
    if (resource.type === 'AWS::Events::Endpoint') return ['sends events to whichever of two Regions is well'];
    return inEach(resource.properties.Targets, [], words(UNKNOWN_REGION), (target) =>
      strays(regionsOf(at(target, 'Arn'), resource), facts, UNKNOWN_REGION).map(words),
    );
  },
};
