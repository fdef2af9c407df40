import type { TileName } from './tiles';
import type { LogKey } from './verify';

/** The log as it is read to prove something. */
export interface ProvableLog {
  /** The latest checkpoint, word for word; undefined before the first. */
  latest(): Promise<string | undefined>;
  /** The checkpoint that was signed for a tree of this size; undefined where none was. */
  checkpointOf(size: number): Promise<string | undefined>;
  /** Hashes of the complete subtrees of a tree of this size, one behind the other, where they were kept. */
  readEdge?(size: number): Promise<Uint8Array | undefined>;
  /** Undefined where it is not there. */
  read(tile: TileName): Promise<Uint8Array | undefined>;
}

/** Finds events by what they are about. */
export interface PlaceFinder {
  /** Index of the latest event about this very thing; undefined where none has a place yet. */
  latestOf(about: string): Promise<number | undefined>;
}

/** What proofs are made and checked with. */
export interface ProofDeps {
  readonly log: ProvableLog;
  readonly places: PlaceFinder;
  /** Public keys of the log. A proof that they do not bear out is never handed out. */
  readonly keys: () => Promise<readonly LogKey[]>;
  /** First line of every checkpoint. */
  readonly origin: string;
}
