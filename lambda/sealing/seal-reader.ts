import { noCounts } from '../erasure/counts';
import type { Counts, ResidueKind } from '../erasure/model';
import type { Target } from '../erasure/ports';
import { rowOfName, type SealedName } from './vault-layout';

/** Something that lies in the vault, as its key names it. */
export interface VaultThing extends SealedName {
  /** What it is there: a version, marker or upload of the bucket, or a row of the table. */
  readonly as: ResidueKind;
}

/** The verifier's way into the vault: keys only. Methods throw StoreBusyError and StoreFaultError. */
export interface VaultLister {
  /** What the bucket has of a target and request, in pages. */
  objects(target: Target, requestId: string): AsyncIterable<VaultThing[]>;
  /** What the table has of a target and request, in pages and in the order of the names. */
  rows(target: Target, requestId: string): AsyncIterable<VaultThing[]>;
}

export interface SealReading {
  /** What lies sealed, by the kind it had in its store: what has a description and, where it needs one, a copy. */
  readonly sealed: Counts;
  /** All that is in bucket and table, whole or not. At the end of a seal none of it may be left. */
  readonly remains: Counts;
}

/**
 * Counts what lies sealed of one request and store, in two ways that must agree: by the descriptions in the table
 * and by the objects in the bucket. What one of them lacks does not count as sealed.
 */
export async function readSealed(
  of: { readonly target: Target; readonly requestId: string; readonly storeId: string },
  vault: VaultLister,
): Promise<SealReading> {
  const sealed = noCounts();
  const remains = noCounts();
  const described = new Set<string>();
  let lastRow = '';
  for await (const page of vault.rows(of.target, of.requestId))
    for (const thing of page) {
      if (thing.storeId !== of.storeId) continue;
      remains.items += 1;
      if (thing.kind === 'versions') described.add(thing.name);
      else if (thing.kind === 'deleteMarkers') sealed.deleteMarkers += 1;
      else if (rowOfName(thing.name) !== lastRow) {
        // A row that changed while it was sealed lies there in more than one state, one after the other.
        lastRow = rowOfName(thing.name);
        sealed.items += 1;
      }
    }
  for await (const page of vault.objects(of.target, of.requestId))
    for (const thing of page) {
      if (thing.storeId !== of.storeId) continue;
      remains[thing.as] += 1;
      // Each description counts once, however often two sealers copied at the same time.
      if (thing.as === 'versions' && described.delete(thing.name)) sealed.versions += 1;
    }
  return { sealed, remains };
}
