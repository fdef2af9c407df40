import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestRecorder } from '../../../bin/evidence/record-tests';
import { readRecords } from '../../../bin/evidence/recorded-tests';
import { testedHash } from '../../../lib/evidence/tree-hash';

const root = mkdtempSync(join(tmpdir(), 'recorder-'));
mkdirSync(join(root, 'lib'));
cpSync(__filename, join(root, 'lib', 'a.ts'));
afterAll(() => rmSync(root, { recursive: true }));

const testAt = (file: string) => ({ path: join(root, file), context: { config: { displayName: { name: 'unit' } } } });

function record(file: string, result: { passed: number; failed: number; broken?: boolean }, pattern = '') {
  const folder = join(root, 'results');
  const recorder = new TestRecorder({ testNamePattern: pattern }, { root, folder });
  recorder.onRunStart();
  recorder.onTestResult(testAt(file), {
    numPassingTests: result.passed,
    numFailingTests: result.failed,
    ...(result.broken === true && { testExecError: {} }),
  });
  return { recorder, records: () => Object.assign({}, ...readRecords(folder)) };
}

describe('the recorder of tests', () => {
  it('keeps each file with the source that it is of, beside others', () => {
    record('test/a.test.ts', { passed: 2, failed: 0 }).recorder.onRunComplete();
    const second = record('test/b.test.ts', { passed: 0, failed: 0, broken: true });
    second.recorder.onRunComplete();
    const sourceHash = testedHash(root);
    expect(second.records()).toEqual({
      'test/a.test.ts': { passed: 2, failed: 0, sourceHash },
      'test/b.test.ts': { passed: 0, failed: 1, sourceHash },
    });
  });

  it('keeps nothing of a run of some tests by their names', () => {
    const partly = record('test/c.test.ts', { passed: 1, failed: 0 }, 'one of them');
    partly.recorder.onRunComplete();
    expect(partly.records()).not.toHaveProperty(['test/c.test.ts']);
  });

  it('keeps nothing of a run during which the source changed', () => {
    const late = record('test/d.test.ts', { passed: 1, failed: 0 });
    writeFileSync(join(root, 'lib', 'b.ts'), '');
    late.recorder.onRunComplete();
    expect(late.records()).not.toHaveProperty(['test/d.test.ts']);
  });
});
