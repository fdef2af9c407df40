import type { LedgerEvent } from './event';
import type { Hash } from './merkle';
import type { TileName } from './tiles';

/** An event on its way into the tree. `about` and `sequence` together name it, and no other. */
export interface Waiting {
  readonly event: Pick<LedgerEvent, 'about' | 'sequence'>;
  readonly entry: Uint8Array;
}

/** Where events lie in the tree. */
export interface Places {
  /** Those of the events that have no place yet, in their order. */
  withoutPlace(events: readonly Waiting[]): Promise<readonly Waiting[]>;
  /** Notes the places of entries from `start` on. Again is harmless. */
  note(start: number, entries: readonly Uint8Array[]): Promise<void>;
}

/** How far the tree is. */
export interface Head {
  readonly size: number;
  readonly root: Hash;
  /** When the last checkpoint was signed; null before the first. */
  readonly signedAt: string | null;
}

/** The head, changed on condition, so that two sequencers do no harm. */
export interface HeadKeeper {
  read(): Promise<Head>;
  /** False where somebody else moved on from `from` already. */
  advance(from: Head, to: Head): Promise<boolean>;
}

/** Tiles, claims and checkpoints, in storage that keeps every version. */
export interface LogStore {
  /**
   * Settles which entries follow the first `start`: writes them, unless somebody did before. The answer is what
   * stands there now, and every sequencer builds from that.
   */
  claim(start: number, entries: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** What was claimed for a start, if anything was. */
  claimed(start: number): Promise<readonly Uint8Array[] | undefined>;
  /** Writing the same bytes again is harmless. @throws LedgerConflictError when other bytes are there */
  write(tile: TileName, bytes: Uint8Array): Promise<void>;
  /** Keeps the hashes of the complete subtrees of a tree, so that a proof reads them at once. Again is harmless. */
  writeEdge(size: number, hashes: Uint8Array): Promise<void>;
  /** @throws when it is not there */
  read(tile: TileName): Promise<Uint8Array>;
  /** Keeps a checkpoint under its size for ever, and makes it the latest unless a larger one is. */
  publish(size: number, checkpoint: string): Promise<void>;
}

/** Signs the text of a checkpoint; gives the whole note. */
export interface CheckpointSigner {
  sign(text: string): Promise<string>;
}

/** Takes copies of checkpoints to where the sequencer cannot change them: whoever holds one can prove a rewrite. */
export interface Witnesses {
  tell(size: number, checkpoint: string): Promise<void>;
}
