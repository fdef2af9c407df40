import { follow, remembered } from '../../follow';
import type { Rule } from '../../rule';
import type { Template, TemplateResource } from '../../template';
import { CERT_IN, VISIBILITY } from './sources';

export const dnsQueriesLogged: Rule = {
  id: 'DnsQueriesLogged',
  area: 'logging',
  severity: 'error',
  title: 'Names that are asked for in a network are logged.',
  why: 'Data can leave by questions about names alone, which flow logs do not show.',
  fix: 'Add an `AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation` with `ResourceId` of the VPC.',
  serves: [VISIBILITY, CERT_IN],
  types: ['AWS::EC2::VPC'],
  check: (vpc) => (logged(vpc.app).has(vpc) ? 'compliant' : 'broken'),
};

const networks = new WeakMap<readonly Template[], ReadonlySet<TemplateResource>>();

function logged(app: readonly Template[]): ReadonlySet<TemplateResource> {
  return remembered(networks, app, () => {
    const type = 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation';
    const targets = app
      .flatMap((template) => template.ofType(type))
      .map((association) => follow(association.properties.ResourceId, association));
    // One that a condition may lead elsewhere logs nothing in that case.
    return new Set(
      targets.flatMap(([origin, ...others]) =>
        origin?.kind === 'resource' && others.length === 0 ? [origin.resource] : [],
      ),
    );
  });
}
