import type { FieldRule, Transfers } from '../../policies/schema';
import { vocabularyOf } from './field-contract';
import { entriesOf, isScalar, MAX_NESTING, type Scalar } from './payload-entries';
import type { FieldHasher, TokenIssuer } from './ports';
import { hideFromView, shorten } from './transforms';

export interface JsonObject {
  readonly [name: string]: Json;
}
export type Json = Scalar | readonly Json[] | JsonObject;

/** Whose payload it is, and what replaces values. */
export interface MinimiseContext {
  readonly tenantId: string;
  /** Without one no field can be replaced by a token, and such fields are stripped. */
  readonly subjectId?: string;
  readonly words: Transfers;
  readonly tokens: TokenIssuer;
  readonly hasher: FieldHasher;
}

/** What was left out: names that the register knows, and how many it does not. */
export interface Stripped {
  readonly fields: string[];
  readonly unknown: number;
}

export interface Minimised {
  /** A new object of declared fields alone; nothing of the old one is in it but their values. */
  readonly payload: JsonObject;
  readonly stripped: Stripped;
}

/**
 * Fields of a payload that the register knows, and how many it does not. A field is what has a value; an element
 * of a list has its list's path.
 *
 * @throws ProblemError 422 where it has more values than anybody sends
 */
export function fieldsOf(payload: JsonObject, words: Transfers): Stripped {
  return namedAndCounted(entriesOf(payload), words, () => true);
}

/**
 * Makes of a payload what a field contract lets go: declared fields alone, transformed and renamed. What stands where
 * a declared field should and is no plain value is left out too.
 *
 * @param contract rules of the fields, of one processor for one purpose
 * @throws ProblemError 422 as `fieldsOf`; whatever the issuer of tokens or the hasher throws: then nothing may go
 */
export async function minimise(
  payload: JsonObject,
  contract: readonly FieldRule[],
  context: MinimiseContext,
): Promise<Minimised> {
  const entries = entriesOf(payload);
  const rules = contract.filter(({ transform }) => transform !== 'tokenise' || context.subjectId !== undefined);
  let result: Json = {};
  for (const rule of rules) {
    const part = await project(payload, stepsOf(rule), 0, { rule, context });
    if (part !== undefined) result = merge(result, part);
  }
  const goes = new Set(rules.map(({ name }) => name));
  return {
    payload: result as JsonObject,
    stripped: namedAndCounted(entries, context.words, ({ path, scalar }) => !(scalar && goes.has(path))),
  };
}

function namedAndCounted(
  entries: ReturnType<typeof entriesOf>,
  words: Transfers,
  which: (entry: { readonly path: string; readonly scalar: boolean }) => boolean,
): Stripped {
  const { fields } = vocabularyOf(words);
  const paths = [...new Set(entries.filter(which).map(({ path }) => path))];
  const named = paths.filter((path) => fields.has(path));
  return { fields: named.sort(), unknown: paths.length - named.length };
}

/** One name on the way to a field, and the names that it becomes: none, where the new path is shorter. */
interface Step {
  readonly from: string;
  readonly to: readonly string[];
}

function stepsOf({ name, as = name }: FieldRule): Step[] {
  const from = name.split('.');
  const to = as.split('.');
  const last = from.length - 1;
  return from.map((part, i) => ({ from: part, to: to.slice(i, i < last ? i + 1 : undefined) }));
}

/** The one field of a rule, in the lists and objects that it stands in. Undefined where it is not there. */
async function project(
  node: Json,
  steps: readonly Step[],
  nesting: number,
  by: { readonly rule: FieldRule; readonly context: MinimiseContext },
): Promise<Json | undefined> {
  const [step, ...rest] = steps;
  if (isScalar(node)) return step === undefined ? transformed(node, by.rule, by.context) : undefined;
  if (nesting > MAX_NESTING) return undefined;
  if (Array.isArray(node)) {
    const items: (Json | undefined)[] = [];
    for (const item of node as readonly Json[]) items.push(await project(item, steps, nesting + 1, by));
    // Objects keep their places in a list, as other fields may be put into them.
    const areObjects = steps.some(({ to }) => to.length > 0);
    return areObjects ? items.map((item) => item ?? {}) : items.filter((item) => item !== undefined);
  }
  if (step === undefined || !Object.hasOwn(node, step.from)) return undefined;
  const inner = await project((node as JsonObject)[step.from] as Json, rest, nesting + 1, by);
  return inner === undefined ? undefined : step.to.reduceRight<Json>((value, name) => ({ [name]: value }), inner);
}

/** Parts of one payload in one: objects member by member, lists element by element. */
function merge(one: Json, other: Json): Json {
  if (Array.isArray(one) && Array.isArray(other)) {
    const [a, b] = [one as readonly Json[], other as readonly Json[]];
    return a.length === b.length ? a.map((item, i) => merge(item, b[i] as Json)) : a;
  }
  if (isScalar(one) || isScalar(other) || Array.isArray(one) || Array.isArray(other)) return one;
  const merged: Record<string, Json> = { ...(one as JsonObject) };
  for (const [name, value] of Object.entries(other))
    merged[name] = Object.hasOwn(merged, name) ? merge(merged[name] as Json, value) : value;
  return merged;
}

/** Nothing stays nothing: there is no value to hide. */
async function transformed(value: Scalar, rule: FieldRule, context: MinimiseContext): Promise<Scalar | undefined> {
  if (value === null || rule.transform === 'keep') return value;
  const { tenantId, subjectId, tokens, hasher } = context;
  const of = { tenantId, field: rule.name, value: String(value) };
  switch (rule.transform) {
    case 'mask':
      return hideFromView(of.value, rule.keep);
    case 'truncate':
      return shorten(of.value, rule.keep);
    case 'hash':
      return hasher.hash(of);
    case 'tokenise':
      return subjectId === undefined ? undefined : tokens.issue({ ...of, subjectId });
  }
}
