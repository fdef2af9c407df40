import { noCounts } from '../../lambda/erasure/counts';
import { StoreBusyError, StoreFaultError } from '../../lambda/erasure/errors';
import type { Counts, Lane } from '../../lambda/erasure/model';
import type { ErasableStore, Ref, Refusal, Residue, ResidueReader, Target } from '../../lambda/erasure/ports';
import type { Store } from '../../lambda/shared/inventory';
import type { Chance } from './chance';
import type { VirtualTime } from './time';

/** One thing that exists, and what is true about it. */
export interface Thing extends Ref {
  /** Whether the run's request is about it. */
  readonly targeted: boolean;
  readonly locked: boolean;
  /** Milliseconds since the epoch. */
  readonly bornAt: number;
}

/** How badly a store behaves: probabilities per call or per key. */
export interface Faults {
  /** 503 or a throttled query, per call. */
  readonly busyCall: number;
  /** A broken connection, per call; a deletion may have happened in part. */
  readonly brokenCall: number;
  /** Per key inside a call that succeeds: asked to slow down, internal error, access denied. */
  readonly busyKey: number;
  readonly faultKey: number;
  readonly deniedKey: number;
  /** Something new is written while a call is under way. */
  readonly lateWrite: number;
  /** A call takes so long that the caller loses its lease. */
  readonly stall: number;
}

const STALL_MS = 10 * 60_000;

/** A store in memory that knows the truth and keeps to no contract but its port's. */
export class FaultyStore implements ErasableStore, ResidueReader {
  /** What calls of the eraser removed of what was targeted. */
  readonly erased: Counts = noCounts();
  /** Things removed that the request was not about; there must never be one. */
  strangersErased = 0;
  private readonly things: Thing[] = [];
  private readonly present = new Map<string, Thing>();

  constructor(
    readonly store: Store,
    readonly batchSize: number,
    private readonly pageSize: number,
    private readonly faults: Faults,
    private readonly chance: Chance,
    private readonly time: VirtualTime,
    /** Makes what the late writer writes; undefined once he has stopped. */
    private readonly lateThing: () => Thing | undefined,
  ) {}

  put(...things: Thing[]): void {
    for (const thing of things) {
      this.things.push(thing);
      this.present.set(idOf(thing), thing);
    }
    this.things.sort(inListingOrder);
  }

  /** What the request was about and what still exists. */
  remaining(): Thing[] {
    return [...this.present.values()].filter((thing) => thing.targeted);
  }

  async list(lane: Lane, cursor?: string): Promise<{ refs: Ref[]; next?: string }> {
    this.call();
    const matching: Thing[] = [];
    for (let i = cursor === undefined ? 0 : this.after(cursor); i < this.things.length; i++) {
      const thing = this.things[i];
      if (thing !== undefined && this.present.has(idOf(thing)) && inLane(thing, lane)) matching.push(thing);
      if (matching.length > this.pageSize) break;
    }
    const refs = matching.slice(0, this.pageSize);
    const last = refs.at(-1);
    return last !== undefined && matching.length > refs.length ? { refs, next: positionOf(last) } : { refs };
  }

  async erase(batch: readonly Ref[]): Promise<Refusal[]> {
    if (batch.length > this.batchSize) throw new Error(`a batch of ${batch.length} is too large`);
    this.time.pass();
    if (this.chance.happens(this.faults.brokenCall)) {
      for (const ref of batch) if (this.chance.happens(0.5)) this.remove(ref);
      throw new StoreFaultError(this.store.id);
    }
    this.call();
    const refusals: Refusal[] = [];
    for (const ref of batch) {
      const cause = this.refusalOf(ref);
      if (cause === undefined) this.remove(ref);
      else refusals.push({ ref, cause });
    }
    return refusals;
  }

  async isLocked(ref: Ref): Promise<boolean> {
    this.call();
    return this.present.get(idOf(ref))?.locked ?? false;
  }

  async *read(_store: Store, _target: Target): AsyncIterable<Residue[]> {
    let position = '';
    for (;;) {
      this.call();
      const page: Thing[] = [];
      for (let i = this.after(position); i < this.things.length && page.length < this.pageSize; i++) {
        const thing = this.things[i];
        if (thing !== undefined && this.present.has(idOf(thing)) && thing.targeted) page.push(thing);
      }
      const last = page.at(-1);
      if (last === undefined) return;
      position = positionOf(last);
      yield page.map(({ kind, locked }) => ({ kind, held: locked }));
    }
  }

  /** What may go wrong with any call, before it has an effect. */
  private call(): void {
    this.time.pass();
    if (this.chance.happens(this.faults.lateWrite)) {
      const late = this.lateThing();
      if (late !== undefined) this.put(late);
    }
    if (this.chance.happens(this.faults.stall)) this.time.pass(STALL_MS);
    if (this.chance.happens(this.faults.busyCall)) throw new StoreBusyError(this.store.id);
    if (this.chance.happens(this.faults.brokenCall)) throw new StoreFaultError(this.store.id);
  }

  private refusalOf(ref: Ref): Refusal['cause'] | undefined {
    const thing = this.present.get(idOf(ref));
    // The port's contract: erasing what is gone already succeeds.
    if (thing === undefined) return undefined;
    if (thing.locked || this.chance.happens(this.faults.deniedKey)) return 'denied';
    if (this.chance.happens(this.faults.busyKey)) return 'busy';
    return this.chance.happens(this.faults.faultKey) ? 'fault' : undefined;
  }

  private remove(ref: Ref): void {
    const thing = this.present.get(idOf(ref));
    if (thing === undefined || thing.locked) return;
    this.present.delete(idOf(ref));
    if (thing.targeted) this.erased[thing.kind] += 1;
    else this.strangersErased += 1;
  }

  /** Index of the first thing after a position. */
  private after(position: string): number {
    let low = 0;
    let high = this.things.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const thing = this.things[middle];
      if (thing !== undefined && positionOf(thing) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function inLane(thing: Thing, lane: Lane): boolean {
  switch (lane.kind) {
    case 'items':
      return thing.kind === 'items' && thing.key === lane.prefix && thing.part.startsWith(lane.sortKeyPrefix ?? '');
    case 'uploads':
      return thing.kind === 'uploads' && thing.key.startsWith(lane.prefix);
    case 'versions':
      return (
        (thing.kind === 'versions' || thing.kind === 'deleteMarkers') &&
        thing.key.startsWith(lane.prefix) &&
        (lane.from === undefined || thing.key > lane.from) &&
        (lane.until === undefined || thing.key <= lane.until)
      );
    default:
      return lane.kind satisfies never;
  }
}

const idOf = (ref: Ref) => `${ref.kind}\0${ref.key}\0${ref.part}`;
const positionOf = (ref: Ref) => `${ref.key}\0${ref.part}\0${ref.kind}`;
const inListingOrder = (a: Thing, b: Thing) => (positionOf(a) < positionOf(b) ? -1 : 1);
