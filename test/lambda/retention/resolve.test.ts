import { type RetentionFacts, resolveRetention } from '../../../lambda/retention/resolve';
import { BOOKS, factsWith, register, ruleIds, withRule } from './support';

const decide = (change: Partial<RetentionFacts> = {}) => resolveRetention(factsWith(change), register);
const cited = (change: Partial<RetentionFacts>) => ruleIds(decide(change));
const effectOf = (change: Partial<RetentionFacts>, ruleId: string) =>
  decide(change).rules.find((rule) => rule.ruleId === ruleId)?.effect;

const JUNE = '2027-06-01T10:00:00.000Z';

describe('a request before the DPDP Act binds', () => {
  it('is carried out at once and cites the privacy policy', () => {
    expect(decide()).toEqual({
      outcome: 'erase',
      notBefore: null,
      notAfter: null,
      reviewAt: null,
      conflict: null,
      rules: [
        {
          ruleId: 'instructed-erasure',
          kind: 'trigger',
          statement: expect.any(String),
          citation: 'Privacy policy P12 (earlier deletion on request)',
          effect: 'Calls for erasure from 2026-11-22 on.',
        },
      ],
    });
  });

  it.each(register.data.classes.filter((c) => c.role === 'tenant' || c.role === 'account'))(
    'erases the notes of $id for every reason and scope',
    ({ id, role }) => {
      const fields = ['note'];
      for (const reason of register.erasure.reasons)
        for (const scope of ['tenant', 'subject'] as const)
          expect(decide({ dataClass: id, dataRole: role, fields, reason: reason.id, scope }).outcome).toBe('erase');
    },
  );

  it('keeps security logs for the 180 days that CERT-In asks for', () => {
    expect(decide({ dataRole: 'telemetry', dataClass: 'security-logs', lastProcessedAt: '2026-11-01' })).toMatchObject({
      outcome: 'seal',
      notBefore: '2027-05-01',
    });
  });
});

describe('commencement on 13 May 2027', () => {
  it.each([
    ['2027-05-12T18:29:59.999Z', ['instructed-erasure', 'spdi-purpose-limit'], 'erase'],
    ['2027-05-12T18:30:00.000Z', ['instructed-erasure', 'consent-withdrawal', 'one-year-minimum'], 'seal'],
    ['2027-05-12T23:59:59.999+05:30', ['instructed-erasure', 'spdi-purpose-limit'], 'erase'],
    ['2027-05-13T00:00:00.000+05:30', ['instructed-erasure', 'consent-withdrawal', 'one-year-minimum'], 'seal'],
  ])('counts by midnight in India: %s', (asOf, rules, outcome) => {
    expect(decide({ reason: 'consent-withdrawn', asOf })).toMatchObject({ outcome });
    expect(cited({ reason: 'consent-withdrawn', asOf })).toEqual(rules);
  });

  it.each([
    ['2027-05-12T18:29:59.999Z', 'erase', null],
    ['2027-05-12T18:30:00.000Z', 'seal', '2028-05-14'],
    ['2027-05-31', 'seal', '2028-06-01'],
    ['2026-06-02', 'erase', null],
  ])('binds only what was processed from then on: %s', (lastProcessedAt, outcome, notBefore) => {
    expect(decide({ lastProcessedAt, asOf: JUNE })).toMatchObject({ outcome, notBefore });
  });

  it('says so when the processing was before it', () => {
    expect(effectOf({ lastProcessedAt: '2027-05-12', asOf: JUNE }, 'one-year-minimum')).toBe(
      'Does not bind: it counts from 2027-05-12, before 2027-05-13.',
    );
  });

  it("cites a person's right only where a person is to be erased", () => {
    const change = { reason: 'subject-request', asOf: '2028-01-01T00:00:00.000Z' };
    expect(cited({ ...change, scope: 'subject' })).toContain('right-to-erasure');
    expect(cited({ ...change, scope: 'tenant' })).not.toContain('right-to-erasure');
  });
});

describe('the calendar year of rule 8(3)', () => {
  it('takes the latest processing that is possible where none is known, and says so', () => {
    const decision = decide({ asOf: JUNE });
    expect(decision).toMatchObject({ outcome: 'seal', notBefore: '2028-06-02', notAfter: '2028-06-02' });
    expect(effectOf({ asOf: JUNE }, 'one-year-minimum')).toBe(
      'The last processing is not known and taken to be today. Kept through 2028-06-01, counted from 2027-06-01.',
    );
    expect(decision.conflict).toBe(
      'DPDP Rules 2025, rule 8(3) with the Seventh Schedule (one-year-minimum) keeps through 2028-06-01 what Privacy policy P12 (earlier deletion on request) (instructed-erasure) would erase on 2027-06-01: the duty to keep goes before, so use ceases on 2027-06-01 and the data is erased on 2028-06-02.',
    );
  });

  it.each([
    ['2027-06-01', '2028-06-01', 'a leap day in between: 366 days'],
    ['2028-02-28', '2029-02-28', 'the day before the leap day'],
    ['2028-02-29', '2029-02-28', 'the leap day itself'],
    ['2028-03-01', '2029-03-01', 'the day after: 365 days'],
  ])('keeps what was processed on %s through %s: %s', (lastProcessedAt, last) => {
    const on = (asOf: string) => decide({ lastProcessedAt, asOf }).outcome;
    expect(on(`${last}T23:59:59.999+05:30`)).toBe('seal');
    const next = new Date(Date.parse(`${last}T23:59:59.999+05:30`) + 1).toISOString();
    expect(on(next)).toBe('erase');
    expect(decide({ lastProcessedAt, asOf: `${lastProcessedAt}T12:00:00Z` }).notBefore).toBe(
      new Date(Date.parse(next) + 5.5 * 3_600_000).toISOString().slice(0, 10),
    );
  });

  it('still names the year when it is over', () => {
    const asOf = '2029-01-01T00:00:00Z';
    expect(effectOf({ lastProcessedAt: '2027-06-01', asOf }, 'one-year-minimum')).toContain('that day has passed');
  });
});

describe('termination', () => {
  const ended = { reason: 'termination', terminatedAt: '2026-12-01', lastProcessedAt: '2026-12-01' } as const;

  it('leaves the tenant restorable for 90 days and erases on the ninetieth', () => {
    expect(decide({ ...ended, asOf: '2027-02-28T12:00:00Z' })).toMatchObject({
      outcome: 'hold',
      notBefore: '2027-03-01',
      notAfter: '2027-03-01',
      conflict: null,
    });
    expect(decide({ ...ended, asOf: '2027-03-01T00:00:00+05:30' })).toMatchObject({
      outcome: 'erase',
      notAfter: '2027-03-01',
    });
  });

  it('ends earlier when the tenant or consent asks for it', () => {
    const asOf = '2026-12-10T00:00:00Z';
    expect(decide({ ...ended, reason: 'tenant-request', asOf }).outcome).toBe('erase');
    expect(decide({ ...ended, requestedAt: '2026-12-09', asOf }).outcome).toBe('erase');
    expect(decide({ ...ended, consentWithdrawnAt: '2026-12-09', asOf }).outcome).toBe('erase');
  });

  it('runs from the date alone, whatever the reason of the question', () => {
    expect(decide({ ...ended, reason: null, asOf: '2027-03-05T00:00:00Z' }).outcome).toBe('erase');
  });

  it('in June 2027 gives way to rule 8(3), and says when use ceases', () => {
    const june = { reason: 'termination', terminatedAt: '2027-06-01', lastProcessedAt: '2027-06-01' };
    const early = decide({ ...june, asOf: '2027-06-10T00:00:00Z' });
    expect(early).toMatchObject({ outcome: 'hold', notBefore: '2028-06-02', notAfter: '2028-06-02' });
    expect(early.conflict).toMatch(/keeps through 2028-06-01 .* use ceases on 2027-08-30 and .* erased on 2028-06-02/);
    expect(decide({ ...june, asOf: '2027-08-30T00:00:00Z' }).outcome).toBe('seal');
    expect(decide({ ...june, asOf: '2028-06-02T00:00:00Z' }).outcome).toBe('erase');
  });

  it('without a date of its own is in doubt', () => {
    expect(decide({ reason: 'termination' })).toMatchObject({ outcome: 'hold', reviewAt: '2026-11-22' });
    expect(effectOf({ reason: 'termination' }, 'facts-in-doubt')).toContain('terminatedAt is not known');
  });
});

describe('books', () => {
  it.each([
    ['of a company: eight financial years', {}, '2035-04-01', 'company-books'],
    ['of a firm: seven tax years', { entityType: 'firm' }, '2034-04-01', 'income-tax-books'],
    [
      'of a firm with a late annual return: 72 months',
      { entityType: 'firm', annualReturnDueDate: '2028-06-30' },
      '2034-07-01',
      'gst-records',
    ],
    ['of nobody knows whom: as of a company', { entityType: undefined }, '2035-04-01', 'company-books'],
    [
      'of a firm before the new Income-tax Act: rule 6F',
      { entityType: 'firm', financialYearEnd: '2026-03-31', annualReturnDueDate: '2026-12-31' },
      '2033-04-01',
      'income-tax-books-before-2026',
    ],
  ])('%s', (_what, change, notBefore, longest) => {
    const decision = decide({ ...BOOKS, ...change });
    expect(decision).toMatchObject({ outcome: 'seal', notBefore });
    expect(decision.conflict).toContain(`(${longest})`);
    expect(decide({ ...BOOKS, ...change, asOf: `${notBefore}T00:00:00+05:30` }).outcome).toBe('erase');
  });

  it('cites all of the laws that it weighed', () => {
    expect(cited(BOOKS)).toEqual(['books-closed', 'company-books', 'gst-records', 'income-tax-books']);
  });

  it('of an unknown year are never erased, whoever asks', () => {
    const asked = { dataRole: 'books', dataClass: 'statutory-books', reason: 'court-order' } as const;
    expect(decide(asked)).toMatchObject({ outcome: 'hold', notBefore: null });
    expect(effectOf(asked, 'facts-in-doubt')).toBe(
      'Nothing is erased until this is clear: financialYearEnd is not known; annualReturnDueDate is not known.',
    );
  });

  it('of the year under way stay in use', () => {
    expect(ruleIds(decide({ ...BOOKS, financialYearEnd: '2028-03-31', annualReturnDueDate: '2028-12-31' }))).toContain(
      'nothing-calls-for-erasure',
    );
  });
});

describe('proof of consent', () => {
  const proof = {
    dataRole: 'account',
    dataClass: 'consent-records',
    reason: 'consent-withdrawn',
    lastProcessedAt: '2028-02-29',
    asOf: '2028-03-01T00:00:00Z',
  } as const;

  it('outlives the consent by three years, in the fields that prove it', () => {
    expect(decide({ ...proof, fields: ['noticeHash'] }).notBefore).toBe('2031-03-01');
    expect(decide({ ...proof, fields: ['remark'] }).notBefore).toBe('2029-03-01');
  });

  it('counts every field where the fields are not known', () => {
    for (const fields of [undefined, []]) expect(decide({ ...proof, fields }).notBefore).toBe('2031-03-01');
  });
});

describe('holds', () => {
  const holds = [
    { holdId: 'matter-9', reviewAt: '2027-09-01' },
    { holdId: 'matter-4', reviewAt: '2027-03-01' },
  ];

  it('go before everything, and are looked at on the first of their days', () => {
    const decision = decide({ holds });
    expect(decision).toMatchObject({ outcome: 'hold', notBefore: null, notAfter: null, reviewAt: '2027-03-01' });
    expect(decision.rules.map(({ effect }) => effect)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('matter-9 stops erasure until it is lifted; its review is due on 2027-09-01'),
        expect.stringContaining('matter-4'),
      ]),
    );
    expect(decision.conflict).toContain('matter-9, matter-4 keeps what Privacy policy P12');
  });

  it('do not lapse by themselves', () => {
    expect(decide({ holds, asOf: '2028-01-01T00:00:00Z' }).outcome).toBe('hold');
    expect(effectOf({ holds, asOf: '2028-01-01T00:00:00Z' }, 'legal-hold')).toContain('its review was due on');
  });

  it('without a readable review are looked at today', () => {
    expect(decide({ holds: [{ holdId: 'matter-1', reviewAt: 'soon' }] })).toMatchObject({
      outcome: 'hold',
      reviewAt: '2026-11-22',
    });
  });
});

describe('facts that do not add up', () => {
  it.each([
    ['a class that the register lacks', { dataClass: 'crm-record' }, 'the register has no data class "crm-record"'],
    ['a class of another role', { dataRole: 'account' }, 'class "crm-records" belongs to role tenant, not account'],
    ['a reason that the register lacks', { reason: 'because' }, 'the register has no reason "because"'],
    ['a termination to come', { terminatedAt: '2026-11-23' }, 'terminatedAt lies after the decision'],
    ['a processing to come', { lastProcessedAt: '2027-01-01' }, 'lastProcessedAt lies after the decision'],
    ['a date that is none', { lastProcessedAt: '2026-02-29' }, 'lastProcessedAt is no date'],
    ['an instant without an offset', { requestedAt: '2026-11-01T10:00:00' }, 'requestedAt is no date'],
    [
      'an annual return before the end of its year',
      { ...BOOKS, annualReturnDueDate: '2027-03-01' },
      'annualReturnDueDate does not lie after financialYearEnd',
    ],
  ] as const)('%s', (_what, change, gap) => {
    const decision = decide(change);
    expect(decision).toMatchObject({ outcome: 'hold', reviewAt: expect.any(String) });
    expect(effectOf(change, 'facts-in-doubt')).toContain(gap);
  });

  it('a decision without a day', () => {
    expect(decide({ asOf: 'today' })).toMatchObject({ outcome: 'hold', reviewAt: null });
    expect(effectOf({ asOf: 'today' }, 'facts-in-doubt')).toContain('asOf is no ISO 8601 instant');
  });
});

describe('a register', () => {
  it('that switches rule 8(3) off erases at once in June 2027', () => {
    const changed = structuredClone(register);
    for (const rule of changed.retention.rules)
      if (rule.id === 'one-year-minimum')
        rule.switch = { on: false, approver: null, approvedOn: null, reason: 'The rule was struck down.' };
    expect(resolveRetention(factsWith({ asOf: JUNE }), changed)).toMatchObject({ outcome: 'erase' });
  });

  it('can have a ceiling for some fields only, which needs to know them', () => {
    const rule = register.retention.rules.find(({ id }) => id === 'recovery-window');
    if (rule === undefined) throw new Error('the register has a recovery window');
    const short = withRule({
      ...rule,
      id: 'short-window',
      period: { unit: 'days', value: 7 },
      appliesTo: { ...rule.appliesTo, fields: ['phone'] },
    });
    const asked = { reason: null, terminatedAt: '2026-11-01' };
    const outcome = (fields?: string[]) => resolveRetention(factsWith({ ...asked, fields }), short).outcome;
    expect([outcome(['phone']), outcome(['phone', 'name']), outcome([]), outcome()]).toEqual([
      'erase',
      'hold',
      'hold',
      'hold',
    ]);
  });

  it('keeps data in use while nobody asks for its erasure', () => {
    expect(ruleIds(decide({ reason: null }))).toEqual(['nothing-calls-for-erasure']);
  });
});
