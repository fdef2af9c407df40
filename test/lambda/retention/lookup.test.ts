import type { LegalHold } from '../../../lambda/holds/hold';
import type { Known, KnownRequest, KnownTermination } from '../../../lambda/retention/known';
import { lookUp } from '../../../lambda/retention/lookup';
import { type Answer, answerSchema, type Question } from '../../../lambda/retention/question';
import { compileRetention } from '../../../lambda/retention/resolve';
import type { Store } from '../../../lambda/shared/inventory';
import { ProblemError } from '../../../lambda/shared/problem';
import { loadRegister } from '../../../policies/load';
import { EXPORTS, FILES, holdOn, RECORDS } from '../holds/support';

const register = loadRegister();
const resolve = compileRetention(register);
const NOW = new Date('2026-11-22T10:00:00Z');

const BILLING: Store = {
  ...RECORDS,
  id: 'billing',
  dataRole: 'account',
  dataClass: 'billing-records',
  documents: 'tax-invoice',
};

const terminated = (more: Partial<KnownTermination> = {}): KnownTermination => ({
  terminationId: 'tm-1',
  state: 'RECOVERABLE',
  terminatedAt: '2026-11-20T10:00:00.000Z',
  eraseAt: '2027-02-18T00:00:00.000Z',
  ...more,
});

const request = (more: Partial<KnownRequest> = {}): KnownRequest => ({
  requestId: 'er-1',
  scope: 'tenant',
  status: 'confirmed',
  reason: 'contract-ended',
  dryRun: false,
  createdAt: '2026-11-21T10:00:00.000Z',
  sealed: [],
  ...more,
});

const sealedUntil = (until: string, freeOn = until): KnownRequest['sealed'][number] => ({
  storeId: 'crm-records',
  into: 'vault',
  since: '2026-11-01T10:00:00.000Z',
  freeOn,
  until,
  years: [],
  freeYears: [],
  law: [{ ruleId: 'one-year-minimum', kind: 'floor', statement: '…', citation: 'rule 8(3)', effect: '…' }],
  state: 'sealed',
});

function ask(
  question: Partial<Question> = {},
  known: Partial<Known> = {},
  inventory: readonly Store[] = [RECORDS],
): Answer {
  const all = { termination: undefined, holds: [], requests: [], complete: true, ...known };
  const answer = lookUp({ tenantId: 'acme', ...question }, all, { inventory, register, resolve, now: NOW });
  return answerSchema.parse(answer);
}

const outcomeOf = (answer: Answer) => answer.stores.map(({ decision }) => decision.outcome);

describe('a tenant of whom nothing is known', () => {
  it('is answered as if it asked that day: erased before the DPDP Act begins, sealed for a year after it', () => {
    expect(ask().facts).toMatchObject({ reason: 'tenant-request', reasonFrom: 'supposed', requestedAt: null });
    expect(ask().stores[0]?.decision).toMatchObject({ outcome: 'erase', notBefore: null });
    expect(ask({ asOf: '2027-06-01' }).stores[0]?.decision).toMatchObject({ outcome: 'seal', notBefore: '2028-06-02' });
    expect(ask({ asOf: '2040-01-01', subjectId: 'p-1' })).toMatchObject({
      facts: { scope: 'subject', reason: 'subject-request' },
      stores: [{ decision: { outcome: 'seal', notBefore: '2041-01-02' } }],
    });
  });

  it('stays in use where the question supposes no request', () => {
    const answer = ask({ reason: 'none' });
    expect(outcomeOf(answer)).toEqual(['hold']);
    expect(answer.sentences).toContain('The question supposes that nobody asks for erasure.');
  });

  it('is free of the year that its last use does not start', () => {
    expect(outcomeOf(ask({ asOf: '2027-06-01', lastProcessedAt: '2027-05-12T10:00:00Z' }))).toEqual(['erase']);
  });

  it('has one answer for each store of the inventory, under its own class', () => {
    const answer = ask({}, {}, [FILES, EXPORTS, RECORDS]);
    expect(answer.stores.map(({ storeId, dataClass }) => [storeId, dataClass])).toEqual([
      ['customer-files', 'customer-files'],
      ['exports', 'exports'],
      ['crm-records', 'crm-records'],
    ]);
  });
});

it('answers for one class where only that is asked', () => {
  expect(ask({ dataClass: 'exports' }, {}, [FILES, EXPORTS]).stores.map(({ storeId }) => storeId)).toEqual(['exports']);
});

describe('a terminated tenant', () => {
  const known = { termination: terminated() };

  it('stays restorable within the window and is erased at its end', () => {
    const inside = ask({}, known);
    expect(inside.facts).toMatchObject({ reason: 'termination', reasonFrom: 'termination' });
    expect(inside.stores[0]?.decision).toMatchObject({ outcome: 'hold', notBefore: '2027-02-18' });
    expect(inside.sentences).toContain(
      'The contract ended on 2026-11-20; the erasure begins on 2027-02-18, and the tenant can be restored until then.',
    );
    expect(outcomeOf(ask({ asOf: '2027-02-18' }, known))).toEqual(['erase']);
  });

  it('counts the year from the end of the contract, unless the CRM told an earlier use', () => {
    const late = { terminatedAt: '2027-06-10T10:00:00.000Z', eraseAt: '2027-09-08T00:00:00.000Z' };
    const question = { asOf: '2027-09-10' };
    expect(ask(question, { termination: terminated(late) }).stores[0]?.decision).toMatchObject({
      outcome: 'seal',
      notBefore: '2028-06-11',
    });
    const told = terminated({ ...late, lastProcessedAt: '2027-05-20T10:00:00.000Z' });
    expect(ask(question, { termination: told }).stores[0]?.decision.notBefore).toBe('2028-05-21');
  });

  it('was none before its day, and is none once it is restored', () => {
    for (const answer of [
      ask({ asOf: '2026-11-19' }, known),
      ask({}, { termination: terminated({ state: 'RESTORED' }) }),
      ask({}, { termination: terminated({ state: 'RESTORING' }) }),
    ])
      expect(answer.facts).toMatchObject({ termination: null, terminatedAt: null, reasonFrom: 'supposed' });
  });
});

describe('erasures under way', () => {
  it('give the reason, the day and the last use that they were asked with', () => {
    const known = { requests: [request({ lastProcessedAt: '2026-11-10T10:00:00.000Z' })] };
    expect(ask({ asOf: '2027-06-01' }, known)).toMatchObject({
      facts: {
        reason: 'contract-ended',
        reasonFrom: 'request',
        requestedAt: '2026-11-21T10:00:00.000Z',
        lastProcessedAt: '2026-11-10T10:00:00.000Z',
        requests: [{ requestId: 'er-1', status: 'confirmed' }],
      },
      stores: [{ decision: { outcome: 'erase' } }],
    });
  });

  it('of one person concern her and say nothing of another, or of all the tenant', () => {
    const requests = [request({ scope: 'subject', subjectId: 'p-1', reason: 'subject-request' })];
    expect(ask({ subjectId: 'p-1' }, { requests }).facts.reasonFrom).toBe('request');
    const other = ask({ subjectId: 'p-2' }, { requests });
    expect(other.facts).toMatchObject({ reasonFrom: 'supposed', requests: [] });
    expect(ask({}, { requests }).facts).toMatchObject({ reasonFrom: 'supposed', requests: [{ scope: 'subject' }] });
  });

  it('count no more when they have ended, and a dry run never does', () => {
    for (const more of [{ status: 'cancelled' }, { status: 'failed' }, { dryRun: true }] as const)
      expect(ask({}, { requests: [request(more)] }).facts).toMatchObject({ reasonFrom: 'supposed', requests: [] });
  });

  it('give way to the reason of the question', () => {
    const answer = ask({ reason: 'court-order' }, { requests: [request()] });
    expect(answer.facts).toMatchObject({ reason: 'court-order', reasonFrom: 'question', requestedAt: null });
  });

  it('say what they sealed, until when and by which law', () => {
    const requests = [request({ status: 'deferred', sealed: [sealedUntil('2027-11-02')] })];
    const answer = ask({ asOf: '2027-06-01' }, { requests });
    expect(answer.sealed).toEqual([{ requestId: 'er-1', ...sealedUntil('2027-11-02') }]);
    expect(answer.sentences).toContain(
      'What er-1 sealed of crm-records in the vault is kept until 2027-11-02 (rule 8(3)).',
    );
    const inPart = [request({ sealed: [sealedUntil('2030-04-01', '2029-04-01')] })];
    expect(ask({}, { requests: inPart }).sentences).toContain(
      'What er-1 sealed of crm-records in the vault is kept until 2030-04-01, a part of it until 2029-04-01 (rule 8(3)).',
    );
    expect(ask({ asOf: '2027-11-02' }, { requests }).sentences).toContain(
      'What er-1 sealed of crm-records in the vault is kept by no law from 2027-11-02 on (rule 8(3)).',
    );
  });
});

describe('a legal hold', () => {
  const holding = (...holds: LegalHold[]) => ({ holds });

  it('on the tenant stops everything', () => {
    const answer = ask({}, holding(holdOn()), [FILES, RECORDS]);
    expect(outcomeOf(answer)).toEqual(['hold', 'hold']);
    expect(answer.stores[0]?.decision.reviewAt).toBe('2027-03-01');
    expect(answer.holds).toEqual([
      { holdId: 'matter-17', matter: 'CS-2026-114', reviewAt: '2027-03-01', dataClass: null, oneSubject: false },
    ]);
  });

  it('on a class stops that class', () => {
    expect(outcomeOf(ask({}, holding(holdOn({ dataClass: 'customer-files' })), [FILES, RECORDS]))).toEqual([
      'hold',
      'erase',
    ]);
  });

  it("on one person stops her erasure, and a part of her tenant's, without naming her", () => {
    const known = holding(holdOn({ subjectId: 'p-1' }));
    expect(outcomeOf(ask({ subjectId: 'p-1' }, known))).toEqual(['hold']);
    const ofTenant = ask({}, known);
    expect(ofTenant.stores).toMatchObject([{ partlyHeldBy: ['matter-17'], decision: { outcome: 'erase' } }]);
    expect(ofTenant.sentences).toContain('crm-records: hold matter-17 keeps a part of it all the same.');
    expect(JSON.stringify(ofTenant)).not.toContain('p-1');
    expect(ask({ subjectId: 'p-2' }, known)).toMatchObject({ holds: [], stores: [{ partlyHeldBy: [] }] });
  });

  it('was none before it was placed, and holds on any later day', () => {
    expect(outcomeOf(ask({ asOf: '2026-10-31' }, holding(holdOn())))).toEqual(['erase']);
    expect(outcomeOf(ask({ asOf: '2035-01-01' }, holding(holdOn())))).toEqual(['hold']);
  });
});

it('tells the fields of documents that laws name from everything else', () => {
  const answer = ask({}, {}, [BILLING]);
  expect(answer.stores.map(({ part, decision }) => [part, decision.outcome])).toEqual([
    ['statutory-fields', 'seal'],
    ['other-fields', 'erase'],
  ]);
  expect(answer.stores[0]?.decision.rules.map(({ ruleId }) => ruleId)).toContain('gst-records');
});

it('says what the answer lacks', () => {
  expect(ask({ asOf: '2027-06-01' }).sentences.at(-1)).toMatch(/^The day lies ahead/);
  expect(ask({ asOf: '2026-11-01' }).sentences.at(-1)).toMatch(/^The day has passed/);
  expect(ask({}, { complete: false }).sentences.at(-1)).toMatch(/more requests than were read/);
});

it.each([
  [{ reason: 'because' }, '/reason'],
  [{ dataClass: 'exports' }, '/dataClass'],
  [{ asOf: '2027-06-01', lastProcessedAt: '2027-06-02T00:00:00+05:30' }, '/lastProcessedAt'],
])('refuses %j', (question, pointer) => {
  let refusal: unknown;
  try {
    ask(question);
  } catch (error) {
    refusal = error;
  }
  if (!(refusal instanceof ProblemError)) throw new Error('expected a refusal');
  expect(refusal).toMatchObject({ status: 422, errors: [{ pointer }] });
});
