import { StoreBusyError, StoreFaultError } from '../../lambda/erasure/errors';
import type { ErasableStore, Lane, Ref, Refusal, Residue, ResidueReader, Target } from '../../lambda/erasure/ports';
import type { HeldKeys } from '../../lambda/holds/cover';
import type { Store } from '../../lambda/shared/inventory';
import type { Random } from './random';

/** What goes wrong, as probabilities per call or per key. */
export interface Faults {
  /** The function dies, before or after the call took effect. */
  readonly kill: number;
  /** 503: nothing of the call took effect. */
  readonly busy: number;
  /** 500 or a lost answer: the call may have taken effect. */
  readonly fault: number;
  /** One key of a batch is refused inside a 200. */
  readonly keyError: number;
  /** Somebody writes into the scope between two calls. */
  readonly lateWrite: number;
  /** A message is delivered twice. */
  readonly duplicate: number;
  /** Share of keys that are refused for ever although nothing locks them. */
  readonly denied: number;
}

export const NO_FAULTS: Faults = { kill: 0, busy: 0, fault: 0, keyError: 0, lateWrite: 0, duplicate: 0, denied: 0 };

/** A function's process died. Nothing it does afterwards has any effect. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}

/** One invocation; once dead, every further call of it fails. */
export class Invocation {
  private dead = false;

  constructor(
    private readonly random: Random,
    private readonly killChance: number,
    private readonly tick: () => void,
  ) {}

  /** Runs one call of the invocation, which may die before it or after it. */
  async call<T>(effect: () => T): Promise<T> {
    await Promise.resolve();
    this.tick();
    this.maybeDie();
    const result = effect();
    this.maybeDie();
    return result;
  }

  private maybeDie(): void {
    if (!this.dead && this.random.chance(this.killChance)) this.dead = true;
    if (this.dead) throw new KilledError('killed');
  }
}

interface Thing extends Ref {
  readonly locked: boolean;
  readonly denied: boolean;
  readonly writtenAt: number;
}

/** Listing order of S3 and DynamoDB. */
function inOrder(a: Thing, b: Thing): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : a.part < b.part ? -1 : a.part > b.part ? 1 : 0;
}

const PAGE = 7;

/** One bucket or table in memory, with what ever was erased from it. */
export class MemoryStore {
  private things: Thing[] = [];
  private written = 0;
  readonly erased: Thing[] = [];

  constructor(
    readonly store: Store,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly now: () => number,
  ) {}

  write(kind: Ref['kind'], key: string, part?: string, locked = false): void {
    const id = part ?? `v${String(this.written++).padStart(6, '0')}`;
    const denied = !locked && this.random.chance(this.faults.denied);
    this.things.push({
      kind,
      key,
      part: id,
      partition: key.split('/')[1] ?? key,
      locked,
      denied,
      writtenAt: this.now(),
    });
    this.things.sort(inOrder);
  }

  all(): readonly Thing[] {
    return this.things;
  }

  /** The eraser's view within one invocation. */
  erasable(invocation: Invocation): ErasableStore {
    return {
      store: this.store,
      batchSize: this.store.kind === 's3' ? 10 : 5,
      list: (lane, cursor) => invocation.call(() => this.list(lane, cursor)),
      erase: (batch) => invocation.call(() => this.erase(batch)),
      isLocked: (ref) =>
        invocation.call(() => this.things.some((t) => t.key === ref.key && t.part === ref.part && t.locked)),
    };
  }

  /** The verifier's view within one invocation. */
  async *residue(invocation: Invocation, target: Target, isHeld: HeldKeys = () => false): AsyncGenerator<Residue[]> {
    const found = await invocation.call(() => {
      this.maybeFail();
      return this.things.filter((t) => belongsTo(t, this.store, target));
    });
    yield found.map((thing) => ({ kind: thing.kind, held: thing.locked || isHeld(thing) }));
  }

  private list(lane: Lane, cursor?: string): { refs: Ref[]; next?: string } {
    this.maybeFail();
    const matching = this.things.filter((t) => inLane(t, lane) && (cursor === undefined || position(t) > cursor));
    const refs = matching.slice(0, PAGE);
    const last = refs.at(-1);
    return matching.length > PAGE && last !== undefined ? { refs, next: position(last) } : { refs };
  }

  private erase(batch: readonly Ref[]): Refusal[] {
    if (this.random.chance(this.faults.busy)) throw new StoreBusyError(this.store.id);
    const answerLost = this.random.chance(this.faults.fault);
    const refusals = batch.flatMap((ref): Refusal[] => {
      const thing = this.things.find((t) => t.kind === ref.kind && t.key === ref.key && t.part === ref.part);
      if (thing === undefined) return [];
      if (thing.locked || thing.denied) return [{ ref, cause: 'denied' }];
      if (this.random.chance(this.faults.keyError)) return [{ ref, cause: this.random.pick(['busy', 'fault']) }];
      this.things.splice(this.things.indexOf(thing), 1);
      this.erased.push(thing);
      return [];
    });
    if (answerLost) throw new StoreFaultError(this.store.id);
    return refusals;
  }

  private maybeFail(): void {
    if (this.random.chance(this.faults.busy)) throw new StoreBusyError(this.store.id);
    if (this.random.chance(this.faults.fault)) throw new StoreFaultError(this.store.id);
  }
}

export function memoryReader(stores: readonly MemoryStore[], invocation: Invocation): ResidueReader {
  return {
    read(store, target, isHeld) {
      const memory = stores.find((s) => s.store.id === store.id);
      if (memory === undefined) throw new Error(`no store ${store.id}`);
      return memory.residue(invocation, target, isHeld);
    },
  };
}

/** Whether a thing is the target's, told by its key alone and not by the engine's lanes. */
export function belongsTo(thing: Ref, store: Store, target: Target): boolean {
  const [tenant, shard, subject] =
    store.kind === 's3' ? thing.key.split('/') : [...thing.key.split('#'), thing.part.split('#')[0]];
  if (tenant !== target.tenantId) return false;
  if (target.scope === 'tenant') return true;
  return subject === target.subjectId || (store.subjectErasure === 'own-and-shared' && shard === '_');
}

function inLane(thing: Thing, lane: Lane): boolean {
  if (lane.kind === 'items') return thing.key === lane.prefix && thing.part.startsWith(lane.sortKeyPrefix ?? '');
  if ((lane.kind === 'uploads') !== (thing.kind === 'uploads')) return false;
  if (!thing.key.startsWith(lane.prefix)) return false;
  return (lane.from === undefined || thing.key > lane.from) && (lane.until === undefined || thing.key <= lane.until);
}

function position(ref: Ref): string {
  return `${ref.key}\0${ref.part}`;
}
