import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS } from '../../lambda/audit/integrity';
import { METRIC } from '../../lambda/shared/names';
import { LOG_PREFIX } from '../../lib/audit/log-prefix';

const text = readFileSync(join(__dirname, '..', '..', 'docs', 'audit.md'), 'utf8');

it('docs/audit.md says of every problem what it means, and of no other', () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, kind, meaning]) => [kind, meaning]);
  expect(rows).toEqual(Object.entries(PROBLEMS));
});

it('docs/audit.md names every prefix and every metric', () => {
  const { digestsValidated, logsValidated, digestProblems, digestsUnsigned } = METRIC;
  for (const name of [digestsValidated, logsValidated, digestProblems, digestsUnsigned])
    expect(text).toContain(`\`${name}\``);
  for (const prefix of Object.values(LOG_PREFIX)) expect(text).toContain(`\`${prefix}/\``);
});
