import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOrganizationPolicies, MOST_CHARACTERS } from '../../policies/organization';

const DOCS = join(__dirname, '..', '..', 'docs');
const text = readFileSync(join(DOCS, 'organization.md'), 'utf8');

describe('docs/organization.md', () => {
  it('names every policy, with its kind', () => {
    for (const { name, kind } of loadOrganizationPolicies('o-a1b2c3d4e5'))
      expect(text).toContain(`[${name}.json](../policies/organization/${name}.json) | ${kind.toUpperCase()} |`);
  });

  it('says the sizes that are tested', () => {
    for (const size of Object.values(MOST_CHARACTERS)) expect(text).toContain(size.toLocaleString('en'));
  });

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((\.\.\/[^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !existsSync(join(DOCS, link)))).toEqual([]);
  });
});
