import { answeredRules, nistFindings } from '../../bin/checks/nist-findings';

describe('docs/nist-800-53.md', () => {
  const answered = answeredRules();

  it('answers every rule of the pack that finds something in prod, and no other', () => {
    const found = nistFindings('prod').map(({ rule }) => rule);
    expect(found.length).toBeGreaterThan(0);
    expect([...answered].sort()).toEqual([...found].sort());
  });

  it('answers each rule once', () => {
    expect(answered).toEqual([...new Set(answered)]);
  });
});
