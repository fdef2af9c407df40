import type { Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { processorKinds, transferRoles } from '../transfer-schema';

/** Words of transfers.yaml that policies may compare with. */
export interface Words {
  readonly purposes: readonly string[];
  readonly bases: readonly string[];
  readonly categories: readonly string[];
}

/**
 * What makes a policy safe that Cedar itself takes: a missing attribute or a typing error must deny. Cedar skips a
 * policy that fails to evaluate, so a restriction says what is good (`forbid … unless`) and not what is bad.
 *
 * @returns what is wrong, without the place; empty where nothing is
 */
export function problemsOfPolicy(policy: PolicyJson, words: Words): string[] {
  return [...annotations(policy), ...scope(policy), ...clauses(policy), ...literals(policy, words)];
}

/** Id of the kind of processor that the policy's scope names; null where it is about every kind. */
export function kindOf({ resource }: PolicyJson): string | null {
  if (resource.op !== 'in' || !('entity' in resource)) return null;
  return uid(resource.entity).id;
}

function annotations({ annotations: given = {} }: PolicyJson): string[] {
  return [
    ...(/^(permit|never)\.[a-z0-9]+(-[a-z0-9]+)*$/.test(given.id ?? '')
      ? []
      : ['expected an @id such as never.restricted-country']),
    ...(['statement', 'citation'] as const).flatMap((name) =>
      (given[name] ?? '').trim().length >= 10 ? [] : [`expected @${name} with at least 10 characters`],
    ),
  ];
}

function scope({ effect, principal, action, resource, annotations: given }: PolicyJson): string[] {
  const problems: string[] = [];
  const name = effect === 'permit' ? 'permit' : 'never';
  if (given?.id !== undefined && !given.id.startsWith(`${name}.`))
    problems.push(`expected an @id that begins with "${name}." for ${effect}, got "${given.id}"`);
  if (principal.op !== 'All') problems.push('expected a policy for every tenant: "principal" alone in the scope');
  if (action.op !== '==') problems.push('expected action == Action::"transfer" in the scope');
  const kind = resource.op === 'in' && 'entity' in resource ? uid(resource.entity) : undefined;
  if (resource.op !== 'All' && kind?.type !== 'Kind')
    problems.push('expected "resource" alone or a kind such as resource in Kind::"sms" in the scope');
  if (kind?.type === 'Kind' && !isOneOf(processorKinds, kind.id)) problems.push(unknownWord('kind', kind.id));
  if (effect === 'permit' && resource.op === 'All')
    problems.push('expected a permit for one kind of processor, such as resource in Kind::"sms"');
  return problems;
}

function clauses({ effect, conditions }: PolicyJson): string[] {
  const wanted = effect === 'permit' ? 'when' : 'unless';
  if (conditions.length === 1 && conditions[0]?.kind === wanted) return [];
  return [
    effect === 'permit'
      ? 'expected permit … when { what is allowed } with one clause, as unless opens wherever nothing bad is known'
      : 'expected forbid … unless { what is good } with one clause, as when closes only what somebody thought of',
  ];
}

/** A misspelt word would make a policy that never applies, which no validation sees. */
function literals({ conditions }: PolicyJson, words: Words): string[] {
  const known: Readonly<Record<string, readonly string[]>> = {
    purpose: words.purposes,
    basis: words.bases,
    categories: words.categories,
    dataRole: transferRoles,
    dataRoles: transferRoles,
    purposes: words.purposes,
    bases: words.bases,
  };
  return conditions.flatMap(({ body }) =>
    comparisons(body).flatMap(({ attribute, value }) => {
      if (attribute === 'kind') return isOneOf(processorKinds, value) ? [] : [unknownWord('kind', value)];
      if (attribute === 'countries' || attribute === 'restrictedCountries')
        return /^[A-Z]{2}$/.test(value) ? [] : [`expected a country such as IN, got "${value}"`];
      const list = attribute === null ? undefined : known[attribute];
      if (list === undefined) return [`expected "${value}" to be compared with a word of the register`];
      return isOneOf(list, value) ? [] : [`expected a word of the register for ${attribute}, got "${value}"`];
    }),
  );
}

interface Comparison {
  /** Name of the attribute; null where there is none on the other side. */
  readonly attribute: string | null;
  readonly value: string;
}

/** Every text in an expression, with the attribute it is compared with. */
function comparisons(expr: Expr, attribute: string | null = null): Comparison[] {
  return Object.entries(expr).flatMap(([operator, operands]): Comparison[] => {
    if (operator === 'Value') {
      if (typeof operands === 'string') return [{ attribute, value: operands }];
      return isEntity(operands) ? [{ attribute: 'kind', value: operands.__entity.id }] : [];
    }
    if (operator === '.') return [];
    if (operator === 'Set') return (operands as Expr[]).flatMap((item) => comparisons(item, attribute));
    const sides = Object.values(operands as Record<string, unknown>).filter(isExpr);
    const named = sides.map(attributeOf).find((name) => name !== null) ?? attribute;
    return sides.flatMap((side) => comparisons(side, named));
  });
}

function isExpr(value: unknown): value is Expr {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function attributeOf(expr: Expr): string | null {
  const access = (expr as Readonly<Record<string, unknown>>)['.'];
  return isExpr(access) && 'attr' in access && typeof access.attr === 'string' ? access.attr : null;
}

function isEntity(value: unknown): value is { __entity: { type: string; id: string } } {
  return isExpr(value) && '__entity' in value;
}

function uid(of: { __entity: { type: string; id: string } } | { type: string; id: string }) {
  return '__entity' in of ? of.__entity : of;
}

function isOneOf(list: readonly string[], value: string): boolean {
  return list.includes(value);
}

function unknownWord(what: string, value: string): string {
  return `expected a ${what} of the register, got "${value}"`;
}
