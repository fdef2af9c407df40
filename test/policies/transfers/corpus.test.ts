import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cedarRequest } from '../../../bin/checks/policies/cedar-request';
import { PolicySet } from '../../../bin/checks/policies/evaluate';
import { cedarEngine } from '../../../lambda/transfer/adapters/cedar-engine';
import { loadCorpus } from '../../../policies/corpus/load';
import { loadRegister } from '../../../policies/load';
import { loadPolicies } from '../../../policies/transfers/load';
import { problemsOf } from '../broken-register';

const CORPUS = join(__dirname, '..', '..', '..', 'policies', 'corpus');
const register = loadRegister();
const policies = loadPolicies();
const corpus = loadCorpus(register, policies);
const engine = cedarEngine(policies);

describe('the corpus', () => {
  it.each(corpus.map((c) => [c.name.replace('/', ': ').replaceAll('-', ' '), c] as const))('%s', (_, c) => {
    const { allowed, decidedBy } = engine.ask(c.question);
    expect([allowed ? 'allow' : 'deny', decidedBy.map(({ id }) => id)]).toEqual([c.expect, c.reasons]);
  });

  it('has at least 60 cases, and of each folder', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
    for (const folder of ['allow', 'deny'])
      expect(corpus.filter((c) => c.expect === folder).length).toBeGreaterThan(20);
  });

  it('is decided alike by all policies at once, of which the engine asks only those that can matter', () => {
    const all = new PolicySet('all', new Map(policies.policies.map(({ id, json }) => [id, json])));
    for (const { name, question, expect: outcome, reasons } of corpus)
      expect([name, all.decide(cedarRequest(question))]).toEqual([name, { outcome, reasons }]);
  });

  it('names every policy as the reason of some case', () => {
    const named = new Set(corpus.flatMap(({ reasons }) => reasons));
    expect(policies.policies.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
  });
});

const GOOD = {
  question: {
    processor: 'sandbox-sms',
    purpose: 'service-messages',
    dataRole: 'account',
    fields: ['phone'],
    basis: 'consent',
    dlt: true,
  },
  expect: 'allow',
  reasons: ['permit.sms-messages'],
};

/** What is said about a corpus with one file more. */
function problemsWith(file: string, content: unknown): readonly string[] {
  const dir = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    for (const folder of ['allow', 'deny']) cpSync(join(CORPUS, folder), join(dir, folder), { recursive: true });
    writeFileSync(join(dir, file), typeof content === 'string' ? content : JSON.stringify(content));
    return problemsOf(() => loadCorpus(register, policies, dir));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const asked = (change: object) => ({ ...GOOD, question: { ...GOOD.question, ...change } });

describe('a case that is written wrongly', () => {
  const FILE = 'allow/an-sms-goes-as-it-should.json';

  it('is told from one that is written well', () => {
    expect(problemsWith(FILE, GOOD)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', '(file): expected JSON'],
    ['a list', [], '(file): expected a mapping'],
    ['no reasons', { ...GOOD, reasons: [] }, 'reasons: expected at least 1 entries, got a list of 0'],
    [
      'a reason that is no policy',
      { ...GOOD, reasons: ['permit.everything'] },
      'reasons[0]: expected the @id of a policy',
    ],
    [
      'a denial as a reason to allow',
      { ...GOOD, reasons: ['never.minors'] },
      'begins with "permit." as reason to allow',
    ],
    ['a reason twice', { ...GOOD, reasons: [...GOOD.reasons, ...GOOD.reasons] }, 'reasons: expected each policy once'],
    ['the answer of the other folder', { ...GOOD, expect: 'deny' }, 'expect: expected "allow" as the folder says'],
    ['a misspelt field of the file', { ...GOOD, reason: 'x' }, 'reason: unknown field'],
    [
      'an unknown processor',
      asked({ processor: 'nobody' }),
      'question.processor: expected a processor of the register',
    ],
    ['an unknown purpose', asked({ purpose: 'research' }), 'question.purpose: expected a word of the register'],
    ['an unknown ground', asked({ basis: 'contract' }), 'question.basis: expected a word of the register'],
    ['an unknown field', asked({ fields: ['phone', 'fax'] }), 'question.fields[1]: expected a word of the register'],
    [
      'an unknown category',
      asked({ categories: ['politics'] }),
      'question.categories[0]: expected a word of the register',
    ],
    ['a day that is none', asked({ today: '2026-02-30' }), 'question.today: expected a calendar date'],
    [
      'a country in small letters',
      asked({ restrictedCountries: ['us'] }),
      'question.restrictedCountries[0]: expected a country',
    ],
    [
      'a clause that nobody knows',
      asked({ stated: { contract: { signedOn: null, validUntil: '2027-01-01', lacks: ['goodwill'] } } }),
      'question.stated.contract.lacks[0]: expected',
    ],
    [
      'a purpose stated that nobody knows',
      asked({ stated: { purposes: [{ id: 'research', bases: ['consent'], fields: ['phone'] }] } }),
      'question.stated.purposes[0].id: expected a word of the register',
    ],
    [
      'the contract of a real company',
      asked({ processor: 'msg91' }),
      'question.stated.contract: expected the contract',
    ],
  ])('%s is told on one line with its place', (_, content, problem) => {
    const problems = problemsWith(FILE, content);
    expect(problems.join('\n')).toContain(problem);
    for (const line of problems) expect(line).toMatch(/^policies\/corpus\/allow\/an-sms-goes-as-it-should\.json: \S/);
  });

  it.each(['allow/SMS.json', 'allow/sms.json', 'allow/an sms goes as it should.json', 'allow/a-note.txt'])(
    'refuses the name %s, which is no sentence',
    (file) => {
      expect(problemsWith(file, GOOD)).toEqual([
        `policies/corpus/${file}: (name): expected a sentence of at least four words with dashes, in small letters, and .json`,
      ]);
    },
  );
});
