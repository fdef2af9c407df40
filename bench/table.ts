/** One figure of the bench: a count or a ratio, and what it must be. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** In words, e.g. `<= 1.05`; `-` where the figure only informs. */
  readonly target: string;
  /** Absent where the figure only informs. */
  readonly pass?: boolean;
}

/** A figure that must not be above `limit`. */
export function atMost(name: string, value: number, limit: number, digits = 2): Figure {
  return { name, value: value.toFixed(digits), target: `<= ${limit}`, pass: value <= limit };
}

/** A figure that must not be below `limit`. */
export function atLeast(name: string, value: number, limit: number, digits = 2): Figure {
  return { name, value: value.toFixed(digits), target: `>= ${limit}`, pass: value >= limit };
}

/** A figure that must be zero. */
export function none(name: string, count: number): Figure {
  return { name, value: String(count), target: '0', pass: count === 0 };
}

/** A figure without a target. */
export function note(name: string, value: string): Figure {
  return { name, value, target: '-' };
}

/** Middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number) => sorted[i] ?? Number.NaN;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
}

/** The table as text: figure, value, target, verdict. */
export function render(figures: readonly Figure[]): string {
  const verdict = (f: Figure) => (f.pass === undefined ? '' : f.pass ? 'pass' : 'MISSED');
  const rows = figures.map((f) => [f.name, f.value, f.target, verdict(f)]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 6)))
        .join('  '),
    )
    .join('\n');
}
