import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareReports, gotWorse, parseReport } from '../../../lib/evidence/compare';
import type { EvidenceReport } from '../../../lib/evidence/model';
import { type EvidenceInputs, hashOf, makeReport } from '../../../lib/evidence/report';
import { ruleTexts } from '../../../lib/evidence/rule-texts';
import { summaryOf } from '../../../lib/evidence/summary';
import { readSynth } from '../../../lib/evidence/synth-output';
import { ACK_ID, ACKNOWLEDGEMENT, CANARY, type Fixture, registerWith, writeFixture } from './synth-fixture';

const ROOT = join(__dirname, '..', '..', '..');
const TEST = 'test/lib/stage.test.ts';
const RULES = ruleTexts();
const clock = (at = '2026-11-29T20:00:00.000Z') => ({ now: () => new Date(at) });
const PASSED = new Map([[TEST, { passed: 3, failed: 0 }]]);

function report(fixture: Fixture = {}, inputs: Partial<EvidenceInputs> = {}, at?: string): EvidenceReport {
  const folder = writeFixture(fixture);
  try {
    return makeReport(
      {
        ...{ register: registerWith({}), synth: readSynth(folder), rules: RULES, tests: PASSED },
        origin: { commit: null, changed: false, version: '1.0.0', registerHash: 'r', sourceUrl: null },
        ...{ live: null, before: null, exists: (path) => existsSync(join(ROOT, path)) },
        ...inputs,
      },
      clock(at),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const resultsOf = ({ promises, obligations, controls }: EvidenceReport) =>
  [...promises, ...obligations, ...controls].map(({ result }) => result);
const all = (result: string) => [result, result, result];

describe('a control, and what is made of it', () => {
  it('passes where its rules looked at something, nothing is broken and its tests passed', () => {
    expect(resultsOf(report())).toEqual(all('pass'));
  });

  it.each<[string, Partial<Parameters<typeof registerWith>[0]>]>([
    ['names a rule that looked at nothing', { rules: ['AwsSolutions-S10', 'AwsSolutions-RDS2'] }],
    ['names neither a rule nor a test', { rules: [], tests: [] }],
    ['names a test that has no result', { tests: [TEST, 'test/lib/run.test.ts'] }],
  ])('is unproven where it %s', (_, control) => {
    expect(resultsOf(report({}, { register: registerWith(control) }))).toEqual(all('unproven'));
  });

  it.each([
    ['only skipped tests', { passed: 0, failed: 0 }, 'unproven'],
    ['a failed test beside passed ones', { passed: 5, failed: 1 }, 'fail'],
  ])('takes a file with %s for what it is', (_, counts, expected) => {
    expect(resultsOf(report({}, { tests: new Map([[TEST, counts]]) }))).toEqual(all(expected));
  });

  it('fails where a rule is broken', () => {
    const failed = report({ failing: ['Data-prod/Logs/Resource'] });
    expect(resultsOf(failed)).toEqual(all('fail'));
    expect(failed.controls[0]?.reasons).toEqual(['Rule AwsSolutions-S10 is broken by 1 resource.']);
  });

  it('fails where the outcomes call a resource broken that no finding names', () => {
    const outcomes = [
      {
        pack: 'AwsSolutions',
        outcomes: [{ rule: 'AwsSolutions-S2', compliant: [], broken: ['Data-prod/Logs/Resource'] }],
      },
      { pack: 'Dpdp', outcomes: [] },
    ];
    const register = registerWith({ rules: ['AwsSolutions-S2'] });
    expect(resultsOf(report({ outcomes }, { register }))).toEqual(all('fail'));
  });

  it('is acknowledged where all that is broken is', () => {
    const register = registerWith({ rules: ['AwsSolutions-S1', 'AwsSolutions-S10'] });
    const acknowledged = report({}, { register });
    expect(resultsOf(acknowledged)).toEqual(all('acknowledged'));
    expect(acknowledged.findings).toMatchObject([
      { rule: 'AwsSolutions-S1', result: 'acknowledged', acknowledgement: 0 },
    ]);
    expect(acknowledged.acknowledgements).toMatchObject([{ owner: 'platform', daysLeft: 121 }]);
  });

  it.each([
    ['its last day is over', { ...ACKNOWLEDGEMENT, expires: '2026-11-29' }, 'fail'],
    ['its last day is today in India', { ...ACKNOWLEDGEMENT, expires: '2026-11-30' }, 'acknowledged'],
  ])('takes an acknowledgement for what it is when %s', (_, acknowledgement, expected) => {
    const register = registerWith({ rules: ['AwsSolutions-S1'] });
    expect(resultsOf(report({ acknowledgements: [acknowledgement] }, { register }))).toEqual(all(expected));
  });

  it('fails where a finding was silenced without an owner', () => {
    const register = registerWith({ rules: ['AwsSolutions-S1'] });
    expect(resultsOf(report({ acknowledgements: [] }, { register }))).toEqual(all('fail'));
  });

  it('is planned where the register says so, whatever was shown', () => {
    expect(report({}, { register: registerWith({ status: 'planned' }) }).promises[0]?.result).toBe('planned');
    expect(report({}, { register: registerWith({}, 'not-ours') }).promises[0]?.result).toBe('not-applicable');
    expect(report({}, { register: registerWith({}, 'partly') }).promises[0]).toMatchObject({
      result: 'pass',
      note: 'Only a part of it is built.',
    });
  });
});

describe('an evidence report', () => {
  it('names the acknowledgement that matches nothing instead of being made', () => {
    const idle = { ...ACKNOWLEDGEMENT, findings: [ACK_ID, 'AwsSolutions::AwsSolutions-S5'] };
    expect(() => report({ acknowledgements: [idle] })).toThrow(
      'Data-prod/Logs: AwsSolutions::AwsSolutions-S5 is acknowledged, but nothing finds it: remove it.',
    );
  });

  it('is not made where a pack did not run', () => {
    expect(() => report({ outcomes: [{ pack: 'Dpdp', outcomes: [] }] })).toThrow('The pack AwsSolutions did not run');
  });

  it('says where a resource was created, and has no path of the machine', () => {
    const made = report();
    const source = { file: 'lib/data/data-stack.ts', line: 63 };
    expect(made.resources).toMatchObject([
      { at: 'Data-prod/Files/Resource', source, rules: ['AwsSolutions-S1', 'AwsSolutions-S10'] },
      { at: 'Data-prod/Logs/Resource', source },
    ]);
    expect(made.stores).toMatchObject([{ id: 'files', source }]);
    expect(JSON.stringify(made)).not.toContain('canary-of-a-machine');
    expect(CANARY).toContain('canary-of-a-machine');
  });

  it('judges the law for the day in India', () => {
    expect(report({}, {}, '2027-05-12T18:29:59.000Z').obligations[0]?.inForceToday).toBe(false);
    expect(report({}, {}, '2027-05-12T18:30:00.000Z').obligations[0]?.inForceToday).toBe(true);
  });

  it('takes the numbers of retention from the register', () => {
    const files = report().retention.find(({ id }) => id === 'customer-files');
    const spans = files?.spans.map(({ kind, toDay }) => `${kind} ${toDay}`);
    expect(spans).toEqual(expect.arrayContaining(['recoverable 89', 'erased-by 90', 'kept-by-law 365', 'backup 37']));
    const books = report().retention.find(({ id }) => id === 'statutory-books');
    expect(books?.spans.filter(({ kind }) => kind === 'kept-by-law').length).toBeGreaterThan(0);
  });

  it('shows by its hash that it was changed', () => {
    const made = report();
    expect(hashOf(made)).toBe(made.hash);
    expect(hashOf({ ...made, stage: 'dev' })).not.toBe(made.hash);
  });

  it('is made of thousands of resources', () => {
    const made = report({ resources: 5000 });
    expect(made.resources).toHaveLength(5002);
    expect(summaryOf(made).length).toBeLessThanOrEqual(15);
  });
});

describe('a comparison', () => {
  it('finds nothing in the same report', () => {
    expect(compareReports(report(), report())).toEqual([]);
  });

  it('calls worse what says less, and not what says more', () => {
    const [good, bad] = [report(), report({ failing: ['Data-prod/Logs/Resource'] })];
    const worse = compareReports(good, bad);
    expect(gotWorse(worse).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'promise P1',
      'obligation R-6a',
      'control tls',
    ]);
    expect(worse).toContainEqual({ kind: 'rule', id: 'AwsSolutions-S10', before: 'pass', after: 'fail', worse: true });
    expect(gotWorse(compareReports(bad, good))).toEqual([]);
  });

  it('calls worse what is gone or was declared to be nobody’s', () => {
    const gone = gotWorse(compareReports(report(), report({}, { register: registerWith({ id: 'renamed' }) })));
    expect(gone.map(({ id }) => id)).toContain('tls');
    const dropped = gotWorse(compareReports(report(), report({}, { register: registerWith({}, 'not-ours') })));
    expect(dropped.map(({ id }) => id)).toEqual(['P1']);
  });

  it.each([
    ['no JSON', '{', 'old.json is not JSON'],
    ['another format', '{"format":"digicrm-evidence/0"}', 'another format than digicrm-evidence/1'],
    ['no report', '{"format":"digicrm-evidence/1"}', 'is no report'],
  ])('refuses %s in one line', (_, text, message) => {
    expect(() => parseReport(text, 'old.json')).toThrow(message);
  });
});
