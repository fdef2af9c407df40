import { lineOf, problemsAfter } from './broken-register';

describe('anonymise.yaml', () => {
  it('is refused for data of tenants, for which DigiCRM has no ground of its own', () => {
    const line = lineOf('anonymise.yaml', 'class: account-users');
    expect(problemsAfter('anonymise.yaml', 'class: account-users', 'class: crm-records')).toEqual([
      expect.stringMatching(
        new RegExp(`^policies/anonymise\\.yaml:${line}: rules\\[0\\]\\.class: .*role tenant.*no ground of its own`),
      ),
    ]);
    expect(problemsAfter('anonymise.yaml', 'class: account-users', 'class: selfies')).toEqual([
      expect.stringContaining('expected a class of data.yaml'),
    ]);
  });

  it('is refused with an identifier among what is kept, or a value twice', () => {
    expect(problemsAfter('anonymise.yaml', 'from: plan', 'from: email')).toEqual([
      expect.stringContaining('rules[0].keeps[0].from: expected no identifier, got "email"'),
    ]);
    expect(problemsAfter('anonymise.yaml', 'name: state', 'name: plan')).toEqual([
      expect.stringContaining('keeps[2].name: expected a new one'),
    ]);
  });

  it('is refused with free text that is not called so', () => {
    const values = ', values: [starter, growth, enterprise]';
    expect(problemsAfter('anonymise.yaml', values, '')).toEqual([
      expect.stringContaining('keeps[0]: expected values, or "plan" under freeText'),
    ]);
    expect(problemsAfter('anonymise.yaml', 'freeText: []', 'freeText: [state]')).toEqual([
      expect.stringContaining('freeText[0]: expected a name under keeps that is as-is without values'),
    ]);
  });

  it('is refused with a k that protects nobody, or without an approver', () => {
    expect(problemsAfter('anonymise.yaml', 'number: 10', 'number: 1')).toEqual([
      expect.stringContaining('k.number: expected at least 5, got number 1'),
    ]);
    expect(problemsAfter('anonymise.yaml', 'approver: General Counsel', 'approver: null')).toEqual([
      expect.stringContaining('switch.approver: expected string, got null'),
    ]);
  });

  it('is refused with edges out of order, or a reason that nobody can give', () => {
    expect(problemsAfter('anonymise.yaml', '[1, 6, 21, 101]', '[1, 21, 6]')).toEqual([
      expect.stringContaining('keeps[3].edges: expected each edge above the one before'),
    ]);
    expect(problemsAfter('anonymise.yaml', '[termination, contract-ended]', '[boredom]')).toEqual([
      expect.stringContaining('reasons[0]: expected a reason of erasure.yaml, or termination'),
    ]);
  });
});
