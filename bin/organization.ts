import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOrganizationPolicies, minified } from '../policies/organization';

/** Writes the policies for one Organization, as AWS takes them: `npx tsx bin/organization.ts o-a1b2c3d4e5 out`. */
function main([organizationId = '', folder = 'organization-policies']: readonly string[]): void {
  const policies = loadOrganizationPolicies(organizationId);
  mkdirSync(folder, { recursive: true });
  for (const policy of policies) {
    const file = join(folder, `${policy.name}.json`);
    writeFileSync(file, minified(policy));
    console.log(`${file}: ${policy.kind}, ${minified(policy).length} characters`);
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
