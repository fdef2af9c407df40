import { follow, remembered } from '../../follow';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import type { Template, TemplateResource, Value } from '../../template';

export const apiBehindWebAcl: Rule = {
  id: 'ApiBehindWebAcl',
  area: 'exposure',
  severity: 'error',
  title: 'Each stage of a REST API is behind a web ACL.',
  why: 'Without one, known attacks and floods of guesses reach the code itself.',
  fix: "Add an `AWS::WAFv2::WebACLAssociation` with the stage's ARN as `ResourceArn`.",
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::ApiGateway::Stage'],
  check(resource) {
    const { properties, app, template, logicalId } = resource;
    const apis = namesOf(properties.RestApiId, resource);
    const stages = [`<${logicalId}.Ref>`, ...namesOf(properties.StageName, resource)];
    const from = apis.flatMap((api) => stages.flatMap((stage) => associated(app).get(`${api}/${stage}`) ?? []));
    // Another stack may have a stage of the same logical id, which an association of that stack may mean.
    const isOnlyOne = app.every((other) => other === template || other.resource(logicalId) === undefined);
    return from.some((other) => other === template || isOnlyOne) ? 'compliant' : 'broken';
  },
};

const associations = new WeakMap<readonly Template[], ReadonlyMap<string, readonly Template[]>>();

/** Templates with an association of a stage and a web ACL, by `api/stage` as the ARN has them. */
function associated(app: readonly Template[]): ReadonlyMap<string, readonly Template[]> {
  return remembered(associations, app, () => {
    const found = new Map<string, Template[]>();
    for (const association of app.flatMap((template) => template.ofType('AWS::WAFv2::WebACLAssociation')))
      for (const arn of namesOf(association.properties.ResourceArn, association)) {
        const [, stage] = /\/restapis\/([^/]+\/stages\/[^/]+)$/.exec(arn) ?? [];
        const key = stage?.replace('/stages/', '/');
        if (key !== undefined) found.set(key, [...(found.get(key) ?? []), association.template]);
      }
    return found;
  });
}

/** The text that a value is; `<Id.Ref>` for a resource. */
function namesOf(value: Value, from: TemplateResource): readonly string[] {
  return follow(value, from).flatMap((origin) => {
    if (origin.kind === 'text') return [origin.text];
    return origin.kind === 'resource' ? [`<${origin.resource.logicalId}.${origin.attribute}>`] : [];
  });
}
