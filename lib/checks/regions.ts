import { type App, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { Register } from '../../policies/schema';
import { breachesOf, isWatched, type Properties } from './region-rules';

/**
 * Fails synth for whatever would take data out of the Regions of policies/regions.yaml: a stack elsewhere or in no
 * particular Region, and a resource that copies, sends or serves from elsewhere (region-rules.ts).
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
  return app.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node))
    .filter(({ cfnResourceType }) => isWatched(cfnResourceType))
    .flatMap((resource) =>
      breachesOf(resource.cfnResourceType, propertiesOf(resource), allowed).map(
        (what) => `${resource.node.path} ${what}; personal data stays in India (${allowed.join(' or ')}).`,
      ),
    );
}

/** As the template will have them, with whatever was overridden; the CDK has no other way to ask. */
function propertiesOf(resource: CfnResource): Properties {
  const { _toCloudFormation: template } = resource as unknown as { _toCloudFormation: () => object };
  const { Resources } = Stack.of(resource).resolve(template.call(resource)) as {
    Resources: Record<string, { Properties?: Properties }>;
  };
  return Object.values(Resources)[0]?.Properties ?? {};
}
