import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicies } from '../../policies/transfers/load';

const text = readFileSync(join(__dirname, '..', '..', 'docs', 'transfers.md'), 'utf8');
const rows = text.split('\n').filter((line) => /^\| `(permit|never)\./.test(line));

test('the guide to transfers lists every policy with its sentence and law, as the policies have them', () => {
  const { policies } = loadPolicies();
  expect(rows).toEqual(
    policies.map(
      ({ id, kind, statement, citation }) => `| \`${id}\` | ${kind ?? 'all'} | ${statement} | ${citation} |`,
    ),
  );
});
