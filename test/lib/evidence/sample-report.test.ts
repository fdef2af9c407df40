import { RESULTS } from '../../../lib/evidence/model';
import { sampleReport } from '../../support/evidence-report';

describe('the sample report', () => {
  it('is as large as that of the app, and the same each time', () => {
    const report = sampleReport();
    expect(sampleReport()).toEqual(report);
    expect(report.resources).toHaveLength(1000);
    expect(report.promises).toHaveLength(22);
    expect(report.acknowledgements).toHaveLength(130);
    expect(report.obligations.length).toBeGreaterThanOrEqual(58);
  });

  it('has every result, so that a view of it shows them all', () => {
    const { promises, controls, rules } = sampleReport();
    const found = new Set([...promises, ...controls, ...rules].map(({ result }) => result));
    expect([...found].sort()).toEqual([...RESULTS].sort());
  });

  it('can be small', () => {
    expect(sampleReport({ resources: 0, tests: 0 }).findings).toEqual([]);
  });
});
