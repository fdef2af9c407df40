import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_RECORDS } from '../../bin/cli/court/collect';
import { eventSchema, eventTypes } from '../../lambda/ledger/event';
import { EVENT_MEANINGS } from '../../lambda/ledger/meanings';
import { loadRegister } from '../../policies/load';

const guide = readFileSync(join(__dirname, '../../docs/ledger.md'), 'utf8');

test('the guide lists every kind of event, with the words that a report uses', () => {
  const table = guide.slice(guide.indexOf('### Kinds'), guide.indexOf('Leases, '));
  const rows = eventTypes.map((type) => `| \`${type}\` | ${EVENT_MEANINGS[type]} |`);
  expect(table.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
});

test('the guide explains every member of an event', () => {
  for (const member of Object.keys(eventSchema.shape)) expect(guide).toMatch(new RegExp(`^\\|.*\`${member}\``, 'm'));
});

test('the guide names the clients that may read the ledger', () => {
  const readers = loadRegister()
    .clients.clients.filter(({ actions }) => actions.includes('ledger:read'))
    .map(({ name, tenants }) => ({ name, tenants }));
  expect(readers.map(({ tenants }) => tenants)).toEqual(readers.map(() => 'all'));
  expect(guide).toContain(readers.map(({ name }) => `\`${name}\``).join(', '));
});

test('the guide says how large a report may be', () => {
  expect(guide).toContain(`At most ${MAX_RECORDS.toLocaleString('en-GB')} records`);
});
