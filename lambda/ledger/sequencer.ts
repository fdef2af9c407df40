import type { Clock } from '../shared/clock';
import { instant } from '../shared/clock';
import { append, type Edge, edgeHashes, readEdge } from './append';
import { equal } from './merkle';
import { checkpointText } from './note';
import type { CheckpointSigner, Head, HeadKeeper, LogStore, Places, Waiting, Witnesses } from './ports';

export interface SequencerDeps {
  readonly places: Places;
  readonly heads: HeadKeeper;
  readonly store: LogStore;
  readonly signer: CheckpointSigner;
  readonly witnesses: Witnesses;
  readonly clock: Clock;
  /** First line of every checkpoint. */
  readonly origin: string;
  /** Milliseconds after which a checkpoint is signed though nothing happened. */
  readonly quietMs: number;
}

/** Something that must not be: other bytes stand where ours belong. Nothing is written over them. */
export class LedgerConflictError extends Error {
  override readonly name = 'LedgerConflictError';
}

const EMPTY_ENTRY = new Uint8Array();
/** More rounds than two sequencers need; beyond it the events are delivered again. */
const MAX_ROUNDS = 20;

/** Keeps the edge of the tree between turns of one process; it is read from storage where it is not the head's. */
export class EdgeCache {
  private edge: Edge | undefined;

  async at(size: number, store: Pick<LogStore, 'read'>): Promise<Edge> {
    if (this.edge?.size !== size) this.edge = await readEdge(size, store);
    return this.edge;
  }

  keep(edge: Edge): void {
    this.edge = edge;
  }
}

/**
 * Puts events into the tree, in their order, and signs a checkpoint over them. Delivered again, killed anywhere, or run
 * twice at once, each event gets one place: what follows a size is settled by the first claim for it, tiles and
 * checkpoint follow from the claim alone, and an event that has a place is not claimed again.
 *
 * @returns how many entries this call brought into the tree, those of a claim that another left unfinished included
 * @throws when it could not; the events have to be delivered again
 */
export async function sequence(events: readonly Waiting[], deps: SequencerDeps, edges: EdgeCache): Promise<number> {
  let appended = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const head = await deps.heads.read();
    const standing = await deps.store.claimed(head.size);
    if (standing !== undefined) {
      appended += await complete(head, standing, deps, edges);
      continue;
    }
    // Asked after the head was read: whatever got a place before is seen, and what gets one later moves the head.
    const left = await deps.places.withoutPlace(events);
    if (left.length === 0) return appended;
    const claimed = await deps.store.claim(
      head.size,
      left.map(({ entry }) => entry),
    );
    appended += await complete(head, claimed, deps, edges);
    // All that was left has its place now; had another's claim come first, the next round would see.
    if (sameEntries(claimed, left)) return appended;
  }
  throw new Error('the ledger kept moving under this sequencer');
}

function sameEntries(claimed: readonly Uint8Array[], left: readonly Waiting[]): boolean {
  return claimed.length === left.length && left.every(({ entry }, i) => equal(entry, claimed[i] ?? EMPTY_ENTRY));
}

/** Signs a checkpoint when the last is a while ago: it says that nothing is missing. */
export async function signWhenQuiet(deps: SequencerDeps, edges: EdgeCache): Promise<boolean> {
  await sequence([], deps, edges);
  const head = await deps.heads.read();
  const age =
    head.signedAt === null ? Number.POSITIVE_INFINITY : deps.clock.now().getTime() - Date.parse(head.signedAt);
  return age >= deps.quietMs && (await signAndAdvance(head, head, deps));
}

/** Carries a claim out: entries, tiles, checkpoint, places, head, in this order. */
async function complete(
  head: Head,
  entries: readonly Uint8Array[],
  deps: SequencerDeps,
  edges: EdgeCache,
): Promise<number> {
  const grown = append(await edges.at(head.size, deps.store), entries);
  await Promise.all([
    ...grown.written.map(({ tile, bytes }) => deps.store.write(tile, bytes)),
    deps.store.writeEdge(grown.edge.size, Buffer.concat(edgeHashes(grown.edge))),
  ]);
  await deps.places.note(head.size, entries);
  const moved = await signAndAdvance(head, { size: grown.edge.size, root: grown.root }, deps);
  edges.keep(grown.edge);
  return moved ? entries.length : 0;
}

async function signAndAdvance(
  head: Head,
  next: Pick<Head, 'size' | 'root'>,
  { signer, store, witnesses, heads, clock, origin }: SequencerDeps,
): Promise<boolean> {
  const checkpoint = await signer.sign(checkpointText({ origin, size: next.size, root: next.root }));
  // Whoever else is at it signs the same text, so it does no harm to publish before the head moves.
  await store.publish(next.size, checkpoint);
  const moved = await heads.advance(head, { size: next.size, root: next.root, signedAt: instant(clock.now()) });
  if (moved) await witnesses.tell(next.size, checkpoint);
  return moved;
}
