import type { Path, Problem } from './problems';
import type { RegisterFile } from './schema';

/** A problem that shows only when files are read together, or entries of one file beside each other. */
export interface CrossProblem extends Problem {
  readonly file: RegisterFile;
  /** The other place of the same file that this one disagrees with. */
  readonly against?: Path;
}

/** One problem at one place. */
export function at(file: RegisterFile, path: Path, message: string, against?: Path): CrossProblem {
  return { file, path, message, ...(against && { against }) };
}

/** Later entries that repeat an earlier one. */
export function repeated(file: RegisterFile, path: Path, values: readonly string[], field?: string): CrossProblem[] {
  const place = (i: number) => (field === undefined ? [...path, i] : [...path, i, field]);
  return values.flatMap((value, i) => {
    const first = values.indexOf(value);
    if (first === i) return [];
    return [at(file, place(i), `expected a new one, got "${value}" of entry [${first}] again`, place(first))];
  });
}

/** A name that should be one of the known ones and is not. */
export function unknown(
  file: RegisterFile,
  path: Path,
  what: string,
  value: string,
  known: readonly string[],
): CrossProblem[] {
  return known.includes(value) ? [] : [at(file, path, `expected ${what} (${known.join(', ')}), got "${value}"`)];
}
