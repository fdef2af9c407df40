import { unprocessable } from '../shared/problem';

export type Scalar = string | number | boolean | null;

/** Something in a payload that is a value or holds nothing. */
export interface Entry {
  /** Names separated by dots; for counting alone where it cannot be a registered one. Never log it: callers choose it. */
  readonly path: string;
  readonly scalar: boolean;
}

/** Names on the way to a registered field (FIELD_PATH), and one more: what lies deeper is looked at as one thing. */
const MAX_DEPTH = 6;
/** Lists and objects within each other. */
export const MAX_NESTING = 16;
const MAX_VALUES = 2_000;
const NAME = /^[a-z][A-Za-z0-9]*$/;
/** In no registered name, so that nothing below can be taken for one. */
const STRANGE = '\u0000';

export function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** @throws ProblemError 422 where there are more than 2,000 values */
export function entriesOf(payload: object): Entry[] {
  const entries: Entry[] = [];
  const add = (path: string, scalar: boolean) => {
    if (entries.length === MAX_VALUES)
      throw unprocessable(`Send at most ${MAX_VALUES.toLocaleString('en-GB')} values in a payload, or split it.`);
    entries.push({ path, scalar });
  };
  const walk = (value: unknown, path: string, depth: number, nesting: number) => {
    const inside = insideOf(value, path);
    const tooDeep = depth > MAX_DEPTH || nesting > MAX_NESTING;
    if (inside.length === 0 || tooDeep) add(path, isScalar(value));
    else for (const [at, inner] of inside) walk(inner, at, depth + (at === path ? 0 : 1), nesting + 1);
  };
  for (const [at, inner] of insideOf(payload, '')) walk(inner, at, 1, 1);
  return entries;
}

/** What a list or an object holds, each with its path; nothing for a plain value. */
function insideOf(value: unknown, path: string): [string, unknown][] {
  if (Array.isArray(value)) return value.map((item) => [path, item]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, member]) => [below(path, name), member]);
}

/** A name with a dot in it must not pass for two. */
function below(path: string, name: string): string {
  const plain = NAME.test(name) ? name : `${STRANGE}${name}`;
  return path === '' ? plain : `${path}.${plain}`;
}
