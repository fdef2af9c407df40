import { currentResults, jestResults, testResultOf } from '../../../lib/evidence/test-results';

const FILE = 'test/lib/stage.test.ts';
const exists = (path: string) => path === FILE;
const reportOf = (status: string, ...tests: string[]) =>
  JSON.stringify({
    testResults: [
      { name: `/elsewhere/test/checkout/${FILE}`, status, assertionResults: tests.map((one) => ({ status: one })) },
    ],
  });

describe('results of tests', () => {
  it('are taken from a report of another machine', () => {
    expect(jestResults(reportOf('passed', 'passed', 'pending'), exists)).toEqual(
      new Map([[FILE, { passed: 1, failed: 0 }]]),
    );
  });

  it('count a file that could not be run as failed', () => {
    expect(jestResults(reportOf('failed'), exists).get(FILE)).toEqual({ passed: 0, failed: 1 });
  });

  it.each([
    ['no JSON', 'PASS test/a.test.ts', 'is not JSON'],
    ['something else', '{"testResults":[{}]}', 'is not one of jest'],
  ])('refuse %s in one line', (_, text, message) => {
    expect(() => jestResults(text, exists)).toThrow(message);
  });

  it('are those of this source alone', () => {
    const recorded = [{ [FILE]: { passed: 1, failed: 0, sourceHash: 'old' } }];
    expect(currentResults(recorded, 'new').size).toBe(0);
    expect(currentResults(recorded, 'old').get(FILE)).toEqual({ passed: 1, failed: 0 });
  });

  it('are not-run where nothing passed or failed', () => {
    expect(testResultOf(FILE, { passed: 0, failed: 0 }).result).toBe('not-run');
    expect(testResultOf(FILE, undefined).result).toBe('not-run');
  });
});
