import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acknowledgementSchema } from '../../lib/checks/acknowledgement';
import { RISKS } from '../../lib/checks/risks';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'docs', 'accepted-risks.md'), 'utf8');
const rows = [...page.matchAll(/^\| (RISK-\d+) \| .+ \| .+ \| ([a-z-]+) \| (\S+) \|$/gm)].map(
  ([, ticket, owner, expires]) => ({ ticket, owner, expires }),
);
const sources = ['bin', 'lib'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: join(folder, file), text: readFileSync(join(ROOT, folder, file), 'utf8') })),
);

describe('the accepted risks', () => {
  it('stand in docs/accepted-risks.md with the owners and days that acknowledgements have, and no others', () => {
    expect(rows).toEqual(Object.values(RISKS).map(({ ticket, owner, expires }) => ({ ticket, owner, expires })));
    expect(new Set(rows.map(({ ticket }) => ticket)).size).toBe(rows.length);
  });

  it('are complete once a reason is given', () => {
    for (const risk of Object.values(RISKS))
      expect(acknowledgementSchema.safeParse({ ...risk, reason: 'a reason of twenty characters' }).success).toBe(true);
  });

  it.each(Object.keys(RISKS))('%s is taken somewhere', (name) => {
    expect(sources.filter(({ text }) => new RegExp(`\\.\\.\\.RISKS\\.${name}\\b`).test(text))).not.toEqual([]);
  });

  it('are the only ones: no acknowledgement names a ticket of its own', () => {
    expect(sources.filter(({ text }) => /'RISK-\d+'/.test(text)).map(({ file }) => file)).toEqual([
      'lib/checks/risks.ts',
    ]);
  });
});
