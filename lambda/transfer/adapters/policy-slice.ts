import type { Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicyQuestion } from '../engine';

/**
 * Which policies can matter to a question. A policy is left out only where Cedar's own semantics make sure that it is
 * neither satisfied nor fails: its scope names another kind of processor or action, or its conditions, evaluated from
 * the left as Cedar does, are decided by known words before anything else is read. So the answer with the policies
 * that are left is the answer with all of them, and its reasons are the same. The tests compare the two.
 */

/** What of a question is known before Cedar is asked. */
export type Known = Pick<
  PolicyQuestion,
  'purpose' | 'dataRole' | 'basis' | 'commercial' | 'sensitive' | 'categories'
> & { readonly kind: string };

export const ACTION = { type: 'Action', id: 'transfer' } as const;
export const KIND_TYPE = 'Kind';

/** False where a policy can neither be satisfied nor fail. */
export function canMatter(policy: PolicyJson, known: Known): boolean {
  return scopeCanMatch(policy, known) && conditionsCanHold(policy, known);
}

function scopeCanMatch({ action, resource }: PolicyJson, { kind }: Known): boolean {
  if (action.op === '==' && 'entity' in action && !isSame(action.entity, ACTION)) return false;
  const constraint = resource.op === 'is' ? resource.in : resource.op === 'in' ? resource : undefined;
  if (constraint === undefined || !('entity' in constraint)) return true;
  const { type, id } = uid(constraint.entity);
  // A processor is in its own kind and in no other.
  return type !== KIND_TYPE || id === kind;
}

/** Conditions hold together, from the first to the last. */
function conditionsCanHold({ conditions }: PolicyJson, known: Known): boolean {
  for (const { kind, body } of conditions) {
    const truth = truthOf(body, known);
    if (truth === undefined) return true;
    if (truth === (kind === 'unless')) return false;
  }
  return true;
}

/** What an expression is, where it is sure that Cedar gets there without an error; undefined where it is not. */
function truthOf(expression: Expr, known: Known): boolean | undefined {
  const e = expression as Nodes;
  // What stands to the left is evaluated first, and decides alone or not at all.
  if (e['&&']) {
    const left = truthOf(e['&&'].left, known);
    return left === true ? truthOf(e['&&'].right, known) : left;
  }
  if (e['||']) {
    const left = truthOf(e['||'].left, known);
    return left === false ? truthOf(e['||'].right, known) : left;
  }
  if (e['!']) {
    const inner = truthOf(e['!'].arg, known);
    return inner === undefined ? undefined : !inner;
  }
  if (e['==']) return isEqual(e['=='], known);
  if (e['!=']) {
    const equal = isEqual(e['!='], known);
    return equal === undefined ? undefined : !equal;
  }
  if (e.contains) return isContained(e.contains, known);
  if (e.in) return isOfKind(e.in, known);
  if (e['.']) return flagOf(e['.'], known);
  return undefined;
}

function isEqual({ left, right }: Pair, known: Known): boolean | undefined {
  const [a, b] = [wordOf(left, known), wordOf(right, known)];
  return a === undefined || b === undefined ? undefined : a === b;
}

function isContained({ left, right }: Pair, known: Known): boolean | undefined {
  const [words, word] = [wordsOf(left, known), wordOf(right, known)];
  return words === undefined || word === undefined ? undefined : words.includes(word);
}

function isOfKind({ left, right }: Pair, { kind }: Known): boolean | undefined {
  const value = (right as Nodes).Value as { __entity?: { type: string; id: string } } | undefined;
  if ((left as Nodes).Var !== 'resource' || value?.__entity?.type !== KIND_TYPE) return undefined;
  return value.__entity.id === kind;
}

function flagOf({ left, attr }: Access, known: Known): boolean | undefined {
  if ((left as Nodes).Var !== 'context') return undefined;
  return attr === 'commercial' || attr === 'sensitive' ? known[attr] : undefined;
}

function wordOf(expression: Expr, known: Known): string | undefined {
  const { Value, '.': access } = expression as Nodes;
  if (typeof Value === 'string') return Value;
  if (access === undefined || (access.left as Nodes).Var !== 'context') return undefined;
  const { attr } = access;
  return attr === 'purpose' || attr === 'dataRole' || attr === 'basis' ? known[attr] : undefined;
}

function wordsOf(expression: Expr, known: Known): readonly string[] | undefined {
  const { Set: items, '.': access } = expression as Nodes;
  if (items !== undefined) {
    const words = items.map((item) => (item as Nodes).Value);
    return words.every((word) => typeof word === 'string') ? (words as string[]) : undefined;
  }
  return access?.attr === 'categories' && (access.left as Nodes).Var === 'context' ? known.categories : undefined;
}

interface Pair {
  readonly left: Expr;
  readonly right: Expr;
}

interface Access {
  readonly left: Expr;
  readonly attr: string;
}

/** Cedar's expressions, each an object of one member. */
interface Nodes {
  readonly Value?: unknown;
  readonly Var?: string;
  readonly Set?: readonly Expr[];
  readonly '!'?: { readonly arg: Expr };
  readonly '.'?: Access;
  readonly '&&'?: Pair;
  readonly '||'?: Pair;
  readonly '=='?: Pair;
  readonly '!='?: Pair;
  readonly contains?: Pair;
  readonly in?: Pair;
}

type Uid = { readonly type: string; readonly id: string };

function uid(entity: Uid | { readonly __entity: Uid }): Uid {
  return '__entity' in entity ? entity.__entity : entity;
}

function isSame(entity: Uid | { readonly __entity: Uid }, other: Uid): boolean {
  const { type, id } = uid(entity);
  return type === other.type && id === other.id;
}

/** Attributes that policies read, by whose they are. `all` where an expression could read any. */
export interface Reads {
  readonly principal: ReadonlySet<string> | 'all';
  readonly resource: ReadonlySet<string> | 'all';
  readonly context: ReadonlySet<string> | 'all';
}

/** What the conditions of these policies read: nothing else has to be told to Cedar. */
export function readsOf(policies: readonly PolicyJson[]): Reads {
  const read = { principal: new Set<string>(), resource: new Set<string>(), context: new Set<string>() };
  const whole = new Set<string>();
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    const { '.': access, in: member, Var: variable } = node as Nodes;
    const owner = (access?.left as Nodes | undefined)?.Var;
    if (typeof variable === 'string') whole.add(variable);
    else if (access !== undefined && (owner === 'principal' || owner === 'resource' || owner === 'context'))
      read[owner].add(access.attr);
    // Whose kind it is stands in the entity's parents, not in its attributes.
    else if (member !== undefined && (member.left as Nodes).Var === 'resource') visit(member.right);
    else for (const inner of Object.values(node)) visit(inner);
  };
  for (const { conditions } of policies) for (const { body } of conditions) visit(body);
  const of = (owner: keyof Reads) => (whole.has(owner) ? 'all' : read[owner]);
  return { principal: of('principal'), resource: of('resource'), context: of('context') };
}

/** Whether a policy asks which tenant it is about, and not only what is known of it. */
export function readsNames(policy: PolicyJson): boolean {
  return policy.principal.op !== 'All' || readsOf([policy]).principal === 'all';
}
