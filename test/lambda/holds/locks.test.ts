import type { Ref } from '../../../lambda/erasure/ports';
import { createRequest } from '../../../lambda/erasure/service';
import type { HoldScope, LegalHold } from '../../../lambda/holds/hold';
import { type LocksDeps, setLocks } from '../../../lambda/holds/locks';
import type { LocksMessage } from '../../../lambda/holds/model';
import type { Store } from '../../../lambda/shared/inventory';
import { objectKey, SHARED } from '../../../lambda/shared/layout';
import { ADMIN, ErasureHarness } from '../../support/erasure-harness';
import { Invocation, MemoryStore, NO_FAULTS } from '../../support/memory-cloud';
import { MemoryControl } from '../../support/memory-control';
import { MemoryHolds } from '../../support/memory-holds';
import { Random } from '../../support/random';
import { EXPORTS, FILES, holdOn, SHARDS } from './support';

const STORES = [FILES, EXPORTS];
const SUBJECTS = ['p1', 'p2', 'p3', SHARED];

class World {
  readonly memory = new MemoryHolds();
  readonly control = new MemoryControl();
  readonly woken: string[] = [];
  /** `store/key/version` of every version with an S3 legal hold. */
  readonly locked = new Set<string>();
  readonly buckets: MemoryStore[];
  sets = 0;
  private time = Date.parse('2026-11-22T00:00:00.000Z');
  private passes = 0;

  constructor(
    private readonly random = new Random(1),
    versionsEach = 3,
  ) {
    this.buckets = STORES.map((store) => new MemoryStore(store, random, NO_FAULTS, () => this.time));
    for (const bucket of this.buckets)
      for (const tenantId of ['acme', 'acme-2'])
        for (const subject of SUBJECTS)
          for (let n = 0; n < versionsEach; n++) {
            bucket.write('versions', objectKey(tenantId, subject, `${n % 2}.pdf`, SHARDS));
            bucket.write('deleteMarkers', objectKey(tenantId, subject, `${n % 2}.pdf`, SHARDS));
          }
  }

  place(holdId: string, scope: Partial<HoldScope> = {}): LegalHold {
    const hold = holdOn(scope, { holdId });
    this.memory.rows.set(holdId, { hold, changedBy: 'legal-desk' });
    return hold;
  }

  lift(holdId: string): void {
    const row = this.memory.rows.get(holdId);
    if (row === undefined) throw new Error(holdId);
    const lifted = { at: '2026-11-22T00:00:00.000Z', approver: 'counsel-3', by: 'legal-desk' };
    this.memory.rows.set(holdId, { ...row, lifted });
  }

  message(holdId: string): LocksMessage {
    this.passes += 1;
    const pass = new Date(this.time + this.passes).toISOString();
    return { type: 'set-locks', tenantId: 'acme', holdId, pass };
  }

  /** One invocation; `beforeSet` runs before the n-th version is looked at. */
  deps(options: { kill?: number; budgetMs?: number; beforeSet?: (n: number) => void } = {}): LocksDeps {
    const i = new Invocation(this.random, options.kill ?? 0, () => {
      this.time += 1;
    });
    return {
      holds: this.memory.locks(i),
      buckets: this.buckets.map((bucket) => bucket.erasable(i)),
      locks: {
        set: (store, version, on) =>
          i.call(() => {
            options.beforeSet?.(this.sets);
            this.sets += 1;
            this.locked[on ? 'add' : 'delete'](nameOf(store, version));
          }),
      },
      requests: this.control.requests(i),
      outbox: {
        send: (message) =>
          i.call(() => {
            this.woken.push(message.requestId);
          }),
      },
      clock: { now: () => new Date(this.time) },
      sleep: () => Promise.resolve(),
      budgetMs: options.budgetMs ?? 1_000_000,
    };
  }

  /** Delivers the message until it is done, however often a function dies. */
  async deliver(message: LocksMessage, kill = 0, beforeSet?: (n: number) => void): Promise<void> {
    for (let n = 0; n < 500; n++)
      if ((await setLocks(message, this.deps({ kill, beforeSet })).catch(() => 'again')) === 'finished') return;
    throw new Error('no end');
  }

  names(belongs: (tenant: string, subject: string, store: Store) => boolean): string[] {
    return this.buckets
      .flatMap((bucket) =>
        bucket
          .all()
          .filter(({ kind }) => kind === 'versions')
          .filter(({ key }) => {
            const [tenant = '', shard, subject = ''] = key.split('/');
            return belongs(tenant, shard === SHARED ? SHARED : subject, bucket.store);
          })
          .map((version) => nameOf(bucket.store, version)),
      )
      .sort();
  }

  lockedNames(): string[] {
    return [...this.locked].sort();
  }
}

function nameOf(store: Store, { key, part }: Pick<Ref, 'key' | 'part'>): string {
  return `${store.id}/${key}/${part}`;
}

const hers = (tenant: string, subject: string, store: Store) =>
  tenant === 'acme' && (subject === 'p1' || (subject === SHARED && store.id === 'exports'));

describe('S3 legal holds', () => {
  it('are set on every version in the scope of a hold, and on no other', async () => {
    const world = new World();
    world.place('m-1', { subjectId: 'p1' });
    await world.deliver(world.message('m-1'));
    expect(world.lockedNames()).toEqual(world.names(hers));
    expect(world.memory.rows.get('m-1')?.appliedAt).toMatch(/^2026-/);
    expect(world.woken).toEqual([]);
  });

  it('of a whole tenant are set on what lies outside the layout too', async () => {
    const world = new World();
    world.buckets[0]?.write('versions', 'acme/loose.txt');
    world.buckets[0]?.write('versions', 'acme/zz/x');
    world.place('m-1');
    await world.deliver(world.message('m-1'));
    expect(world.lockedNames()).toEqual(world.names((tenant) => tenant === 'acme'));
  });

  it('of a class are set in its buckets alone, and of a class of rows nowhere', async () => {
    const world = new World();
    world.place('m-1', { dataClass: 'exports' });
    world.place('m-2', { dataClass: 'crm-records' });
    await world.deliver(world.message('m-2'));
    expect([world.locked.size, world.memory.rows.get('m-2')?.appliedAt]).toEqual([0, expect.any(String)]);
    await world.deliver(world.message('m-1'));
    expect(world.lockedNames()).toEqual(
      world.names((tenant, _subject, { id }) => tenant === 'acme' && id === 'exports'),
    );
  });

  it('are set on newer objects by a later pass', async () => {
    const world = new World();
    world.place('m-1', { subjectId: 'p1' });
    await world.deliver(world.message('m-1'));
    world.buckets[0]?.write('versions', objectKey('acme', 'p1', 'new.pdf', SHARDS));
    await world.deliver(world.message('m-1'));
    expect(world.lockedNames()).toEqual(world.names(hers));
  });

  it('are removed when the hold is lifted, where no other hold keeps the object', async () => {
    const world = new World();
    world.place('m-1');
    world.place('m-2', { subjectId: 'p1' });
    await world.deliver(world.message('m-1'));
    world.lift('m-1');
    await world.deliver(world.message('m-1'));
    expect(world.lockedNames()).toEqual(world.names(hers));
    world.lift('m-2');
    await world.deliver(world.message('m-2'));
    expect(world.lockedNames()).toEqual([]);
    expect(world.memory.rows.get('m-2')?.releasedAt).toMatch(/^2026-/);
  });

  it('go on in another invocation when the time is over, and no part is done twice', async () => {
    const world = new World();
    world.place('m-1');
    const message = world.message('m-1');
    let calls = 1;
    while ((await setLocks(message, world.deps({ budgetMs: 1 }))) === 'again') calls += 1;
    expect(calls).toBeGreaterThan(3);
    expect(world.sets).toBe(world.lockedNames().length);
    expect(world.lockedNames()).toEqual(world.names((tenant) => tenant === 'acme'));
  });

  it('are as the holds say whenever functions die', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const world = new World(new Random(seed));
      world.place('m-1');
      world.place('m-2', { subjectId: 'p1' });
      await world.deliver(world.message('m-1'), 0.02);
      expect(world.lockedNames()).toEqual(world.names((tenant) => tenant === 'acme'));
      world.lift('m-1');
      await world.deliver(world.message('m-1'), 0.02);
      expect({ seed, locked: world.lockedNames() }).toEqual({ seed, locked: world.names(hers) });
    }
  });

  it('end as the holds say when one is lifted while its locks are being set', async () => {
    for (let at = 0; at < 24; at++) {
      const world = new World();
      world.place('m-1');
      let releasing: Promise<void> | undefined;
      await world.deliver(world.message('m-1'), 0, (n) => {
        if (n !== at) return;
        world.lift('m-1');
        releasing = world.deliver(world.message('m-1'));
      });
      await releasing;
      expect({ at, locked: world.lockedNames() }).toEqual({ at, locked: [] });
      expect(world.memory.rows.get('m-1')?.appliedAt).toBeUndefined();
    }
  });

  it('end as the holds say when another is placed while they are being removed', async () => {
    for (let at = 0; at < 24; at++) {
      const world = new World();
      world.place('m-1');
      await world.deliver(world.message('m-1'));
      world.lift('m-1');
      world.sets = 0;
      let applying: Promise<void> | undefined;
      await world.deliver(world.message('m-1'), 0, (n) => {
        if (n !== at) return;
        world.place('m-2', { subjectId: 'p1' });
        applying = world.deliver(world.message('m-2'));
      });
      await applying;
      expect({ at, locked: world.lockedNames() }).toEqual({ at, locked: world.names(hers) });
    }
  });

  it('and a message about no hold is an error', async () => {
    const world = new World();
    await expect(setLocks(world.message('m-9'), world.deps())).rejects.toThrow(/not known/);
  });
});

describe('lifting a hold', () => {
  async function withRequests(world: World) {
    const statuses = ['held', 'deferred', 'completed', 'executing', 'held'] as const;
    const harness = new ErasureHarness(new Random(1), NO_FAULTS);
    const ids: string[] = [];
    for (const [n, status] of statuses.entries()) {
      const tenantId = n === 4 ? 'acme-2' : 'acme';
      const body = harness.body({ scope: 'subject', tenantId, subjectId: 'p1' });
      const { requestId } = await createRequest(ADMIN, `key-000${n}`, body, harness.service());
      const record = harness.control.requestRows.get(requestId)?.record;
      if (record === undefined) throw new Error(requestId);
      world.control.requestRows.set(requestId, { record: { ...record, status }, dueAt: null });
      ids.push(requestId);
    }
    return ids;
  }

  it('wakes the tenant’s requests that wait, once the objects are released', async () => {
    const world = new World();
    const [held, deferred] = await withRequests(world);
    world.place('m-1');
    await world.deliver(world.message('m-1'));
    expect(world.woken).toEqual([]);
    world.lift('m-1');
    const lockedAtWaking: number[] = [];
    const deps = world.deps();
    const send: LocksDeps['outbox']['send'] = (message) => {
      lockedAtWaking.push(world.locked.size);
      return deps.outbox.send(message);
    };
    await setLocks(world.message('m-1'), { ...deps, outbox: { send } });
    expect(world.woken).toEqual([held, deferred]);
    expect(lockedAtWaking).toEqual([0, 0]);
  });

  it('wakes them however often functions die', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const world = new World(new Random(seed));
      const [held, deferred] = await withRequests(world);
      world.place('m-1');
      world.lift('m-1');
      await world.deliver(world.message('m-1'), 0.02);
      expect(new Set(world.woken)).toEqual(new Set([held, deferred]));
    }
  });
});
