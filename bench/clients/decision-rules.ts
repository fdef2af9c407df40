import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarWasm } from '../../lambda/transfer/adapters/cedar-wasm';
import type { PolicyQuestion } from '../../lambda/transfer/engine';
import type { TransferPolicies } from '../../policies/transfers/load';

/** Rules about transfers, each as a policy for Cedar and as a function that somebody could have written by hand. */

export interface BenchRule {
  readonly id: string;
  readonly text: string;
  readonly effect: 'permit' | 'forbid';
  /** Whether it is satisfied, so permits or forbids. */
  readonly holds: (question: PolicyQuestion) => boolean;
}

const KINDS = ['payment-gateway', 'email', 'sms', 'whatsapp', 'cloud'];
const PURPOSES = ['service-messages', 'deletion-notices', 'campaigns', 'subscription-payments', 'hosting'];
const CATEGORIES = ['identity', 'contact', 'message', 'commercial', 'payment', 'credential', 'health'];
const ROLES = ['account', 'tenant', 'telemetry', 'books'];

const forbid = (id: string, scope: string, good: string, holds: BenchRule['holds']): BenchRule => ({
  id,
  effect: 'forbid',
  text: `forbid (principal, action == Action::"transfer", resource${scope}) unless { ${good} };`,
  holds,
});

const countries = ({ processor: { countries: c } }: PolicyQuestion) => [...c.processing, ...c.storage];

/** What is about everything; such rules stay few. */
const GENERAL: readonly BenchRule[] = [
  {
    id: 'permit.registered',
    effect: 'permit',
    text: 'permit (principal, action == Action::"transfer", resource) when { resource.purposes.contains(context.purpose) && resource.dataRoles.contains(context.dataRole) };',
    holds: ({ processor, purpose, dataRole }) =>
      processor.purposes.some(({ id }) => id === purpose) && processor.dataRoles.some((role) => role === dataRole),
  },
  forbid(
    'never.restricted-country',
    '',
    '!resource.countries.isEmpty() && !context.restrictedCountries.containsAny(resource.countries)',
    (q) => countries(q).some((country) => q.restrictedCountries.includes(country)),
  ),
  forbid('never.after-contract', '', 'context.today <= context.contractUntil', (q) => q.today > q.contractUntil),
  forbid('never.closed', '', 'context.processorOpen', (q) => !q.processorOpen),
  forbid('never.without-evidence', '', 'context.evidenced', (q) => !q.evidenced),
  forbid('never.foreign-state', '', '!resource.foreignState', (q) => q.processor.foreignState),
  forbid('never.after-termination', '', 'principal.active', (q) => !q.tenantActive),
  forbid(
    'never.outside-field-contract',
    '',
    'context.contractFields.containsAll(context.fields)',
    ({ processor, purpose, fields }) => {
      const contract = processor.purposes.find(({ id }) => id === purpose)?.fields.map(({ name }) => name) ?? [];
      return !fields.every((field) => contract.includes(field));
    },
  ),
];

/**
 * The first `count` of an endless list. After the general ones every rule is about one purpose, category or role in
 * turn, every second one about one kind of processor as well, as in policies/transfers.
 */
export function benchRules(count: number): BenchRule[] {
  const special = Array.from({ length: Math.max(0, count - GENERAL.length) }, (_, i): BenchRule => {
    const kind = i % 2 === 0 ? KINDS[(i >> 1) % KINDS.length] : undefined;
    const scope = kind === undefined ? '' : ` in Kind::"${kind}"`;
    const isOther = ({ processor }: PolicyQuestion) => kind !== undefined && processor.kind !== kind;
    const turn = Math.floor(i / 3);
    // A day of its own, so that no two rules are the same.
    const day = 20_100_000 + i;
    const [guard, applies] = [
      guardAbout('purpose', PURPOSES, turn),
      guardAbout('dataRole', ROLES, turn),
      categoryGuard(turn),
    ][i % 3] as Guard;
    return forbid(
      `never.special-${i}`,
      scope,
      `${guard} || context.today >= ${day}`,
      (q) => !isOther(q) && applies(q) && q.today < day,
    );
  });
  return [...GENERAL, ...special].slice(0, count);
}

type Guard = readonly [text: string, applies: (question: PolicyQuestion) => boolean];

function guardAbout(name: 'purpose' | 'dataRole', words: readonly string[], turn: number): Guard {
  const word = words[turn % words.length] ?? '';
  return [`context.${name} != "${word}"`, (question) => question[name] === word];
}

function categoryGuard(turn: number): Guard {
  const word = CATEGORIES[turn % CATEGORIES.length] ?? '';
  return [`!context.categories.contains("${word}")`, ({ categories }) => categories.includes(word)];
}

/** The rules as the bundle carries policies. */
export function asPolicies(rules: readonly BenchRule[], wasm: CedarWasm): TransferPolicies {
  const policies = rules.map(({ id, effect, text }) => {
    const parsed = wasm.policyToJson(text);
    if (parsed.type !== 'success') throw new Error(`${id} is no policy: ${parsed.errors[0]?.message}`);
    const json: PolicyJson = parsed.json;
    return { id, effect, statement: 'A rule of the bench.', citation: 'none', kind: null, json };
  });
  return { policies, schema: {} };
}

/** The same rules as code, which knows nothing but them. */
export function handWritten(rules: readonly BenchRule[]): (question: PolicyQuestion) => boolean {
  const permits = rules.filter(({ effect }) => effect === 'permit');
  const forbids = rules.filter(({ effect }) => effect === 'forbid');
  return (question) => permits.some(({ holds }) => holds(question)) && !forbids.some(({ holds }) => holds(question));
}
