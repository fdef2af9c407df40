import { lineOf, problemsAfter } from './broken-register';

describe('the controls', () => {
  it('refuses a built control that nothing keeps', () => {
    expect(problemsAfter('controls.yaml', /(status: built\n {4}keptBy:)\n( {6}- .*\n)+/, '$1 []\n')).toEqual([
      expect.stringContaining('controls[0].keptBy: expected the files that keep it, as it is built'),
    ]);
  });

  it('refuses two controls of one id and names the lines of both', () => {
    const first = lineOf('controls.yaml', 'id: data-roles');
    const second = lineOf('controls.yaml', 'id: encrypted-stores');
    expect(problemsAfter('controls.yaml', 'id: encrypted-stores', 'id: data-roles')).toContain(
      `policies/controls.yaml:${second}: controls[1].id: expected a new one, got "data-roles" of entry [0] again (policies/controls.yaml:${first})`,
    );
  });

  it('refuses a built control that no rule and no test shows', () => {
    const line = lineOf('controls.yaml', '- id: tenant-instruction');
    const tests = /(id: tenant-instruction\n[\s\S]*?) {4}tests:\n( {6}- .*\n)+/;
    expect(problemsAfter('controls.yaml', tests, '$1')).toEqual([
      `policies/controls.yaml:${line}: controls[4]: expected rules or tests that show it, as it is built`,
    ]);
  });

  it('refuses a test or rule that is named twice for one control', () => {
    const test = '      - test/lambda/erasure/service.test.ts\n';
    const rule = '      - AwsSolutions-IAM4\n';
    expect(problemsAfter('controls.yaml', test, test + test)).toEqual([
      expect.stringMatching(/: controls\[4\]\.tests\[1\]: expected a new one, got ".*" of entry \[0\] again/),
    ]);
    expect(problemsAfter('controls.yaml', rule, rule + rule)).toEqual([
      expect.stringContaining('controls[3].rules[1]: expected a new one, got "AwsSolutions-IAM4" of entry [0] again'),
    ]);
  });

  it('refuses what is no file of tests', () => {
    const test = '- test/lambda/erasure/service.test.ts';
    expect(problemsAfter('controls.yaml', test, '- lambda/erasure/service.ts')).toEqual([
      expect.stringContaining('controls[4].tests[0]: expected a file of tests such as test/'),
    ]);
  });

  it('refuses a control that neither a statement nor an obligation needs', () => {
    expect(problemsAfter('controls.yaml', /court-report(?=[,\]])/g, 'alarms')).toContainEqual(
      expect.stringContaining('expected a statement or an obligation that names "court-report"'),
    );
  });
});

describe('the statements of the policy', () => {
  it('asks for exactly P1 to P22 in order', () => {
    expect(problemsAfter('controls.yaml', 'id: P22', 'id: P21')).toEqual([
      expect.stringContaining('statements[21].id: expected P22, got "P21"'),
    ]);
    expect(problemsAfter('controls.yaml', 'id: P22', 'id: P23')).toEqual([
      expect.stringContaining('statements[21].id: expected P1 to P22, got string "P23"'),
    ]);
    expect(problemsAfter('controls.yaml', / {2}- id: P22[\s\S]*/, '')).toEqual([
      expect.stringContaining('statements: expected all 22 statements of the privacy policy, got a list of 21'),
    ]);
  });

  it('refuses a statement kept by a control that does not exist', () => {
    expect(
      problemsAfter('controls.yaml', 'controls: [data-roles, tenant-instruction]', 'controls: [data-roles, magic]'),
    ).toEqual([expect.stringContaining('statements[3].controls[1]: expected a control of this file')]);
  });

  it('refuses a statement that claims more than its controls', () => {
    const partly = /(id: P10\n.*\n {4}status: )partly/;
    expect(problemsAfter('controls.yaml', partly, '$1built')).toEqual([
      expect.stringContaining(
        'statements[9].status: expected "partly", which is what its controls amount to, got "built"',
      ),
    ]);
  });

  it('refuses a statement of others without saying whose it is', () => {
    expect(problemsAfter('controls.yaml', /\n {4}note: The company publishes.*/, '')).toEqual([
      expect.stringContaining('statements[21]: expected a note that says whose it is'),
    ]);
  });
});

describe('the obligations of the law', () => {
  const changed = (id: string, field: string, value: string) =>
    problemsAfter('controls.yaml', new RegExp(`(id: ${id}\\n[\\s\\S]*?\\n {4}${field}: ).*`), `$1${value}`);

  it('refuses two of one id and names the lines of both', () => {
    const first = lineOf('controls.yaml', 'id: R-6a');
    const second = lineOf('controls.yaml', 'id: R-6b');
    expect(problemsAfter('controls.yaml', 'id: R-6b', 'id: R-6a')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^policies/controls\\.yaml:${second}: obligations\\[\\d+\\]\\.id: expected a new one, got "R-6a" .* \\(policies/controls\\.yaml:${first}\\)$`,
        ),
      ),
    ]);
  });

  it('refuses an id of no law', () => {
    expect(problemsAfter('controls.yaml', 'id: R-6b', 'id: X-6b')).toEqual([
      expect.stringContaining('expected an id such as R-6a, got string "X-6b"'),
    ]);
  });

  it('refuses one that is kept by a control that does not exist', () => {
    expect(changed('A-11', 'controls', '[magic]')).toContainEqual(
      expect.stringMatching(
        /^policies\/controls\.yaml:\d+: obligations\[\d+\]\.controls\[0\]: expected a control of this file/,
      ),
    );
  });

  it('refuses one that belongs to a statement that does not exist, or twice to one', () => {
    expect(changed('A-11', 'statements', '[P10, P23]')).toEqual([
      expect.stringContaining('.statements[1]: expected P1 to P22, got string "P23"'),
    ]);
    expect(changed('A-11', 'statements', '[P10, P10]')).toEqual([
      expect.stringContaining('.statements[1]: expected a new one, got "P10" of entry [0] again'),
    ]);
  });

  it('refuses one that claims more than its controls, at its line', () => {
    const line = lineOf('controls.yaml', 'id: R-6f') + 5;
    expect(changed('R-6f', 'status', 'built')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^policies/controls\\.yaml:${line}: obligations\\[\\d+\\]\\.status: expected "partly" or less, which is what its controls amount to, got "built"$`,
        ),
      ),
    ]);
    for (const claimed of ['built', 'partly'])
      expect(changed('R-7.1', 'status', claimed)).toEqual([
        expect.stringContaining(`expected "planned" or less, which is what its controls amount to, got "${claimed}"`),
      ]);
  });

  it('takes one that claims less, since people may owe the rest', () => {
    for (const modest of ['partly', 'planned', 'not-applicable']) expect(changed('R-6a', 'status', modest)).toEqual([]);
  });

  it.each([
    ['A-38', 'not-applicable', 'why, and who must keep it instead'],
    ['A-08.2', 'partly', 'what is missing and whose it is'],
    ['R-7.2a', 'planned', 'what there will have to be'],
  ])('refuses %s, which is %s, without a note', (id, status, wanted) => {
    const line = lineOf('controls.yaml', `- id: ${id}\n`);
    const note = new RegExp(`(- id: ${id}\\n(?: {4}(?!note:).*\\n)+) {4}note: .*\\n(?: {6}.*\\n)*`);
    expect(problemsAfter('controls.yaml', note, '$1')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^policies/controls\\.yaml:${line}: obligations\\[\\d+\\]: expected a note that says ${wanted}, as it is ${status}$`,
        ),
      ),
    ]);
  });

  it('refuses one that ends before it begins, and names the lines of both days', () => {
    const line = lineOf('controls.yaml', 'id: S-3');
    expect(changed('S-3', 'inForceUntil', '2011-04-11')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^policies/controls\\.yaml:${line + 4}: .*inForceUntil: expected a day after 2011-04-11, got 2011-04-11 \\(policies/controls\\.yaml:${line + 3}\\)$`,
        ),
      ),
    ]);
  });
});
