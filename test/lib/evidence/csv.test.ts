import { csvOf } from '../../../lib/evidence/csv';
import type { EvidenceReport } from '../../../lib/evidence/model';

const control: EvidenceReport['controls'][number] = {
  ...{ id: 'tls', statement: 'TLS, "always"', result: 'pass', reasons: [], keptBy: [] },
  ...{ rules: ['AwsSolutions-S10'], tests: ['test/a.test.ts', 'test/b.test.ts'], watchedBy: [] },
};
const promise = { id: 'P1', text: '=1+1', result: 'pass' as const, note: null, controls: ['tls'], obligations: [] };
const csv = (promises = [promise]) =>
  csvOf({ promises, obligations: [], controls: [control] } as unknown as EvidenceReport).split('\r\n');

describe('the matrix as CSV', () => {
  it('quotes what holds commas and quotes, and joins what shows a row', () => {
    expect(csv()[2]).toBe('control,tls,"TLS, ""always""",pass,,,,tls,AwsSolutions-S10,test/a.test.ts; test/b.test.ts');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1'])('lets no spreadsheet run %j', (text) => {
    expect(csv([{ ...promise, text }])[1]).toContain(`P1,'${text},pass`);
  });
});
