import type { Expr } from '@cedar-policy/cedar-wasm/nodejs';

/** What an expression may speak about: attributes by variable and type, and the words that each is compared with. */
export interface Attributes {
  /** Attributes of the same variable and type, itself among them. */
  alike(variable: string, attribute: string): readonly string[];
  /** Words of the register that an attribute can hold; empty where it has none. */
  words(attribute: string): readonly string[];
}

/** An expression with one change. */
export interface Changed {
  readonly change: string;
  readonly expr: Expr;
}

const TRUE: Expr = { Value: true };
const FALSE: Expr = { Value: false };

/** Operators that mean nearly the same, so that the one is easily written for the other. */
const NEAR: Readonly<Record<string, readonly string[]>> = {
  '==': ['!='],
  '!=': ['=='],
  '<': ['<=', '>=', '>'],
  '<=': ['<', '>', '>='],
  '>': ['>=', '<=', '<'],
  '>=': ['>', '<', '<='],
  '&&': ['||'],
  '||': ['&&'],
  contains: [],
  containsAll: ['containsAny'],
  containsAny: ['containsAll'],
  in: [],
};
/** Of these the operands are of one type, so that they can be exchanged. */
const EXCHANGEABLE: readonly string[] = ['<', '<=', '>', '>=', 'containsAll'];

interface Binary {
  readonly left: Expr;
  readonly right: Expr;
}

/** Every change of a condition by one step. All keep its types. */
export function mutantsOf(condition: Expr, attributes: Attributes): Changed[] {
  return [...replaced(condition), ...inside(condition, attributes)];
}

/** A true-or-false expression as a whole. */
function replaced(expr: Expr): Changed[] {
  return [
    { change: `${print(expr)} → true`, expr: TRUE },
    { change: `${print(expr)} → false`, expr: FALSE },
    { change: `${print(expr)} → negated`, expr: negated(expr) },
  ];
}

function negated(expr: Expr): Expr {
  const [operator, operand] = only(expr);
  return operator === '!' ? (operand as { arg: Expr }).arg : { '!': { arg: expr } };
}

function inside(expr: Expr, attributes: Attributes): Changed[] {
  const [operator, operand] = only(expr);
  if (operator === '!' || operator === 'isEmpty') {
    const { arg } = operand as { arg: Expr };
    const changes = operator === '!' ? mutantsOf(arg, attributes) : values(arg, attributes, null);
    return changes.map(({ change, expr: next }) => ({ change, expr: { [operator]: { arg: next } } as Expr }));
  }
  if (NEAR[operator] === undefined) return values(expr, attributes, null);
  const { left, right } = operand as Binary;
  const rebuilt = (next: Partial<Binary>) => ({ [operator]: { left, right, ...next } }) as Expr;
  const logical = operator === '&&' || operator === '||';
  const sides = logical
    ? { left: mutantsOf(left, attributes), right: mutantsOf(right, attributes) }
    : { left: values(left, attributes, right), right: values(right, attributes, left) };
  return [
    ...NEAR[operator].map((other) => ({
      change: `${print(expr)} → ${other}`,
      expr: { [other]: { left, right } } as unknown as Expr,
    })),
    ...(EXCHANGEABLE.includes(operator)
      ? [{ change: `${print(expr)} → operands exchanged`, expr: rebuilt({ left: right, right: left }) }]
      : []),
    ...sides.left.map(({ change, expr: next }) => ({ change, expr: rebuilt({ left: next }) })),
    ...sides.right.map(({ change, expr: next }) => ({ change, expr: rebuilt({ right: next }) })),
  ];
}

/** An operand: another attribute, another number or word, another set. */
function values(expr: Expr, attributes: Attributes, beside: Expr | null): Changed[] {
  const told = (next: Expr) => ({ change: `${print(expr)} → ${print(next)}`, expr: next });
  const [operator, operand] = only(expr);
  if (operator === '.') {
    const { left, attr } = operand as { left: Expr; attr: string };
    const others = attributes.alike(print(left), attr).filter((other) => other !== attr);
    return others.map((other) => told({ '.': { left, attr: other } }));
  }
  const known = beside === null ? [] : attributes.words(attributeOf(beside));
  if (operator === 'Value') {
    if (typeof operand === 'number') return [operand - 1, operand + 1].map((Value) => told({ Value }));
    if (typeof operand === 'string') return known.filter((word) => word !== operand).map((Value) => told({ Value }));
  }
  if (operator === 'Set') {
    const members = operand as Expr[];
    const texts = members.map(print);
    const missing = known.filter((word) => !texts.includes(JSON.stringify(word)));
    return [
      ...(members.length > 1 ? members.map((_, i) => told({ Set: members.filter((__, j) => j !== i) })) : []),
      ...missing.map((Value) => told({ Set: [...members, { Value }] })),
      ...missing.map((Value) => told({ Set: [{ Value }, ...members.slice(1)] })),
    ];
  }
  return [];
}

function attributeOf(expr: Expr): string {
  return '.' in expr ? (expr['.'] as { attr: string }).attr : '';
}

function only(expr: Expr): readonly [string, unknown] {
  const [entry] = Object.entries(expr);
  if (entry === undefined) throw new TypeError('an expression has one operator');
  return entry;
}

/** As Cedar has it, near enough for a table. */
export function print(expr: Expr): string {
  const [operator, operand] = only(expr);
  if (operator === 'Var') return String(operand);
  if (operator === 'Value') return entityText(operand) ?? JSON.stringify(operand);
  if (operator === 'Set') return `[${(operand as Expr[]).map(print).join(', ')}]`;
  if (operator === '.') return `${print((operand as { left: Expr }).left)}.${(operand as { attr: string }).attr}`;
  if (operator === '!') return `!${print((operand as { arg: Expr }).arg)}`;
  if (operator === 'isEmpty') return `${print((operand as { arg: Expr }).arg)}.isEmpty()`;
  const { left, right } = operand as Binary;
  return operator.startsWith('contains')
    ? `${print(left)}.${operator}(${print(right)})`
    : `${print(left)} ${operator} ${print(right)}`;
}

function entityText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('__entity' in value)) return undefined;
  const { type, id } = value.__entity as { type: string; id: string };
  return `${type}::"${id}"`;
}
