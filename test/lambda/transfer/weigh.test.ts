import fc from 'fast-check';
import { contractOf } from '../../../lambda/transfer/field-contract';
import type { Restriction } from '../../../lambda/transfer/model';
import type { Asked } from '../../../lambda/transfer/weigh';
import { type Weighed, weigh } from '../../../lambda/transfer/weigh';
import { askedWith, liveWith, NOW, restriction, rulesWith, sandboxes, smsWith, words } from './support/rules';

const rules = rulesWith();
const ids = ({ decidedBy }: Weighed) => decidedBy.map(({ id }) => id);
const at = (instant: string) => ({ now: new Date(instant), live: liveWith([], { readAt: new Date(instant) }) });

describe('a question that the register allows', () => {
  it('is allowed with what has to be done, and names the policy', () => {
    const weighed = weigh(askedWith(), liveWith(), NOW, rules);
    expect(weighed).toMatchObject({
      outcome: 'allow_with_obligations',
      obligations: {
        drop: [],
        mask: ['name'],
        tokenise: [],
        hash: [],
        truncate: [],
        endpoint: 'https://sms.processors.test/v1/messages',
        log: true,
      },
      fields: ['phone', 'name', 'templateId'],
      unknownFields: 0,
      categories: ['contact', 'identity', 'message'],
      countries: ['IN'],
    });
    expect(ids(weighed)).toEqual(['permit.sms-messages']);
  });

  it('is a plain allow where nothing has to be done', () => {
    const plain = rulesWith([smsWith({ endpoint: null })]);
    expect(weigh(askedWith({ fields: ['phone'] }), liveWith(), NOW, plain).outcome).toBe('allow');
  });

  it('drops fields that are known and outside the field contract', () => {
    const weighed = weigh(askedWith({ fields: ['phone', 'email', 'amount'] }), liveWith(), NOW, rules);
    expect(weighed.obligations?.drop).toEqual(['email', 'amount']);
    expect(weighed.fields).toEqual(['phone']);
  });

  it('does not count what is dropped among the kinds of data that go', () => {
    const weighed = weigh(askedWith({ fields: ['phone', 'healthNote'] }), liveWith(), NOW, rules);
    expect(weighed).toMatchObject({ outcome: 'allow_with_obligations', categories: ['contact'] });
  });

  it('takes a field once that is named twice', () => {
    expect(weigh(askedWith({ fields: ['phone', 'phone'] }), liveWith(), NOW, rules).fields).toEqual(['phone']);
  });
});

describe('what the register does not know is denied', () => {
  it.each<[string, Partial<Asked>, string[]]>([
    ['a processor', { processorId: 'nobody' }, ['register.unknown-processor']],
    ['a processor of another stage', { processorId: 'msg91' }, ['register.unknown-processor']],
    [
      'a processor called like a property of every object',
      { processorId: 'constructor' },
      ['register.unknown-processor'],
    ],
    ['a purpose', { purpose: 'world-domination' }, ['register.unknown-purpose']],
    ['a ground', { lawfulBasis: { kind: 'because', evidenceId: 'e-1' } }, ['register.unknown-basis']],
    ['a category', { categories: ['horoscope'] }, ['register.unknown-category']],
    ['a misspelt field', { fields: ['phone', 'fone'] }, ['register.unknown-field']],
    ['only fields outside the contract', { fields: ['email'] }, ['register.nothing-left']],
    [
      'all of that, with every reason',
      { processorId: 'nobody', purpose: 'world-domination', fields: ['fone'] },
      ['register.unknown-processor', 'register.unknown-purpose', 'register.unknown-field'],
    ],
  ])('%s', (_, change, reasons) => {
    const weighed = weigh(askedWith(change), liveWith(), NOW, rules);
    expect(weighed).toMatchObject({ outcome: 'deny', obligations: null, fields: [] });
    expect(ids(weighed)).toEqual(reasons);
  });

  it('without repeating a name that only the caller knows', () => {
    const weighed = weigh(askedWith({ fields: ['meeraIyer'], categories: ['meera'] }), liveWith(), NOW, rules);
    expect(JSON.stringify(weighed)).not.toMatch(/meera/i);
    expect(weighed.unknownFields).toBe(1);
  });

  it('a purpose that the register has, but not for this processor', () => {
    const weighed = weigh(askedWith({ purpose: 'subscription-payments' }), liveWith(), NOW, rules);
    expect(weighed.outcome).toBe('deny');
    expect(ids(weighed)).toContain('never.unregistered-purpose');
  });

  it('a token for nobody', () => {
    const question = askedWith({ processorId: 'sandbox-email', fields: ['email', 'name'], subjectNamed: false });
    expect(ids(weigh(question, liveWith(), NOW, rules))).toEqual(['register.token-without-subject']);
    expect(weigh({ ...question, fields: ['email'] }, liveWith(), NOW, rules).outcome).not.toBe('deny');
  });
});

describe('the contract', () => {
  const contract = { ...smsWith().contract, validUntil: '2026-12-01' } as NonNullable<
    ReturnType<typeof smsWith>['contract']
  >;
  const ending = rulesWith([smsWith({ contract })]);

  it('counts to the end of its last day in India, and not a millisecond longer', () => {
    const last = at('2026-12-01T18:29:59.999Z');
    const next = at('2026-12-01T18:30:00.000Z');
    expect(weigh(askedWith(), last.live, last.now, ending).outcome).toBe('allow_with_obligations');
    expect(ids(weigh(askedWith(), next.live, next.now, ending))).toEqual(['never.after-contract']);
  });

  it('ends on the day that a restriction names where that is earlier', () => {
    const ended = liveWith([restriction({ kind: 'contract', processorId: 'sandbox-sms' }, '2026-11-30')]);
    expect(ids(weigh(askedWith(), ended, NOW, rules))).toEqual(['never.after-contract']);
    const today = liveWith([restriction({ kind: 'contract', processorId: 'sandbox-sms' }, '2026-12-01')]);
    expect(weigh(askedWith(), today, NOW, rules).outcome).toBe('allow_with_obligations');
    const others = liveWith([restriction({ kind: 'contract', processorId: 'sandbox-email' }, '2026-11-30')]);
    expect(weigh(askedWith(), others, NOW, rules).outcome).toBe('allow_with_obligations');
  });

  it.each([
    ['not there', null],
    ['not signed', { ...contract, validUntil: '2035-12-31', signedOn: null }],
  ])('denies where it is %s', (_, missing) => {
    const weighed = weigh(askedWith(), liveWith(), NOW, rulesWith([smsWith({ contract: missing })]));
    expect(ids(weighed)).toContain('never.without-signed-contract');
  });
});

describe('restrictions', () => {
  const abroad = askedWith({ processorId: 'sandbox-whatsapp' });
  const usa = (from: string, change: Partial<Restriction> = {}) =>
    liveWith([restriction({ kind: 'country', country: 'US' }, from, change)]);

  it('hold from their first day in India', () => {
    const before = { ...usa('2026-12-02'), readAt: new Date('2026-12-01T18:29:59.999Z') };
    expect(weigh(abroad, before, before.readAt, rules).outcome).toBe('allow_with_obligations');
    const after = { ...before, readAt: new Date('2026-12-01T18:30:00.000Z') };
    expect(ids(weigh(abroad, after, after.readAt, rules))).toEqual(['never.restricted-country']);
  });

  it('of a country touch whoever works or keeps data there, and nobody else', () => {
    expect(weigh(abroad, usa('2026-12-01'), NOW, rules).outcome).toBe('deny');
    expect(weigh(askedWith(), usa('2026-12-01'), NOW, rules).outcome).toBe('allow_with_obligations');
    const keeping = rulesWith([smsWith({ countries: { processing: ['IN'], storage: ['US'] } })]);
    expect(weigh(askedWith(), usa('2026-12-01'), NOW, keeping).outcome).toBe('deny');
  });

  it('that were lifted hold no longer', () => {
    const lifted = usa('2026-12-01', { liftedAt: '2026-12-01T00:00:00.000Z' });
    expect(weigh(abroad, lifted, NOW, rules).outcome).toBe('allow_with_obligations');
  });

  it('close one processor and leave the others open', () => {
    const closed = liveWith([restriction({ kind: 'processor', processorId: 'sandbox-sms' }, '2026-12-01')]);
    expect(ids(weigh(askedWith(), closed, NOW, rules))).toEqual(['never.closed-processor']);
    expect(weigh(abroad, closed, NOW, rules).outcome).toBe('allow_with_obligations');
  });
});

describe('the moment', () => {
  it('is unknown from the second on that facts are older than the cache may be', () => {
    const read = (ms: number) => liveWith([], { readAt: new Date(NOW.getTime() + ms) });
    expect(weigh(askedWith(), read(-30_000), NOW, rules).outcome).toBe('allow_with_obligations');
    expect(ids(weigh(askedWith(), read(-30_001), NOW, rules))).toEqual(['live.unknown']);
    expect(ids(weigh(askedWith(), read(30_001), NOW, rules))).toEqual(['live.unknown']);
  });

  it.each(['nonsense', '+012345-01-01T00:00:00.000Z', '-000001-01-01T00:00:00.000Z'])('is unknown at %s', (instant) => {
    const now = new Date(instant);
    expect(ids(weigh(askedWith(), liveWith([], { readAt: now }), now, rules))).toEqual(['live.unknown']);
  });

  it('denies what a tenant asks whose contract ended, but for warnings before an erasure', () => {
    expect(ids(weigh(askedWith(), liveWith([], { tenantActive: false }), NOW, rules))).toEqual([
      'never.after-termination',
    ]);
  });
});

/** Words of the register and strange ones, so that both sides of every check are met. */
const wordOr = (known: readonly string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, fc.string({ unit: 'binary', maxLength: 12 }));
const idsOf = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);
const anyAsked: fc.Arbitrary<Asked> = fc.record({
  tenantId: wordOr(['tenant-1']),
  processorId: wordOr(idsOf(sandboxes)),
  purpose: wordOr(idsOf(words.purposes)),
  dataRole: fc.constantFrom('account', 'tenant', 'telemetry', 'books'),
  categories: fc.array(wordOr(idsOf(words.categories)), { maxLength: 2 }),
  fields: fc.array(wordOr(words.fields.map(({ name }) => name)), { minLength: 1, maxLength: 4 }),
  lawfulBasis: fc.record({ kind: wordOr(idsOf(words.bases)), evidenceId: wordOr(['e-1']) }),
  dlt: fc.constantFrom(undefined, { entityId: '1101234567890', header: 'DIGCRM', templateId: '1107123456789' }),
  subjectNamed: fc.boolean(),
});
/** Mostly such as are allowed, so that restrictions have something to deny. */
const askedNearAllowed: fc.Arbitrary<Asked> = fc
  .record({ processor: fc.constantFrom(...sandboxes), asked: anyAsked, fields: fc.nat() })
  .map(({ processor, asked, fields }) => {
    const [purpose] = processor.purposes;
    if (purpose === undefined) return asked;
    const dataRole = processor.dataRoles[0] ?? 'tenant';
    return askedWith({
      ...asked,
      tenantId: 'tenant-1',
      processorId: processor.id,
      purpose: purpose.id,
      dataRole,
      categories: [],
      fields: purpose.fields.map(({ name }) => name).slice(0, 1 + (fields % purpose.fields.length)),
      lawfulBasis: { kind: purpose.bases[0] ?? 'consent', evidenceId: 'e-1' },
      dlt: { entityId: '1101234567890', header: 'DIGCRM', templateId: '1107123456789' },
      subjectNamed: true,
    });
  });
const anyRestriction = fc
  .record({
    scope: fc.oneof(
      fc.constantFrom('IN', 'US', 'SG', 'CN').map((country) => ({ kind: 'country' as const, country })),
      fc.constantFrom(...idsOf(sandboxes)).map((processorId) => ({ kind: 'processor' as const, processorId })),
      fc.constantFrom(...idsOf(sandboxes)).map((processorId) => ({ kind: 'contract' as const, processorId })),
    ),
    from: fc.constantFrom('2026-11-30', '2026-12-01', '2026-12-02', '2040-01-01'),
  })
  .map(({ scope, from }) => restriction(scope, from));

describe('whatever is asked', () => {
  it('is answered, and only fields of the field contract go', () => {
    let allowed = 0;
    fc.assert(
      fc.property(
        fc.oneof(anyAsked, askedNearAllowed),
        fc.array(anyRestriction, { maxLength: 3 }),
        (asked, restrictions) => {
          const weighed = weigh(asked, liveWith(restrictions), NOW, rules);
          expect(weighed.decidedBy.length).toBeGreaterThan(0);
          expect(weighed.obligations === null).toBe(weighed.outcome === 'deny');
          if (weighed.outcome !== 'deny') allowed++;
          const processor = rules.processors.get(asked.processorId);
          const contract = processor && contractOf(processor, asked.purpose);
          for (const field of weighed.fields) expect(contract?.map(({ name }) => name)).toContain(field);
        },
      ),
      { numRuns: 1000 },
    );
    expect(allowed).toBeGreaterThan(50);
  });

  it('is allowed no more with a restriction more', () => {
    let turned = 0;
    fc.assert(
      fc.property(
        fc.oneof(anyAsked, askedNearAllowed),
        fc.array(anyRestriction, { maxLength: 3 }),
        anyRestriction,
        (asked, restrictions, another) => {
          const before = weigh(asked, liveWith(restrictions), NOW, rules).outcome;
          const after = weigh(asked, liveWith([...restrictions, another]), NOW, rules).outcome;
          if (before === 'deny') expect(after).toBe('deny');
          else if (after === 'deny') turned++;
        },
      ),
      { numRuns: 1000 },
    );
    expect(turned).toBeGreaterThan(0);
  });
});
