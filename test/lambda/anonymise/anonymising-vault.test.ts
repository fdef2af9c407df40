import { anonymiseRuleOf, publishOnce } from '../../../lambda/anonymise/anonymise';
import { AnonymisingVault } from '../../../lambda/anonymise/anonymising-vault';
import type { PersonalRow } from '../../../lambda/anonymise/census';
import type { AnonymiseLedger, AnonymiseOutcome, Statistic } from '../../../lambda/anonymise/ports';
import { StoreFaultError } from '../../../lambda/erasure/errors';
import type { ErasableStore, Ref } from '../../../lambda/erasure/ports';
import { SealingStore } from '../../../lambda/sealing/sealing-store';
import { KilledError } from '../../support/memory-cloud';
import { RECORDS } from '../../support/sealing';
import { immortal, Stepper } from '../../support/stepper';
import { people, register, rule, user } from './support';

const OF = { requestId: 'er-1', tenantId: 'sundarban-textiles', storeId: 'accounts', rule };

/** Accounts, the table of numbers and the ledger in memory. */
class World {
  readonly rows = new Map<string, PersonalRow>();
  readonly statistics: Statistic[] = [];
  readonly faults: unknown[] = [];
  outcome: AnonymiseOutcome | undefined;
  private ids = 0;

  constructor(rows: readonly PersonalRow[]) {
    for (const [i, row] of rows.entries()) this.rows.set(`${row.subjectId}#${i}`, row);
  }

  refs(): Ref[] {
    return [...this.rows.keys()].map((part) => ({ kind: 'items', key: 'pk', part, partition: 'pk' }));
  }

  store(process: Stepper, publish = () => publishOnce(OF, this.deps(process))): SealingStore {
    const inner: ErasableStore = {
      store: { ...RECORDS, id: 'accounts' },
      batchSize: 4,
      list: () => process.call(() => ({ refs: this.refs() })),
      erase: (batch) =>
        process.call(() => {
          for (const ref of batch) this.rows.delete(ref.part);
          return [];
        }),
      isLocked: () => Promise.resolve(false),
    };
    return new SealingStore(inner, new AnonymisingVault(publish), { atOnce: 2, onFault: (e) => this.faults.push(e) });
  }

  deps(process: Stepper) {
    const rows = this.rows;
    const ledger: AnonymiseLedger = {
      outcomeOf: () => process.call(() => this.outcome),
      publish: (_request, _store, outcome, statistic) =>
        process.call(() => {
          if (this.outcome !== undefined) return false;
          this.outcome = outcome;
          if (statistic !== undefined) this.statistics.push(statistic);
          return true;
        }),
    };
    return {
      rows: {
        async *read() {
          yield await process.call(() => [...rows.values()]);
        },
      },
      ledger,
      register,
      newId: () => `random-${this.ids++}`,
      clock: { now: () => new Date('2026-11-22T10:00:00.000Z') },
    };
  }

  /** Erases in batches of four until nothing is listed. */
  async run(process = immortal()): Promise<void> {
    const store = this.store(process);
    for (let refs = this.refs(); refs.length > 0; refs = this.refs()) {
      const refusals = await store.erase(refs.slice(0, 4));
      // A process that has died is told of faults by nobody; here it ends.
      if (refusals.length > 0) throw new KilledError('killed');
    }
  }
}

const someUsers = () => [...people(7), user('odd', { state: 'Atlantis' }), ...people(2, { plan: 'starter' }, 'v')];

describe('a tenant whose users leave numbers behind', () => {
  it('is erased whole, and says how many rows were published and why the others were not', async () => {
    const world = new World(someUsers());
    await world.run();
    expect(world.rows.size).toBe(0);
    expect(world.outcome).toEqual({
      ruleId: 'account-usage',
      rows: 7,
      fellBack: { 'too-few-alike': 2, unreadable: 1 },
    });
    expect(world.statistics).toEqual([
      {
        ruleId: 'account-usage',
        year: '2026',
        id: 'random-0',
        k: 3,
        groups: [{ values: { plan: 'growth', signUpYear: '2024', state: 'West Bengal', seatBand: '6-20' }, rows: 7 }],
      },
    ]);
  });

  it('leaves nothing that leads back to a person, the tenant or the request', async () => {
    const world = new World(someUsers());
    await world.run();
    const published = JSON.stringify(world.statistics);
    for (const trace of ['sundarban', 'er-1', 'u-0', 'Person', 'example.in', '98300', '2026-11'])
      expect(published).not.toContain(trace);
    expect(JSON.stringify(world.outcome)).not.toContain('random');
  });

  it('publishes nothing where nobody is alike enough, and is erased all the same', async () => {
    const world = new World(people(2));
    await world.run();
    expect(world.rows.size).toBe(0);
    expect(world.statistics).toEqual([]);
    expect(world.outcome).toMatchObject({ rows: 0, fellBack: { 'too-few-alike': 2 } });
  });

  it.each(['before', 'after'] as const)(
    'has its numbers published once and whole, wherever a process dies %s a call',
    async (when) => {
      for (let diesAt = 0; ; diesAt++) {
        const world = new World(someUsers());
        const process = new Stepper(diesAt, when);
        await world.run(process).catch((error) => expect(error).toBeInstanceOf(KilledError));
        // Nothing is erased before the numbers are there.
        expect(world.rows.size === 10 || world.statistics.length === 1).toBe(true);
        await world.run();
        expect(world.rows.size).toBe(0);
        expect(world.statistics).toHaveLength(1);
        expect(world.outcome).toMatchObject({ rows: 7 });
        expect(world.statistics[0]?.groups).toMatchObject([{ rows: 7 }]);
        if (process.survived) return;
      }
    },
  );

  it('has them published once by two processes at a time', async () => {
    const world = new World(someUsers());
    const outcomes = await Promise.all([
      publishOnce(OF, world.deps(immortal())),
      publishOnce(OF, world.deps(immortal())),
    ]);
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(world.statistics).toHaveLength(1);
  });

  it('is not erased while the numbers cannot be published, and tries again', async () => {
    const world = new World(people(4));
    let broken = true;
    const store = world.store(immortal(), () =>
      broken ? Promise.reject(new StoreFaultError('usage-statistics')) : publishOnce(OF, world.deps(immortal())),
    );
    const refusals = await store.erase(world.refs());
    expect(refusals.map(({ cause }) => cause)).toEqual(['fault', 'fault', 'fault', 'fault']);
    expect(world.rows.size).toBe(4);
    broken = false;
    expect(await store.erase(world.refs())).toEqual([]);
    expect([world.rows.size, world.statistics.length]).toEqual([0, 1]);
  });
});

describe('a transaction that comes to nothing', () => {
  it('is tried again, and lets no row go', async () => {
    const world = new World(people(4));
    const deps = world.deps(immortal());
    const ledger = { ...deps.ledger, publish: () => Promise.resolve(false) };
    await expect(publishOnce(OF, { ...deps, ledger })).rejects.toMatchObject({ code: 'store-busy' });
  });
});

describe('the rule of a store', () => {
  const accounts = { dataClass: 'account-users', kind: 'dynamodb' } as const;
  const of = (
    scope: 'tenant' | 'subject',
    reason: string,
    store: { dataClass: string; kind: 's3' | 'dynamodb' } = accounts,
  ) => anonymiseRuleOf(store, { scope, reason }, register)?.id;

  it('is there for a tenant whose contract ended', () => {
    expect(of('tenant', 'termination')).toBe('account-usage');
    expect(of('tenant', 'contract-ended')).toBe('account-usage');
  });

  it('is not there for one person, for a tenant that asks for deletion, or for data of tenants', () => {
    expect(of('subject', 'contract-ended')).toBeUndefined();
    expect(of('tenant', 'tenant-request')).toBeUndefined();
    expect(of('tenant', 'court-order')).toBeUndefined();
    expect(of('tenant', 'termination', { dataClass: 'crm-records', kind: 'dynamodb' })).toBeUndefined();
    expect(of('tenant', 'termination', { dataClass: 'account-users', kind: 's3' })).toBeUndefined();
  });
});
