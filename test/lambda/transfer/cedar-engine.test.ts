import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { cedarEngine } from '../../../lambda/transfer/adapters/cedar-engine';
import {
  contextOf,
  processorEntity,
  processorUid,
  tenantEntity,
  tenantUid,
} from '../../../lambda/transfer/adapters/cedar-facts';
import { ACTION, canMatter, type Reads, readsOf } from '../../../lambda/transfer/adapters/policy-slice';
import type { PolicyEngine, PolicyQuestion, Verdict } from '../../../lambda/transfer/engine';
import { processorKinds, transferRoles } from '../../../policies/transfer-schema';
import type { TransferPolicies, TransferPolicy } from '../../../policies/transfers/load';
import { engine, policies, register, smsWith, wasm, words } from './support/rules';

const EVERYTHING: Reads = { principal: 'all', resource: 'all', context: 'all' };

function questionWith(change: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    tenantId: 'tenant-1',
    tenantActive: true,
    processor: smsWith(),
    purpose: 'service-messages',
    commercial: false,
    dataRole: 'tenant',
    categories: ['contact'],
    sensitive: false,
    fields: ['phone'],
    basis: 'consent',
    evidenced: true,
    today: 20261201,
    contractUntil: 20351231,
    restrictedCountries: [],
    processorOpen: true,
    dlt: true,
    ...change,
  };
}

/** One policy in Cedar's own words, as the bundle would carry it. */
function policy(id: string, text: string, kind: string | null = null): TransferPolicy {
  const parsed = wasm.policyToJson(text);
  if (parsed.type !== 'success') throw new Error(`${id}: ${parsed.errors[0]?.message}`);
  const json: PolicyJson = parsed.json;
  return { id, effect: json.effect, statement: `${id} says so.`, citation: 'a test', kind, json };
}

const PERMIT_ALL = policy('permit.all', 'permit (principal, action, resource);');

function engineOf(...list: TransferPolicy[]): PolicyEngine {
  return cedarEngine({ policies: list, schema: policies.schema }, wasm);
}

const ids = ({ decidedBy }: Verdict) => decidedBy.map(({ id }) => id);

describe('the answer of the policies', () => {
  it('names the policy that permits, with its sentence and its law', () => {
    expect(engine.ask(questionWith())).toEqual({
      allowed: true,
      decidedBy: [
        {
          id: 'permit.sms-messages',
          statement: expect.stringContaining('SMS gateway') as string,
          citation: expect.stringContaining('DPDP Act 2023') as string,
        },
      ],
    });
  });

  it('names every policy that forbids, in the order of their ids', () => {
    const verdict = engine.ask(questionWith({ dlt: false, processorOpen: false, today: 20360101 }));
    expect(verdict.allowed).toBe(false);
    expect(ids(verdict)).toEqual(['never.after-contract', 'never.closed-processor', 'never.sms-without-registration']);
  });

  it('is no where no policy permits', () => {
    expect(
      engineOf(policy('permit.other', 'permit (principal, action, resource in Kind::"email");')).ask(questionWith()),
    ).toEqual({
      allowed: false,
      decidedBy: [expect.objectContaining({ id: 'engine.no-policy-permits' })],
    });
    expect(ids(engineOf().ask(questionWith()))).toEqual(['engine.no-policy-permits']);
  });
});

describe('a policy that cannot be evaluated', () => {
  it('denies, where Cedar itself skips it and allows', () => {
    const broken = policy('never.broken', 'forbid (principal, action, resource) when { resource.nonsense };');
    expect(ids(engineOf(PERMIT_ALL).ask(questionWith()))).toEqual(['permit.all']);
    expect(engineOf(PERMIT_ALL, broken).ask(questionWith())).toEqual({
      allowed: false,
      decidedBy: [expect.objectContaining({ id: 'engine.evaluation-failed' })],
    });
  });

  it('denies where it is of the wrong type', () => {
    const broken = policy(
      'never.broken',
      'forbid (principal, action, resource) unless { context.today < "tomorrow" };',
    );
    expect(ids(engineOf(PERMIT_ALL, broken).ask(questionWith()))).toEqual(['engine.evaluation-failed']);
  });

  it('denies where it cannot be parsed', () => {
    const broken = { ...PERMIT_ALL, json: { effect: 'permit' } as PolicyJson };
    expect(ids(engineOf(broken).ask(questionWith()))).toEqual(['engine.evaluation-failed']);
  });

  it('denies where Cedar itself fails', () => {
    const failing = {
      ...wasm,
      statefulIsAuthorized: () => {
        throw new Error('unreachable');
      },
    };
    const asked = cedarEngine(policies, failing).ask(questionWith());
    expect(ids(asked)).toEqual(['engine.evaluation-failed']);
  });
});

describe('an answer is remembered', () => {
  /** Cedar, counting how often it is asked. */
  function counted(list: readonly TransferPolicy[]) {
    let asked = 0;
    const counting: typeof wasm = {
      ...wasm,
      statefulIsAuthorized: (call) => {
        asked++;
        return wasm.statefulIsAuthorized(call);
      },
    };
    const { ask } = cedarEngine({ policies: list, schema: policies.schema }, counting);
    return { ask, times: () => asked };
  }

  it('for the same question, whichever tenant asks', () => {
    const { ask, times } = counted(policies.policies);
    const processor = smsWith();
    const first = ask(questionWith({ processor }));
    expect(ask(questionWith({ processor, tenantId: 'tenant-2' }))).toEqual(first);
    expect(times()).toBe(1);
  });

  it.each<[string, Partial<PolicyQuestion>]>([
    ['a restriction', { restrictedCountries: ['IN'] }],
    ['another day', { today: 20360101 }],
    ['a closed processor', { processorOpen: false }],
    ['the end of the tenant', { tenantActive: false }],
    ['an entry of the register with the same id', { processor: smsWith({ foreignState: true }) }],
  ])('and not beyond %s', (_, change) => {
    const { ask, times } = counted(policies.policies);
    expect(ask(questionWith()).allowed).toBe(true);
    expect(ask(questionWith(change)).allowed).toBe(false);
    expect(times()).toBe(2);
  });

  it('for each tenant where a policy names one', () => {
    const { ask } = counted([
      PERMIT_ALL,
      policy('never.tenant-2', 'forbid (principal == Tenant::"tenant-2", action, resource);'),
      policy('never.tenant-3', 'forbid (principal, action, resource) unless { principal != Tenant::"tenant-3" };'),
    ]);
    const allowed = (tenantId: string) => ask(questionWith({ tenantId })).allowed;
    expect(['tenant-1', 'tenant-2', 'tenant-3', 'tenant-1'].map(allowed)).toEqual([true, false, false, true]);
  });

  it('but not that Cedar failed', () => {
    let broken = true;
    const failing: typeof wasm = {
      ...wasm,
      statefulIsAuthorized: (call) => {
        if (broken) throw new Error('unreachable');
        return wasm.statefulIsAuthorized(call);
      },
    };
    const { ask } = cedarEngine(policies, failing);
    expect(ask(questionWith()).allowed).toBe(false);
    broken = false;
    expect(ask(questionWith()).allowed).toBe(true);
  });
});

it('refuses two policies with one id, whose reasons could not be told apart', () => {
  expect(() => engineOf(PERMIT_ALL, PERMIT_ALL)).toThrow('the same id');
});

it('has another hash with another policy or another sentence', () => {
  const [first, ...rest] = policies.policies as readonly [TransferPolicy, ...TransferPolicy[]];
  const hash = (list: TransferPolicy[]) => engineOf(...list).policyHash;
  expect(hash([first, ...rest])).toBe(engine.policyHash);
  expect(hash(rest)).not.toBe(engine.policyHash);
  expect(hash([{ ...first, statement: 'Something else.' }, ...rest])).not.toBe(engine.policyHash);
});

it('has policies parsed for the kind of processor that is asked about, when it is asked about', () => {
  const parsed: string[][] = [];
  const watching: typeof wasm = {
    ...wasm,
    preparsePolicySet(name, set) {
      parsed.push(Object.keys(set.staticPolicies as Record<string, unknown>));
      return wasm.preparsePolicySet(name, set);
    },
  };
  const lazy = cedarEngine(policies, watching);
  expect(parsed).toEqual([]);
  lazy.ask(questionWith());
  lazy.ask(questionWith({ today: 20261202 }));
  expect(parsed).toHaveLength(1);
  expect(parsed[0]).toContain('never.sms-without-registration');
  expect(parsed[0]?.filter((id) => /email|whatsapp|gateway|cloud/.test(id))).toEqual([]);
});

it('keeps few parsed sets, and answers the same when it has had to forget some', () => {
  const many = Array.from({ length: 200 }, (_, i) =>
    policy(`never.purpose-${i}`, `forbid (principal, action, resource) unless { context.purpose != "purpose-${i}" };`),
  );
  const crowded = engineOf(PERMIT_ALL, ...many);
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 200; i++)
      expect(ids(crowded.ask(questionWith({ purpose: `purpose-${i}` })))).toEqual([`never.purpose-${i}`]);
  expect(ids(crowded.ask(questionWith({ purpose: 'purpose-200' })))).toEqual(['permit.all']);
});

describe('a policy is left out', () => {
  const known = {
    kind: 'sms',
    purpose: 'campaigns',
    dataRole: 'tenant',
    basis: 'consent',
    commercial: true,
    sensitive: false,
    categories: ['contact'],
  };
  const conditions = (text: string) =>
    canMatter(policy('p', `forbid (principal, action, resource) ${text};`).json, known);

  it.each([
    'unless { context.purpose == "campaigns" }',
    'unless { context.dataRole != "books" || resource.nonsense }',
    'unless { !context.categories.contains("payment") || resource.nonsense }',
    'unless { ["campaigns", "refunds"].contains(context.purpose) }',
    'unless { !context.sensitive }',
    'unless { resource in Kind::"sms" }',
    'when { context.purpose == "refunds" && resource.nonsense }',
    'when { context.commercial } unless { context.basis == "consent" }',
    'when { resource in Kind::"email" }',
  ])('%s', (text) => {
    expect(conditions(text)).toBe(false);
  });

  it.each([
    // Cedar evaluates from the left: what fails there is an error, whatever stands to the right.
    'unless { resource.nonsense || context.dataRole != "books" }',
    'when { resource.nonsense && context.purpose == "refunds" }',
    'when { context.commercial && resource.foreignState }',
    'when { context.purpose == "campaigns" }',
    'unless { context.purpose == "refunds" }',
    'unless { resource.purpose == "campaigns" }',
    'unless { context.evidenced }',
    'when { resource.nonsense } unless { context.basis == "consent" }',
    'when { if context.commercial then false else true }',
  ])('and kept where it may matter: %s', (text) => {
    expect(conditions(text)).toBe(true);
  });

  it('by its scope alone where that names another kind or action', () => {
    const scope = (text: string) => canMatter(policy('p', `forbid (principal, ${text});`).json, known);
    expect(scope('action == Action::"transfer", resource in Kind::"sms"')).toBe(true);
    expect(scope('action, resource is Processor')).toBe(true);
    expect(scope('action, resource == Processor::"x"')).toBe(true);
    expect(scope('action == Action::"transfer", resource in Kind::"email"')).toBe(false);
    expect(scope('action, resource is Processor in Kind::"email"')).toBe(false);
    expect(scope('action == Action::"erase", resource')).toBe(false);
  });
});

it('tells Cedar what its policies read, wherever they read it', () => {
  const reads = (text: string) =>
    readsOf([policy('p', `forbid (principal, action, resource) unless { ${text} };`).json]);
  expect(reads('context.today < 5 && resource.countries.contains(context.basis) && principal.active')).toEqual({
    principal: new Set(['active']),
    resource: new Set(['countries']),
    context: new Set(['today', 'basis']),
  });
  expect(reads('resource in Kind::"sms"')).toEqual({ principal: new Set(), resource: new Set(), context: new Set() });
  expect(reads('context has dlt').context).toBe('all');
  expect(reads('(if true then resource else resource).foreignState').resource).toBe('all');
});

/** Cedar with all policies and all facts, as anybody would call it. */
function plainCedar(all: TransferPolicies, question: PolicyQuestion): Verdict {
  const answer = wasm.isAuthorized({
    principal: tenantUid(question),
    action: ACTION,
    resource: processorUid(question.processor),
    context: contextOf(question, EVERYTHING),
    schema: all.schema,
    validateRequest: true,
    policies: { staticPolicies: Object.fromEntries(all.policies.map(({ id, json }) => [id, json])) },
    entities: [
      tenantEntity(question, EVERYTHING) as NonNullable<ReturnType<typeof tenantEntity>>,
      processorEntity(question.processor, EVERYTHING),
      ...processorKinds.map((id) => ({ uid: { type: 'Kind', id }, attrs: {}, parents: [] })),
    ],
  });
  if (answer.type !== 'success') throw new Error(answer.errors[0]?.message);
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw new Error(diagnostics.errors[0]?.error.message);
  const all_ = new Map(all.policies.map((entry) => [entry.id, entry]));
  const reasons = [...diagnostics.reason].sort().map((id) => {
    const { statement, citation } = all_.get(id) as TransferPolicy;
    return { id, statement, citation };
  });
  return { allowed: decision === 'allow', decidedBy: reasons };
}

it('is what plain Cedar answers with every policy, every fact and the schema', () => {
  const idsOf = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);
  const anyQuestion = fc.record<PolicyQuestion>({
    tenantId: fc.constant('tenant-1'),
    tenantActive: fc.boolean(),
    processor: fc.constantFrom(...register.processors.processors),
    purpose: fc.constantFrom(...idsOf(words.purposes)),
    commercial: fc.boolean(),
    dataRole: fc.constantFrom(...transferRoles),
    categories: fc.subarray(idsOf(words.categories)),
    sensitive: fc.boolean(),
    fields: fc.subarray(words.fields.map(({ name }) => name)),
    basis: fc.constantFrom(...idsOf(words.bases)),
    evidenced: fc.boolean(),
    today: fc.constantFrom(20261201, 20270512, 20270513, 20360101),
    contractUntil: fc.constantFrom(0, 20261201, 20351231),
    restrictedCountries: fc.subarray(['IN', 'US', 'SG']),
    processorOpen: fc.boolean(),
    dlt: fc.boolean(),
  });
  /** Every member of a question that is allowed may be another: so both answers are met. */
  const nearAllowed = fc
    .record({
      question: anyQuestion,
      changed: fc.subarray(Object.keys(questionWith()) as (keyof PolicyQuestion)[], { maxLength: 2 }),
    })
    .map(({ question, changed }) =>
      questionWith(Object.fromEntries(changed.map((name) => [name, question[name]])) as Partial<PolicyQuestion>),
    );
  let allowed = 0;
  fc.assert(
    fc.property(fc.oneof(anyQuestion, nearAllowed), (question) => {
      const plain = plainCedar(policies, question);
      if (plain.allowed) allowed++;
      const expected =
        plain.decidedBy.length > 0
          ? plain
          : { allowed: false, decidedBy: [expect.objectContaining({ id: 'engine.no-policy-permits' })] };
      expect(engine.ask(question)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
  expect(allowed).toBeGreaterThan(20);
});
