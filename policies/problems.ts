import type * as z from 'zod';

/** A place inside one file of the register: keys and list positions from the top. */
export type Path = readonly (string | number)[];

/** One thing wrong at one place; the message says what was expected there. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** zod's names of types as a reader of YAML would say them. */
const WORDS: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  int: 'a whole number',
};

/** `rules[3].period.value`; the top of a file is `(file)`. */
export function pathText(path: Path): string {
  if (path.length === 0) return '(file)';
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** zod's issues as problems, each with the expectation and the value that was found instead. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.flatMap((issue) => describe(issue, [], input));
}

function describe(issue: z.core.$ZodIssue, base: Path, input: unknown): Problem[] {
  const path: Path = [...base, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  switch (issue.code) {
    case 'unrecognized_keys':
      // One problem per key, so that each points to its own line.
      return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown field, expected none of this name' }));
    case 'invalid_key':
      return [{ path, message: `expected as a name ${issue.issues.map((inner) => inner.message).join(', ')}` }];
    case 'invalid_union':
      return describeUnion(issue, path, input);
    default:
      return [{ path, message: `expected ${expectation(issue)}, got ${found(valueAt(input, path))}` }];
  }
}

/** The branch that got furthest says what is wrong; if none took the value at all, say all that would do. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, input: unknown): Problem[] {
  const deeper = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0));
  if (deeper !== undefined && deeper.length > 0) return deeper.flatMap((inner) => describe(inner, path, input));
  const value = found(valueAt(input, path));
  if ('options' in issue && issue.options !== undefined)
    return [{ path, message: `expected ${issue.options.map((option) => String(option)).join(' or ')}, got ${value}` }];
  const choices = issue.errors.flatMap((branch) => branch.filter((inner) => inner.path.length === 0).map(expectation));
  return [{ path, message: `expected ${choices.join(' or ')}, got ${value}` }];
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return WORDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'too_small':
    case 'too_big':
      return custom(issue.message) ?? `${issue.code === 'too_small' ? 'at least' : 'at most'} ${bound(issue)}`;
    case 'invalid_format':
      return issue.format === 'date' ? 'a calendar date such as 2027-05-13' : issue.message;
    default:
      return issue.message;
  }
}

/** The schema's own words, where it has any. */
function custom(message: string): string | undefined {
  return message.startsWith('Too ') ? undefined : message;
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const unit = issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : '';
  return `${limit}${unit}`;
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  return `${typeof value} ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
