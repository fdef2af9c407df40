import { lineOf, problemsAfter } from './broken-register';

describe('warnings before an erasure', () => {
  it('lie inside the recovery window, or loading names both lines', () => {
    const line = lineOf('retention.yaml', 'hoursBefore: 168');
    const window = lineOf('retention.yaml', 'days: 89');
    expect(problemsAfter('retention.yaml', 'hoursBefore: 168', 'hoursBefore: 2135')).toEqual([
      `policies/retention.yaml:${line}: notices.before[0].hoursBefore: expected less than 2134, so that it lies inside the recovery window, got 2135 (policies/retention.yaml:${window})`,
    ]);
  });

  it('come in order, each later than the one before', () => {
    expect(problemsAfter('retention.yaml', 'hoursBefore: 48', 'hoursBefore: 168')).toEqual([
      expect.stringContaining('notices.before[1].hoursBefore: expected fewer hours than the warning before it'),
    ]);
  });

  it('have names of their own', () => {
    expect(problemsAfter('retention.yaml', 'id: forty-eight-hours', 'id: seven-days')).toEqual([
      expect.stringContaining('notices.before[1].id: expected a new one, got "seven-days"'),
    ]);
  });

  it('cannot be left out', () => {
    expect(problemsAfter('retention.yaml', /\n {2}before:\n {4}- id: seven-days[\s\S]*$/, '\n  before: []\n')).toEqual([
      expect.stringContaining('notices.before'),
    ]);
  });
});

it('refuses a recovery window in months, whose end no midnight can be computed for in days', () => {
  const before = 'period: { unit: days, value: 90 }\n    countsFrom: terminatedAt';
  expect(problemsAfter('retention.yaml', before, before.replace('days, value: 90', 'months, value: 3'))).toEqual(
    expect.arrayContaining([expect.stringContaining('agree on one recovery window')]),
  );
});
