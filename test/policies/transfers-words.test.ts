import { lineOf, problemsAfter } from './broken-register';

describe('words of transfers', () => {
  it.each<[string, string | RegExp, string, string]>([
    ['a category twice', '- id: contact', '- id: identity', 'categories[1].id: expected a new one, got "identity"'],
    ['a ground twice', '- id: lawful-contract', '- id: consent', 'expected a new one, got "consent"'],
    ['a purpose twice', '- id: refunds', '- id: campaigns', 'expected a new one, got "campaigns"'],
    [
      'a reason to resolve twice',
      '- id: rights-request',
      '- id: delivery-failure',
      'resolveFor[1].id: expected a new one',
    ],
    ['a field twice', 'name: email, category', 'name: phone, category', 'expected a new one, got "phone"'],
    [
      'a field of no category',
      'phone, category: contact',
      'phone, category: contacts',
      'expected a category of this file',
    ],
    [
      'a token of no field',
      'tokenFields: [name',
      'tokenFields: [nmae',
      'tokenFields[0]: expected a field of this file, got "nmae"',
    ],
    ['a token field twice', 'tokenFields: [name', 'tokenFields: [name, name', 'tokenFields[1]: expected a new one'],
    [
      'a field inside another',
      '{ name: billing.name, category: identity }',
      '{ name: billing, category: identity }',
      'expected no field inside another, got "billing.city" inside "billing"',
    ],
    [
      'a cache of more than 30 seconds',
      'seconds: 30',
      'seconds: 31',
      'decision.cacheSeconds.seconds: expected at most 30',
    ],
    ['one approver to lift', 'people: 2', 'people: 1', 'restriction.approversToLift.people: expected 2'],
  ])('refuse %s', (_, before, after, problem) => {
    const problems = problemsAfter('transfers.yaml', before, after);
    expect(problems.join('\n')).toContain(problem);
    for (const line of problems) expect(line).toMatch(/^policies\/(transfers|processors)\.yaml:\d+: /);
  });

  it('names the line of a field whose category nobody knows', () => {
    const line = lineOf('transfers.yaml', '- { name: phone, category: contact }');
    expect(problemsAfter('transfers.yaml', 'phone, category: contact', 'phone, category: contacts')).toEqual([
      expect.stringMatching(
        new RegExp(`^policies/transfers\\.yaml:${line}: fields\\[2\\]\\.category: expected a category`),
      ),
    ]);
  });
});
