import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../bin/cli/main';
import { loadRegister } from '../../policies/load';
import type { RetentionRule } from '../../policies/schema';

const guide = readFileSync(join(__dirname, '..', '..', 'docs', 'retention.md'), 'utf8');

async function printed(commandLine: string): Promise<string> {
  let out = '';
  const args = commandLine.replace(/^npx digicrm /, '').split(' ');
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      out += text;
    },
  });
  expect(code).toBe(0);
  return out;
}

const examples = [...guide.matchAll(/```\n\$ (npx digicrm .*)\n([\s\S]*?)```/g)].map(
  ([, command = '', output = '']) => [command, output] as const,
);

describe('docs/retention.md', () => {
  it('has examples in both eras', () => {
    expect(examples.length).toBeGreaterThan(5);
  });

  it.each(examples)('shows what is printed by: %s', async (command, output) => {
    expect(output).toBe(await printed(command));
  });

  it('lists every rule of the register as it is', () => {
    const table = guide.slice(guide.indexOf('| rule | kind |')).split('\n\n')[0];
    expect(table).toBe(ruleTable(loadRegister().retention.rules));
  });
});

function ruleTable(rules: readonly RetentionRule[]): string {
  const rows = rules.map((rule) => {
    const { period, countsFrom, inForceFrom, until, appliesTo } = rule;
    const length = period === null ? '' : `${period.value} ${period.unit} from ${countsFrom}`;
    const days = [inForceFrom && `from ${inForceFrom}`, until && `before ${until}`].filter(Boolean).join(', ');
    const what = (appliesTo.classes ?? appliesTo.roles).join(', ');
    return `| \`${rule.id}\` | ${rule.kind} | ${what} | ${length} | ${days} | ${rule.citation.source} |`;
  });
  return [
    '| rule | kind | about | length | in force | source |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
