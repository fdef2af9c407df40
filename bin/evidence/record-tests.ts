import { relative, sep } from 'node:path';
import { testedHash } from '../../lib/evidence/tree-hash';
import { ROOT } from '../local/paths';
import { type FileResult, recordResults } from './recorded-tests';

/** The parts of jest's results that are kept. */
interface JestFileResult {
  readonly numPassingTests: number;
  readonly numFailingTests: number;
  readonly testExecError?: unknown;
}
interface JestTest {
  readonly path: string;
  readonly context: { readonly config: { readonly displayName?: { readonly name: string } } };
}

/**
 * Reporter of jest that keeps the result of each file together with a hash of the source that it was of, for the
 * evidence report. A run of some tests of a file only, by their names, shows nothing about the file and is not kept; nor
 * is one during which the source changed.
 */
export class TestRecorder {
  private readonly partOfFiles: boolean;
  private hash = '';
  private readonly results: FileResult[] = [];

  /** @param root of the repository */
  constructor(
    { testNamePattern }: { readonly testNamePattern?: string },
    { root = ROOT, folder }: { readonly root?: string; readonly folder?: string } = {},
  ) {
    this.partOfFiles = testNamePattern !== undefined && testNamePattern !== '';
    this.root = root;
    this.folder = folder;
  }

  private readonly root: string;
  private readonly folder: string | undefined;

  onRunStart(): void {
    this.hash = testedHash(this.root);
  }

  onTestResult({ path, context }: JestTest, result: JestFileResult): void {
    this.results.push({
      project: context.config.displayName?.name ?? 'tests',
      file: relative(this.root, path).split(sep).join('/'),
      passed: result.numPassingTests,
      // A file that does not compile has no failing test.
      failed: Math.max(result.numFailingTests, result.testExecError === undefined ? 0 : 1),
    });
  }

  onRunComplete(): void {
    if (this.partOfFiles || this.results.length === 0 || testedHash(this.root) !== this.hash) return;
    recordResults(this.results, this.hash, this.folder);
  }
}
