import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { windowOf } from '../../lambda/termination/dates';
import { stateSchema } from '../../lambda/termination/model';
import { loadRegister } from '../../policies/load';

const docs = join(__dirname, '..', '..', 'docs');
const guide = readFileSync(join(docs, 'termination.md'), 'utf8');
const register = loadRegister();

/** Rows of the table of dates: the termination, and what the guide says of it. */
const ROWS: readonly (readonly [string, string])[] = [
  ['2026-11-22T00:00:00.000Z', '22 Nov 2026 00:00:00.000'],
  ['2026-11-22T00:00:00.001Z', '22 Nov 2026 00:00:00.001'],
  ['2026-11-22T10:17:00.000Z', '22 Nov 2026 10:17 '],
  ['2026-11-21T18:30:00.000Z', '21 Nov 2026 18:30'],
  ['2027-12-15T10:00:00.000Z', '15 Dec 2027 10:00'],
];

/** `12 Feb 22:00`. */
function short(at: string): string {
  const [, month = '', day = ''] = /-(\d\d)-(\d\d)T/.exec(at) ?? [];
  const name = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[Number(month) - 1];
  return `${Number(day)} ${name} ${at.slice(11, 16)}`;
}

it.each(ROWS)('the guide’s dates of a termination at %s are those that are computed', (terminatedAt, cell) => {
  const row = guide.split('\n').find((line) => line.startsWith(`| ${cell}`));
  const { eraseAt, notices } = windowOf(new Date(terminatedAt), register);
  for (const { dueAt } of notices) expect(row).toContain(`| ${short(dueAt)} |`);
  expect(row).toContain(short(eraseAt).replace(' 00:00', ` ${eraseAt.slice(0, 4)} 00:00`));
});

it('the guide knows every state', () => {
  for (const state of stateSchema.options) expect(guide).toContain(state);
});
