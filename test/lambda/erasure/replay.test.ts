import { createHash } from 'node:crypto';
import { Pacer } from '../../../lambda/erasure/pacer';
import type { PastErasure } from '../../../lambda/erasure/past-erasures';
import type { SubjectHasher, Target } from '../../../lambda/erasure/ports';
import { type ReplayDeps, type ReplayReport, replayErasures } from '../../../lambda/erasure/replay';
import type { LegalHold } from '../../../lambda/holds/hold';
import type { Store } from '../../../lambda/shared/inventory';
import { itemKey, objectKey, SHARED } from '../../../lambda/shared/layout';
import { STORES } from '../../support/erasure-harness';
import { belongsTo, Invocation, KilledError, MemoryStore, memoryReader, NO_FAULTS } from '../../support/memory-cloud';
import { Random } from '../../support/random';
import { holdOn } from '../holds/support';

const SINCE = new Date('2026-11-22T00:00:00.000Z');
const PEOPLE = ['p1', 'p10', 'p2', SHARED];
const KEY = 'key-1';

function storeNamed(id: string): Store {
  const store = STORES.find((each) => each.id === id);
  if (store === undefined) throw new Error(`no store ${id}`);
  return store;
}

const macOf = (keyId: string, tenantId: string, subjectId: string) =>
  createHash('sha256').update(`${keyId}\n${tenantId}\n${subjectId}`).digest('hex');

/** An erasure that has ended: of a person only the hash is left. */
function ended(requestId: string, tenantId: string, subjectId?: string, more: Partial<PastErasure> = {}): PastErasure {
  return {
    requestId,
    tenantId,
    scope: subjectId === undefined ? 'tenant' : 'subject',
    ...(subjectId && { subjectHash: { keyId: KEY, value: macOf(KEY, tenantId, subjectId) } }),
    storeIds: STORES.map(({ id }) => id),
    ...more,
  };
}

/** A restored copy with two tenants, and all that a replay needs. */
class Copy {
  readonly memory: MemoryStore;
  readonly hashed: string[] = [];
  holds: LegalHold[] = [];
  private time = SINCE.getTime();

  constructor(readonly store: Store) {
    this.memory = new MemoryStore(store, new Random(1), NO_FAULTS, () => this.time);
    for (const tenantId of ['acme', 'acme-2'])
      for (const subject of PEOPLE) for (let n = 0; n < 12; n++) this.write(tenantId, subject, n);
  }

  async replay(
    past: PastErasure[],
    more: { dryRun?: boolean; killChance?: number; seed?: number } = {},
  ): Promise<ReplayReport> {
    const invocation = new Invocation(new Random(more.seed ?? 1), more.killChance ?? 0, () => {
      this.time += 1;
    });
    const clock = { now: () => new Date(this.time) };
    const sleep = (ms: number) => {
      this.time += ms;
      return Promise.resolve();
    };
    const deps: ReplayDeps = {
      past: {
        async *since() {
          yield* past;
        },
      },
      store: this.memory.erasable(invocation),
      holds: { holdsOf: (tenantId) => Promise.resolve(this.holds.filter(({ scope }) => scope.tenantId === tenantId)) },
      reader: memoryReader([this.memory], invocation),
      hasherOf: (keyId) => this.hasher(keyId),
      pacer: new Pacer({ ratePerSecond: 10_000, clock, sleep }),
      clock,
      sleep,
    };
    return replayErasures({ storeId: this.store.id, since: SINCE, dryRun: more.dryRun ?? false }, deps);
  }

  /** Keys of a target that are there. */
  of(target: Target) {
    return this.memory.all().filter((thing) => belongsTo(thing, this.store, target));
  }

  private hasher(keyId: string): SubjectHasher {
    return {
      hash: (tenantId, subjectId) => {
        this.hashed.push(`${keyId} ${tenantId} ${subjectId}`);
        return Promise.resolve({ algorithm: 'HMAC_SHA_256', keyId, value: macOf(keyId, tenantId, subjectId) });
      },
    };
  }

  private write(tenantId: string, subject: string, n: number): void {
    if (this.store.kind === 'dynamodb') {
      const { pk, sk } = itemKey(tenantId, subject, `row-${n}`, this.store.shards);
      this.memory.write('items', pk, sk);
      return;
    }
    const kind = (['versions', 'versions', 'deleteMarkers', 'uploads'] as const)[n % 4] ?? 'versions';
    this.memory.write(kind, objectKey(tenantId, subject, `file-${n % 3}.pdf`, this.store.shards));
  }
}

const tenant = (tenantId: string): Target => ({ scope: 'tenant', tenantId });
const person = (tenantId: string, subjectId: string): Target => ({ scope: 'subject', tenantId, subjectId });

describe.each(STORES.map((store) => [store.id, store] as const))('a restored copy of %s', (_, store) => {
  it('loses a tenant that was erased since, and nothing of another', async () => {
    const copy = new Copy(store);
    const others = copy.of(tenant('acme-2'));
    const before = copy.of(tenant('acme')).length;
    const report = await copy.replay([ended('er-1', 'acme')]);
    expect(report).toMatchObject({ erasures: 1, unfinished: [], mayServe: true });
    expect(Object.values(report.erased).reduce((a, b) => a + b)).toBe(before);
    expect(copy.of(tenant('acme'))).toEqual([]);
    expect(copy.of(tenant('acme-2'))).toEqual(others);
  });

  it('loses a person of whom only the hash is left, and nobody whose id begins alike', async () => {
    const copy = new Copy(store);
    const report = await copy.replay([ended('er-1', 'acme', 'p1')]);
    expect(report.mayServe).toBe(true);
    expect(copy.of(person('acme', 'p1'))).toEqual([]);
    expect(
      copy.memory.all().filter(({ key, part }) => /(\/|^)p10[/#]/.test(store.kind === 's3' ? key : part)),
    ).toHaveLength(24);
    const shared = copy.memory.all().filter(({ key }) => /^acme[/#]_/.test(key));
    expect(shared).toHaveLength(store.subjectErasure === 'own-and-shared' ? 0 : 12);
  });

  it('is not changed by a dry run, which counts all the same', async () => {
    const copy = new Copy(store);
    const before = [...copy.memory.all()];
    const report = await copy.replay([ended('er-1', 'acme'), ended('er-2', 'acme-2', 'p2')], { dryRun: true });
    expect(copy.memory.all()).toEqual(before);
    expect(report).toMatchObject({ mayServe: false, unfinished: ['er-1', 'er-2'] });
    expect(Object.values(report.left).reduce((a, b) => a + b)).toBeGreaterThan(48);
    expect(Object.values(report.erased).reduce((a, b) => a + b)).toBe(0);
  });

  it('is finished by the next run when one is killed in the middle, wherever that is', async () => {
    const past = [ended('er-1', 'acme-2'), ended('er-2', 'acme', 'p1'), ended('er-3', 'acme', 'p2')];
    const copy = new Copy(store);
    let kills = 0;
    for (let seed = 1; seed <= 40; seed++)
      await copy.replay(past, { killChance: 0.1, seed }).catch((error: unknown) => {
        if (!(error instanceof KilledError)) throw error;
        kills += 1;
      });
    const report = await copy.replay(past);
    expect(kills).toBeGreaterThan(5);
    expect(report.mayServe).toBe(true);
    for (const target of [tenant('acme-2'), person('acme', 'p1'), person('acme', 'p2')])
      expect(copy.of(target)).toEqual([]);
    expect(copy.memory.all().some(({ key, part }) => `${key} ${part}`.includes('p10'))).toBe(true);
  });
});

describe('an erased person who is not in the copy', () => {
  it('keeps everything where the person of the hash is not in it', async () => {
    const copy = new Copy(storeNamed('crm-records'));
    const before = [...copy.memory.all()];
    const report = await copy.replay([ended('er-1', 'acme', 'somebody-else')]);
    expect(report).toMatchObject({ erasures: 1, mayServe: true });
    expect(copy.memory.all()).toEqual(before);
  });
});

describe('what a legal hold keeps', () => {
  it('stays in the copy, is named, and keeps it from serving', async () => {
    const copy = new Copy(storeNamed('crm-records'));
    copy.holds = [holdOn({ subjectId: 'p1' })];
    const report = await copy.replay([ended('er-1', 'acme')]);
    expect(report).toMatchObject({ mayServe: false, unfinished: ['er-1'], kept: { items: 12 }, left: { items: 12 } });
    expect(report.heldBy).toEqual(copy.holds.map(({ holdId }) => holdId));
    expect(copy.of(tenant('acme'))).toEqual(copy.of(person('acme', 'p1')));
  });

  it('goes once the hold is lifted', async () => {
    const copy = new Copy(storeNamed('crm-records'));
    copy.holds = [holdOn()];
    expect(await copy.replay([ended('er-1', 'acme', 'p1')])).toMatchObject({ mayServe: false });
    copy.holds = [];
    expect(await copy.replay([ended('er-1', 'acme', 'p1')])).toMatchObject({ mayServe: true, erased: { items: 12 } });
  });
});

describe('an erasure that cannot be repeated', () => {
  it('keeps the copy from serving when neither id nor hash of the person is known', async () => {
    const copy = new Copy(storeNamed('crm-records'));
    const report = await copy.replay([ended('er-1', 'acme', 'p1', { subjectHash: undefined })]);
    expect(report).toMatchObject({ mayServe: false, unfinished: ['er-1'] });
  });

  it('is an error when the copy cannot be read, and never a clean copy', async () => {
    const copy = new Copy(storeNamed('crm-records'));
    await expect(copy.replay([ended('er-1', 'acme')], { killChance: 1 })).rejects.toThrow();
  });
});

describe('which erasures concern a copy', () => {
  it('are those that worked in its store', async () => {
    const copy = new Copy(storeNamed('crm-records'));
    const report = await copy.replay([ended('er-1', 'acme', undefined, { storeIds: ['customer-files'] })]);
    expect(report).toMatchObject({ erasures: 0, mayServe: true });
    expect(copy.of(tenant('acme'))).toHaveLength(48);
  });

  it('include one that waits, whose person is still known by her id', async () => {
    const copy = new Copy(storeNamed('crm-records'));
    await copy.replay([ended('er-1', 'acme', 'p1', { subjectId: 'p1' })]);
    expect(copy.of(person('acme', 'p1'))).toEqual([]);
    expect(copy.hashed).toEqual([]);
  });

  it('ask KMS once for each person of the tenant and key, however many versions, uploads and erasures there are', async () => {
    const copy = new Copy(storeNamed('customer-files'));
    const past = ['p1', 'p2', 'gone-1', 'gone-2'].map((subject, n) => ended(`er-${n}`, 'acme', subject));
    const older = { subjectHash: { keyId: 'key-0', value: macOf('key-0', 'acme', 'p10') } };
    await copy.replay([...past, ended('er-9', 'acme', 'p10', older)]);
    expect([...copy.hashed].sort()).toEqual(
      ['key-0', 'key-1'].flatMap((key) => ['p1', 'p10', 'p2'].map((id) => `${key} acme ${id}`)).sort(),
    );
    expect(copy.of(person('acme', 'p10'))).toEqual([]);
  });

  it('find a person under a wrong shard too', async () => {
    const copy = new Copy(storeNamed('customer-files'));
    for (const shard of ['00', '01', '02', '03']) copy.memory.write('versions', `acme/${shard}/p1/stray.pdf`);
    const report = await copy.replay([ended('er-1', 'acme', 'p1')]);
    expect(report.mayServe).toBe(true);
    expect(copy.of(person('acme', 'p1'))).toEqual([]);
  });
});
