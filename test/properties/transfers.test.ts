import { policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { cedarEngine } from '../../lambda/transfer/adapters/cedar-engine';
import type { PolicyEngine, PolicyQuestion } from '../../lambda/transfer/engine';
import type { TransferPolicies, TransferPolicy } from '../../policies/transfers/load';
import { policies, questions } from '../policies/transfers/questions';

const engine = cedarEngine(policies);
const isAllowed = (question: PolicyQuestion, by: PolicyEngine = engine) => by.ask(question).allowed;

/** Holds the property for many questions, and makes sure that enough of them were about something. */
function always(relevant: (question: PolicyQuestion) => boolean, property: (question: PolicyQuestion) => void): void {
  let seen = 0;
  fc.assert(
    fc.property(questions, (question) => {
      if (!relevant(question)) return;
      seen += 1;
      property(question);
    }),
    { numRuns: 600 },
  );
  expect(seen).toBeGreaterThan(30);
}

const countriesOf = ({ processor: { countries } }: PolicyQuestion) => [...countries.processing, ...countries.storage];

describe('whatever is asked', () => {
  it('some of it is allowed, or the properties below would say nothing', () => {
    always(isAllowed, (question) => expect(isAllowed(question)).toBe(true));
  });

  it('nothing goes where a country is restricted', () => {
    always(
      (question) => countriesOf(question).some((country) => question.restrictedCountries.includes(country)),
      (question) => expect(isAllowed(question)).toBe(false),
    );
  });

  it('nothing that is allowed stays allowed when its countries are restricted', () => {
    always(isAllowed, (question) => {
      for (const country of countriesOf(question))
        expect(isAllowed({ ...question, restrictedCountries: [country] })).toBe(false);
    });
  });

  it('nothing goes to a processor of which no country is known', () => {
    const nowhere = { processing: [], storage: [] };
    always(isAllowed, (question) =>
      expect(isAllowed({ ...question, processor: { ...question.processor, countries: nowhere } })).toBe(false),
    );
  });

  it('a restriction more never allows more', () => {
    const more = fc.record({
      country: fc.constantFrom('IN', 'SG', 'US', 'DE', 'CN', 'PK'),
      closes: fc.boolean(),
      endsOn: fc.constantFrom(0, 20261130, 20261201, 20270513, 20351231),
    });
    fc.assert(
      fc.property(questions, more, (question, { country, closes, endsOn }) => {
        const restricted = {
          ...question,
          restrictedCountries: [...question.restrictedCountries, country],
          processorOpen: question.processorOpen && !closes,
          contractUntil: Math.min(question.contractUntil, endsOn),
        };
        if (isAllowed(restricted)) expect(isAllowed(question)).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('nothing outside of the contract goes: field, purpose, role, ground or day', () => {
    const isOutside = ({ processor, fields, purpose, dataRole, basis, today, contractUntil }: PolicyQuestion) => {
      const agreed = processor.purposes.find(({ id }) => id === purpose);
      const names = agreed?.fields.map(({ name }) => name) ?? [];
      const signedOn = Number((processor.contract?.signedOn ?? '99999999').replaceAll('-', ''));
      return (
        agreed === undefined ||
        fields.length === 0 ||
        fields.some((name) => !names.includes(name)) ||
        !agreed.bases.includes(basis) ||
        !processor.dataRoles.some((role) => role === dataRole) ||
        today < signedOn ||
        today > contractUntil
      );
    };
    always(isOutside, (question) => expect(isAllowed(question)).toBe(false));
  });

  it('a denial names a policy, and an answer always has a reason with its law', () => {
    always(
      () => true,
      (question) => {
        const { allowed, decidedBy } = engine.ask(question);
        expect(decidedBy.length).toBeGreaterThan(0);
        for (const { id, citation } of decidedBy) {
          expect(id).toMatch(allowed ? /^permit\./ : /^(never|engine)\./);
          expect(id.startsWith('engine.') || citation.length > 0).toBe(true);
        }
      },
    );
  });
});

describe('policies that are taken away', () => {
  it('never deny more where they forbid, nor allow more where they permit', () => {
    const without = policies.policies.map((left) => ({
      left,
      engine: cedarEngine({ ...policies, policies: policies.policies.filter((policy) => policy !== left) }),
    }));
    fc.assert(
      fc.property(questions, fc.constantFrom(...without), (question, { left, engine: fewer }) => {
        const [before, after] = [isAllowed(question), isAllowed(question, fewer)];
        if (left.effect === 'forbid') expect(after || !before).toBe(true);
        else expect(before || !after).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('allow nothing when none is left that permits', () => {
    const forbidding = cedarEngine({ ...policies, policies: policies.policies.filter((p) => p.effect === 'forbid') });
    always(isAllowed, (question) => expect(isAllowed(question, forbidding)).toBe(false));
  });
});

/** The policies, and one that forbids or permits everything by an attribute that no question has. */
function withFailing(effect: 'permit' | 'forbid', condition: string): TransferPolicies {
  const text = `@id("x.failing")\n${effect} (principal, action, resource) ${condition};`;
  const parts = policySetTextToParts(text);
  const json = policyToJson(parts.type === 'success' ? (parts.policies[0] ?? '') : '');
  if (json.type !== 'success') throw new Error('expected a policy that Cedar can parse');
  const failing: TransferPolicy = {
    ...{ id: 'x.failing', effect, statement: 'Fails whatever is asked.', citation: 'none', kind: null },
    json: json.json,
  };
  return { ...policies, policies: [...policies.policies, failing] };
}

describe('a policy that cannot be evaluated', () => {
  it.each<['permit' | 'forbid', string]>([
    ['forbid', 'when { context.nothing }'],
    ['forbid', 'unless { context.nothing }'],
    ['forbid', 'unless { resource.nothing.isEmpty() }'],
    ['forbid', 'when { principal.nothing == 1 }'],
    ['permit', 'when { context.nothing }'],
    ['permit', 'unless { context.today + 9223372036854775807 > 0 }'],
  ])('denies everything: %s … %s', (effect, condition) => {
    const broken = cedarEngine(withFailing(effect, condition));
    always(isAllowed, (question) => {
      expect(broken.ask(question)).toMatchObject({ allowed: false, decidedBy: [{ id: 'engine.evaluation-failed' }] });
    });
  });
});
