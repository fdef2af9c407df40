import { TenantSuspendedError } from '../../../lambda/recovery/errors';
import { type Row, type RowSource, readRows } from '../../../lambda/recovery/records-reader';
import type { Store } from '../../../lambda/shared/inventory';
import { itemKey } from '../../../lambda/shared/layout';

const store: Store = {
  id: 'crm-records',
  kind: 'dynamodb',
  name: 'records',
  region: 'ap-south-1',
  dataRole: 'tenant',
  dataClass: 'crm-records',
  shards: 4,
  objectLock: false,
  subjectErasure: 'own',
  recovery: 'restorable',
  documents: null,
};

/** A table in memory with pages of two rows; `when` is told before each page and each look at the flag. */
function table(rows: readonly { pk: string; sk: string }[], when: (event: 'page' | 'flag') => void = () => {}) {
  const flagged = new Set<string>();
  const source: RowSource = {
    store,
    async page(partition, sortKeyPrefix, cursor = '') {
      when('page');
      const matching = rows.filter(({ pk, sk }) => pk === partition && sk.startsWith(sortKeyPrefix) && sk > cursor);
      const page = matching.slice(0, 2);
      return { rows: page, next: matching.length > 2 ? page.at(-1)?.sk : undefined };
    },
    async isFlagged(tenantId) {
      when('flag');
      return flagged.has(tenantId);
    },
  };
  return { source, flagged };
}

const subjects = ['p-1', 'p-2', 'p-3', '_'];
const rows = subjects.flatMap((subject) => [1, 2, 3].map((n) => itemKey('acme', subject, `row#${n}`, store.shards)));

async function all(source: RowSource, subjectId?: string): Promise<Row[]> {
  const found: Row[] = [];
  for await (const page of readRows(source, 'acme', subjectId)) found.push(...page);
  return found;
}

describe('reading rows', () => {
  it('finds every row of a tenant and of one person', async () => {
    const { source } = table([...rows, itemKey('other', 'p-1', 'row#1', store.shards)]);
    expect(await all(source)).toHaveLength(12);
    expect((await all(source, 'p-2')).map(({ sk }) => sk)).toEqual(['p-2#row#1', 'p-2#row#2', 'p-2#row#3']);
    expect(await all(source, '_')).toHaveLength(3);
  });

  it('is refused while the tenant is suspended, even where there are no rows', async () => {
    for (const content of [rows, []]) {
      const { source, flagged } = table(content);
      flagged.add('acme');
      await expect(all(source)).rejects.toThrow(TenantSuspendedError);
      await expect(all(source, 'p-1')).rejects.toThrow(TenantSuspendedError);
    }
  });

  it('hands out no page that was read before the flag was set and is handed out after', async () => {
    const seen: Row[] = [];
    const { source, flagged } = table(rows, (event) => {
      // The flag is set between reading the second page and handing it out.
      if (event === 'flag' && seen.length === 2) flagged.add('acme');
    });
    const reading = (async () => {
      for await (const page of readRows(source, 'acme', 'p-1')) seen.push(...page);
    })();
    await expect(reading).rejects.toThrow(TenantSuspendedError);
    expect(seen).toHaveLength(2);
  });

  it('is open to a tenant beside a suspended one', async () => {
    const { source, flagged } = table(rows);
    flagged.add('acme-2');
    expect(await all(source)).toHaveLength(12);
  });
});
