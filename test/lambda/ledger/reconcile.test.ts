import { eventsOf } from '../../../lambda/ledger/derive';
import { eventIn, type LedgerEvent } from '../../../lambda/ledger/event';
import type { Item } from '../../../lambda/ledger/kinds';
import type { TableName } from '../../../lambda/ledger/locate';
import { type LastEvent, Reconciliation } from '../../../lambda/ledger/reconcile';
import { PK, TRANSFER_PK } from '../../../lambda/shared/names';
import { holdOn } from '../holds/support';
import { decisionOf } from '../transfer/records-support';

const decision = (id: string, more: object = {}): Item => ({
  pk: TRANSFER_PK.decision + id,
  sk: 'decision',
  record: decisionOf({ decisionId: id, ...more }),
});
const hold = (id: string): Item => ({ pk: `${PK.hold}acme`, sk: `HOLD#${id}`, record: holdOn({}, { holdId: id }) });

/** Two tables and the events of what was written to them. */
class World {
  readonly tables: Record<TableName, Map<string, Item>> = { control: new Map(), transfers: new Map() };
  readonly log: LedgerEvent[] = [];
  /** Called when the watchman waits. */
  meanwhile: () => void | Promise<void> = () => undefined;

  async write(table: TableName, item: Item, told = true): Promise<void> {
    const before = this.tables[table].get(keyOf(item));
    this.tables[table].set(keyOf(item), item);
    if (told) await this.tell(before, item);
  }

  async remove(table: TableName, item: Item, told = true): Promise<void> {
    this.tables[table].delete(keyOf(item));
    if (told) await this.tell(item, undefined);
  }

  async tell(before: Item | undefined, after: Item | undefined): Promise<void> {
    const at = new Date('2026-12-01T00:00:00Z');
    const write = { before, after, expired: false, at, sequence: String(this.log.length + 1) };
    for (const { entry } of await eventsOf(write, { nameOf: async () => 'd'.repeat(64) })) {
      const event = eventIn(entry);
      if (event !== undefined) this.log.push(event);
    }
  }

  last(about: string): LastEvent | undefined {
    const event = this.log.findLast((one) => one.about === about);
    return event && { act: event.act, sequence: event.sequence, record: event.hashes.record ?? null };
  }

  async findings(since = 0) {
    const { tables } = this;
    const reconciliation = new Reconciliation({
      records: {
        async *scan(table) {
          yield [...tables[table].values()];
        },
        get: async ({ table, pk, sk }) => tables[table].get(`${pk}|${sk}`),
      },
      last: async (about) => this.last(about),
      sleep: async () => this.meanwhile(),
      settleMs: 1,
    });
    await reconciliation.hear(
      this.log.map((event, index) => ({ event, index })),
      since,
    );
    await reconciliation.readTables();
    return reconciliation.findings();
  }
}

function keyOf({ pk, sk }: Item): string {
  return `${String(pk)}|${String(sk)}`;
}

async function world(): Promise<World> {
  const made = new World();
  for (const id of ['td-1', 'td-2', 'td-3']) await made.write('transfers', decision(id));
  await made.write('control', hold('lh-1'));
  await made.write('control', hold('lh-2'));
  return made;
}

describe('records and events', () => {
  it('agree where every write was told, whatever was changed or removed since', async () => {
    const made = await world();
    await made.write('transfers', decision('td-2', { purpose: 'otp' }));
    await made.remove('transfers', decision('td-1'));
    await made.remove('control', hold('lh-2'));
    expect(await made.findings()).toEqual([]);
  });

  it.each<[string, (made: World) => Promise<void>, string, string]>([
    ['a record without an event', (w) => w.write('transfers', decision('td-9'), false), 'state-without-event', 'td-9'],
    [
      'a record that was changed and not told',
      (w) => w.write('transfers', decision('td-2', { outcome: 'deny' }), false),
      'state-without-event',
      'td-2',
    ],
    [
      'a record that was removed and not told',
      (w) => w.remove('transfers', decision('td-3'), false),
      'event-without-state',
      'entry 2, td-3',
    ],
    [
      'a removed hold that was not told',
      (w) => w.remove('control', hold('lh-1'), false),
      'event-without-state',
      'lh-1',
    ],
    ['an event without a record', (w) => w.tell(undefined, decision('td-7')), 'event-without-state', 'entry 5, td-7'],
    [
      'an item that nobody can describe',
      (w) => w.write('control', { pk: 'NEW#1', sk: 'x' }, false),
      'item-unknown',
      'an item that nobody can describe; see what was put aside',
    ],
  ])('disagree over %s', async (_, plant, code, at) => {
    const made = await world();
    await plant(made);
    expect(await made.findings()).toContainEqual({ code, at });
  });

  it('do not disagree over what is on its way', async () => {
    const made = await world();
    const [late, changing] = [decision('td-9'), decision('td-2', { purpose: 'otp' })];
    await made.write('transfers', late, false);
    await made.write('transfers', changing, false);
    made.meanwhile = async () => {
      await made.tell(undefined, late);
      await made.write('transfers', decision('td-2', { purpose: 'billing' }));
    };
    expect(await made.findings()).toEqual([]);
  });

  it('are compared once: what was heard before is looked at no more, but tables are', async () => {
    const made = await world();
    await made.remove('transfers', decision('td-3'), false);
    expect(await made.findings(made.log.length)).toEqual([]);
    await made.write('transfers', decision('td-9'), false);
    expect(await made.findings(made.log.length)).toEqual([{ code: 'state-without-event', at: 'td-9' }]);
  });
});
