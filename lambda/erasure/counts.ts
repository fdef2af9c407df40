import { type Counts, RESIDUE_KINDS } from './model';

export function noCounts(): Counts {
  return { versions: 0, deleteMarkers: 0, uploads: 0, items: 0 };
}

export function addCounts(a: Counts, b: Counts): Counts {
  return combine(a, b, (x, y) => x + y);
}

/** `a - b`, kind by kind, never below zero. */
export function subtractCounts(a: Counts, b: Counts): Counts {
  return combine(a, b, (x, y) => Math.max(0, x - y));
}

export function totalOf(counts: Counts): number {
  return RESIDUE_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}

export function sumCounts(all: readonly Counts[]): Counts {
  return all.reduce(addCounts, noCounts());
}

function combine(a: Counts, b: Counts, f: (x: number, y: number) => number): Counts {
  const result = noCounts();
  for (const kind of RESIDUE_KINDS) result[kind] = f(a[kind], b[kind]);
  return result;
}
