import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../../lib/checks/dpdp/rule';
import { RULES } from '../../lib/checks/dpdp/rules';
import { ROOT } from '../local/paths';

/** Where the table is kept. */
export const RULES_FILE = join(ROOT, 'docs', 'rules.md');

/** Every rule of the pack with what it serves, why, and how to fix what it finds. */
export function rulesTable(rules: readonly Rule[] = RULES): string {
  const areas = [...new Set(rules.map(({ area }) => area))];
  return [
    '# Rules of the DPDP pack',
    '',
    `${rules.length} rules. Written by \`npm run rules\`; how to use them stands in [checks.md](checks.md).`,
    ...areas.flatMap((area) => [
      '',
      `## ${area.charAt(0).toUpperCase()}${area.slice(1)}`,
      '',
      '| rule | what it wants | why | how to fix | serves |',
      '| --- | --- | --- | --- | --- |',
      ...rules.filter((rule) => rule.area === area).map(rowOf),
    ]),
    '',
  ].join('\n');
}

function rowOf({ id, severity, title, why, fix, serves }: Rule): string {
  const sources = serves.map(({ law, provision }) => `${law}, ${provision}`).join('; ');
  const cells = [`\`Dpdp-${id}\`${severity === 'warning' ? ' (warning)' : ''}`, title, why, fix, sources];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (require.main === module) writeFileSync(RULES_FILE, rulesTable());
