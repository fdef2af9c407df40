import fc from 'fast-check';
import { crossCheck } from '../../policies/checks';
import { loadRegister } from '../../policies/load';
import { lineOf, problemsAfter } from './broken-register';

const register = loadRegister();

describe('files of the register that disagree', () => {
  it('refuses a client in a stage that does not exist, at its line', () => {
    const line = lineOf('clients.yaml', 'stages: [local, dev, prod]');
    expect(problemsAfter('clients.yaml', '[local, dev, prod]', '[local, staging]')).toEqual([
      `policies/clients.yaml:${line}: clients[0].stages[1]: expected a stage of stages.yaml (local, dev, prod), got "staging"`,
    ]);
  });

  it('refuses a second client of the same name', () => {
    expect(problemsAfter('clients.yaml', 'name: auditor', 'name: crm')).toEqual([
      expect.stringContaining('clients[1].name: expected a new one, got "crm" of entry [0] again'),
    ]);
  });

  it('refuses a rule for a class that data.yaml lacks', () => {
    const line = lineOf('retention.yaml', 'classes: [security-logs]');
    expect(problemsAfter('retention.yaml', 'classes: [security-logs]', 'classes: [sekurity-logs]')).toEqual([
      expect.stringMatching(
        new RegExp(`^policies/retention\\.yaml:${line}: .*classes\\[0\\]: expected a class of data\\.yaml`),
      ),
    ]);
  });

  it('refuses a rule for a reason that erasure.yaml lacks', () => {
    expect(problemsAfter('retention.yaml', 'reasons: [court-order]', 'reasons: [court]')).toEqual([
      expect.stringContaining('appliesTo.reasons[0]: expected a reason of erasure.yaml'),
    ]);
  });

  it('refuses a class whose role is not described', () => {
    expect(problemsAfter('data.yaml', '  - id: telemetry', '  - id: account')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('roles[2].id: expected a new one'),
        expect.stringContaining('classes[8].role: expected a role of this file'),
      ]),
    );
  });

  it.each(['logLockDays', 'accessLogDays', 'functionLogDays'])(
    'refuses %s below a calendar year with its leap day on one line, and names every law',
    (name) => {
      const days = new RegExp(`(${name}:\\n +days:) \\d+`);
      const line = lineOf('retention.yaml', `${name}:`) + 1;
      const place = `policies/retention.yaml:${line}: lifecycle.${name}.days: expected at least 366 because of`;
      expect(problemsAfter('retention.yaml', days, '$1 365')).toEqual([
        `${place} "one-year-minimum" and "breach-detection-minimum", got 365`,
      ]);
      expect(problemsAfter('retention.yaml', days, '$1 179')).toEqual([
        expect.stringMatching(/"one-year-minimum".*"cert-in-logs".*, got 179$/),
      ]);
    },
  );

  it('refuses a replica in the home Region', () => {
    expect(problemsAfter('regions.yaml', 'region: ap-south-2', 'region: ap-south-1')).toEqual([
      expect.stringContaining('replica.region: expected another Region than home'),
    ]);
  });

  it('refuses a rule that is on without a named approver', () => {
    const floor = /(id: one-year-minimum[\s\S]*?)switch: \{ on: true, approver: General Counsel, approvedOn: null \}/;
    expect(problemsAfter('retention.yaml', floor, '$1switch: { on: true, approver: null, approvedOn: null }')).toEqual([
      expect.stringContaining('switch.approver: expected string, got null'),
    ]);
    expect(problemsAfter('retention.yaml', floor, '$1switch: { on: true }')).toEqual([
      expect.stringContaining('switch.approver: expected string, got nothing'),
      expect.stringContaining('switch.approvedOn: expected string, got nothing'),
    ]);
  });

  it('refuses a rule that is off without a reason', () => {
    const floor = /(id: one-year-minimum[\s\S]*?)switch: \{ on: true, approver: General Counsel, approvedOn: null \}/;
    expect(problemsAfter('retention.yaml', floor, '$1switch: { on: false, approver: null, approvedOn: null }')).toEqual(
      [expect.stringContaining('switch.reason: expected string, got nothing')],
    );
  });

  it('refuses two rules of one id and names the lines of both', () => {
    const first = lineOf('retention.yaml', 'id: breach-detection-minimum');
    const second = lineOf('retention.yaml', 'id: cert-in-logs');
    expect(problemsAfter('retention.yaml', 'id: cert-in-logs', 'id: breach-detection-minimum')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^policies/retention\\.yaml:${second}: .*"breach-detection-minimum".* \\(policies/retention\\.yaml:${first}\\)$`,
        ),
      ),
    ]);
  });

  it('refuses a ceiling by law that is shorter than a floor, and names the lines of both', () => {
    const promise = /(id: recovery-window\n {4}kind: ceiling\n {4}authority: )promise/;
    const ceiling = lineOf('retention.yaml', 'id: recovery-window');
    const floor = lineOf('retention.yaml', 'id: one-year-minimum');
    const problems = problemsAfter('retention.yaml', promise, '$1law');
    expect(problems).toContain(
      `policies/retention.yaml:${ceiling}: rules[7]: expected "recovery-window" to name "one-year-minimum" under yieldsTo, as this ceiling by law is shorter than that floor (policies/retention.yaml:${floor})`,
    );
    const others =
      'one-year-minimum, consent-proof, company-books, gst-records, income-tax-books, income-tax-books-before-2026';
    expect(problemsAfter('retention.yaml', promise, `$1law\n    yieldsTo: [${others}, nobody]`)).toEqual([
      expect.stringContaining('yieldsTo[6]: expected a floor of this file'),
    ]);
  });

  it('refuses a promise as a duty to keep', () => {
    expect(problemsAfter('retention.yaml', /(id: gst-records\n.*\n {4}authority: )law/, '$1promise')).toEqual([
      expect.stringContaining('authority: expected law, as a promise is no reason to keep data'),
    ]);
  });

  it('refuses a clock that the kind of rule cannot have', () => {
    expect(problemsAfter('retention.yaml', 'countsFrom: terminatedAt', 'countsFrom: lastProcessedAt')).toEqual([
      expect.stringContaining(
        'countsFrom: expected requestedAt or consentWithdrawnAt or terminatedAt for a ceiling, got lastProcessedAt',
      ),
      expect.stringContaining('agree on one recovery window'),
    ]);
    expect(problemsAfter('retention.yaml', 'countsFrom: lastProcessedAt', 'countsFrom: null')).toEqual([
      expect.stringContaining('for a floor, got null'),
    ]);
  });

  it('needs exactly one rule for holds, for the rest and for doubt, always on', () => {
    expect(problemsAfter('retention.yaml', / {2}- id: legal-hold[\s\S]*?(?= {2}- id: nothing)/, '')).toEqual([
      expect.stringContaining('rules: expected one rule of kind hold, got 0'),
    ]);
    const dated = /(id: facts-in-doubt[\s\S]*?inForceFrom: )null/;
    expect(problemsAfter('retention.yaml', dated, '$12027-05-13')).toEqual([
      expect.stringContaining('expected a safeguard to be on, without dates, and about all data'),
    ]);
  });

  it('keeps the names that the resolver itself gives a meaning', () => {
    expect(problemsAfter('erasure.yaml', 'id: collected-in-error', 'id: termination')).toEqual([
      expect.stringContaining('reasons[5].id: expected another name'),
    ]);
  });

  it('refuses a rule that ends before it begins', () => {
    expect(problemsAfter('retention.yaml', 'until: 2027-05-13', 'until: 2011-04-11')).toEqual([
      expect.stringMatching(
        /rules\[1\]\.until: expected a day after 2011-04-11, got 2011-04-11 \(policies\/retention\.yaml:\d+\)$/,
      ),
    ]);
  });

  it('refuses a floor without a length', () => {
    expect(problemsAfter('retention.yaml', 'period: { unit: months, value: 72 }', 'period: null')).toEqual([
      expect.stringContaining('period: expected a length for a floor'),
    ]);
  });

  it('refuses a register by which some request could not be decided', () => {
    const problems = problemsAfter(
      'retention.yaml',
      'roles: [account, tenant, telemetry], classes: null',
      'roles: [account, telemetry], classes: null',
    );
    expect(problems).toContainEqual(
      expect.stringMatching(
        /^policies\/data\.yaml:\d+: classes\[0\]\.id: expected a trigger without dates in retention\.yaml that is on, for "customer-files", scope tenant, reason "tenant-request"$/,
      ),
    );
  });

  it('refuses any lifecycle number that S3 could round past the recovery window', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('noncurrentDays' as const, 'incompleteUploadDays' as const, 'exportDays' as const),
        fc.integer({ min: 0, max: 400 }),
        (name, days) => {
          const changed = structuredClone(register);
          changed.retention.lifecycle[name].days = days;
          const paths = crossCheck(changed).map((problem) => problem.path.join('.'));
          // A window that is too short for its warnings is another matter.
          const problems = paths.filter((path) => path.startsWith('lifecycle.'));
          expect(problems).toEqual(days + 1 <= 90 ? [] : [`lifecycle.${name}.days`]);
        },
      ),
    );
  });
});
