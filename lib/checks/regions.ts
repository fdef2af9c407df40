import { type App, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { Register } from '../../policies/schema';
import { type Facts, loadFacts } from './dpdp/facts';
import type { Rule } from './dpdp/rule';
import { LOCKING_RULES } from './dpdp/rules/residency';
import { type Properties, type RawTemplate, templatesOf } from './dpdp/template';

/**
 * Fails synth for whatever would take data out of the Regions of policies/regions.yaml: a stack elsewhere or in no
 * particular Region, and a resource that copies, sends or serves from elsewhere. The rules are some of the DPDP pack;
 * there a finding can be acknowledged, here it cannot.
 */
export function refuseOtherRegions(app: App, register: Register): void {
  const allowed: readonly string[] = [register.regions.home.region, register.regions.replica.region];
  app.node.addValidation({ validate: () => [...strayStacks(app, allowed), ...strayResources(app, allowed)] });
}

function strayStacks(app: App, allowed: readonly string[]): string[] {
  return app.node
    .findAll()
    .filter(Stack.isStack)
    .filter(({ region }) => Token.isUnresolved(region) || !allowed.includes(region))
    .map(({ node, region }) => {
      const where = Token.isUnresolved(region) ? 'no literal region' : `region ${region}`;
      return `Stack ${node.path} has ${where}; personal data stays in India: set env.region to ${allowed.join(' or ')}.`;
    });
}

function strayResources(app: App, allowed: readonly string[]): string[] {
  const facts = { ...loadFacts(), regions: [...allowed] };
  const stacks = app.node.findAll().filter(Stack.isStack);
  const resources = new Map(stacks.map((stack) => [stack, resourcesOf(stack)]));
  const templates = templatesOf(
    stacks.map((stack) => ({
      stack: stack.node.path,
      region: Token.isUnresolved(stack.region) ? undefined : stack.region,
      template: rawOf(resources.get(stack) ?? new Map()),
    })),
  );
  return stacks.flatMap((stack, i) =>
    [...(resources.get(stack) ?? [])].flatMap(([logicalId, { node, cfnResourceType }]) => {
      const resource = templates[i]?.resource(logicalId);
      if (resource === undefined) return [];
      return rulesOf(cfnResourceType)
        .flatMap((rule) => breachesOf(rule, resource, facts))
        .map((what) => `${node.path} ${what}; personal data stays in India (${allowed.join(' or ')}).`);
    }),
  );
}

function breachesOf(rule: Rule, resource: Parameters<Rule['check']>[0], facts: Facts): readonly string[] {
  const verdict = rule.check(resource, facts);
  if (typeof verdict !== 'string') return verdict;
  return verdict === 'broken' ? [`breaks the rule ${rule.id}`] : [];
}

function rulesOf(type: string): readonly Rule[] {
  return LOCKING_RULES.filter(({ types }) => types.includes(type));
}

function resourcesOf(stack: Stack): Map<string, CfnResource> {
  const own = stack.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node))
    .filter((resource) => Stack.of(resource) === stack);
  return new Map(own.map((resource) => [String(stack.resolve(resource.logicalId)), resource]));
}

/** Every resource with its type, and the properties of those that a rule looks at: others are not worth the time. */
function rawOf(resources: ReadonlyMap<string, CfnResource>): RawTemplate {
  return {
    Resources: Object.fromEntries(
      [...resources].map(([logicalId, resource]) => [
        logicalId,
        {
          Type: resource.cfnResourceType,
          Properties: rulesOf(resource.cfnResourceType).length > 0 ? propertiesOf(resource) : {},
        },
      ]),
    ),
  };
}

/** As the template will have them, with whatever was overridden; the CDK has no other way to ask. */
function propertiesOf(resource: CfnResource): Properties {
  const { _toCloudFormation: template } = resource as unknown as { _toCloudFormation: () => object };
  const { Resources } = Stack.of(resource).resolve(template.call(resource)) as {
    Resources?: Record<string, { Properties?: Properties }>;
  };
  return Object.values(Resources ?? {})[0]?.Properties ?? {};
}
