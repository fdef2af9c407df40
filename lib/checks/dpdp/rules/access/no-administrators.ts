import { follow } from '../../follow';
import { isAbsent, once, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { listOf } from '../../statements';
import type { TemplateResource } from '../../template';

/** Last part of the names of AWS's policies that allow everything, or everything of a service. */
const MIGHTY = /(FullAccess|AdministratorAccess(-\w+)?|PowerUserAccess|\/(System|Database|Network)Administrator)$/;

const NAMES = ['ManagedPolicyArns', 'ManagedPolicies'];

export const noAdministrators: Rule = {
  id: 'NoAdministrators',
  area: 'access',
  severity: 'error',
  title: 'Nobody is an administrator, and nobody has keys that never lapse.',
  why: 'Whoever may do everything may read, copy and erase personal data past each safeguard of the app.',
  fix: 'Attach policies that name actions instead of those of AWS in `ManagedPolicyArns`, and use roles, not users.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::IAM::Role', 'AWS::IAM::Group', 'AWS::IAM::User', 'AWS::IAM::AccessKey', 'AWS::SSO::PermissionSet'],
  check(resource) {
    if (resource.type === 'AWS::IAM::AccessKey') return ['AccessKey'];
    const policies = NAMES.flatMap((name) => mighty(resource, name));
    return resource.type === 'AWS::IAM::User' ? once(['User', ...policies]) : once(policies);
  },
};

function mighty(resource: TemplateResource, name: string): readonly string[] {
  const lists = reach(resource.properties[name]).filter((list) => !isAbsent(list));
  return lists.flatMap(listOf).flatMap((one) =>
    follow(one, resource).flatMap((origin) => {
      if (origin.kind === 'text') return MIGHTY.test(origin.text) ? [`Policy::${origin.text}`] : [];
      return origin.kind === 'unknown' ? ['Policy::<unknown>'] : [];
    }),
  );
}
