import { follow } from '../../follow';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

/** A warning: where an organisation's policies bound every role, a boundary adds little. */
export const functionsHaveABoundary: Rule = {
  id: 'FunctionsHaveABoundary',
  area: 'access',
  severity: 'warning',
  title: 'Roles of functions have a permissions boundary.',
  why: 'Without a boundary, one careless grant lets code reach whatever the account has.',
  fix: "Set `PermissionsBoundary` of the function's role, e.g. by `PermissionsBoundary.of(app)`.",
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::Lambda::Function'],
  check(resource) {
    const bound = follow(resource.properties.Role, resource).every(
      (origin) =>
        origin.kind === 'resource' &&
        reach(origin.resource.properties.PermissionsBoundary).every(
          (boundary) => !isAbsent(boundary) && boundary !== '',
        ),
    );
    return bound ? 'compliant' : 'broken';
  },
};
