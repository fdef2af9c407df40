import { type App, Stack, Token } from 'aws-cdk-lib';
import type { Register } from '../../policies/schema';

/** Fails synth for every stack outside the Regions of policies/regions.yaml, or in no particular Region. */
export function refuseOtherRegions(app: App, register: Register): void {
  const allowed: readonly string[] = [register.regions.home.region, register.regions.replica.region];
  app.node.addValidation({
    validate: () =>
      app.node
        .findAll()
        .filter(Stack.isStack)
        .filter(({ region }) => Token.isUnresolved(region) || !allowed.includes(region))
        .map(({ node, region }) => {
          const where = Token.isUnresolved(region) ? 'no literal region' : `region ${region}`;
          return `Stack ${node.path} has ${where}; personal data stays in India: set env.region to ${allowed.join(' or ')}.`;
        }),
  });
}
