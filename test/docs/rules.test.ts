import { readFileSync } from 'node:fs';
import { RULES_FILE, rulesTable } from '../../bin/checks/rules-table';
import { RULES } from '../../lib/checks/dpdp/rules';

describe('docs/rules.md', () => {
  it('is what npm run rules writes', () => {
    expect(readFileSync(RULES_FILE, 'utf8')).toBe(rulesTable());
  });

  it('has every rule once', () => {
    const rows = [...rulesTable().matchAll(/^\| `Dpdp-(\w+)`/gm)].map(([, id]) => id);
    expect(rows.sort()).toEqual(RULES.map(({ id }) => id).sort());
  });
});
