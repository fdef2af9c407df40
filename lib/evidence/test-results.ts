import * as z from 'zod';
import { EvidenceError } from './evidence-error';
import type { TestResult } from './model';

/** Tests of one file. Skipped ones are in neither number. */
export interface FileCounts {
  readonly passed: number;
  readonly failed: number;
}

/** What the reporter keeps of a project of jest: for each file the last result, and the source that it was of. */
export const recordedSchema = z.record(
  z.string(),
  z.strictObject({ passed: z.int().nonnegative(), failed: z.int().nonnegative(), sourceHash: z.string() }),
);
export type RecordedTests = z.infer<typeof recordedSchema>;

/** Results that are of this very source, by file. */
export function currentResults(recorded: readonly RecordedTests[], sourceHash: string): Map<string, FileCounts> {
  const current = recorded.flatMap((files) =>
    Object.entries(files).filter(([, file]) => file.sourceHash === sourceHash),
  );
  return new Map(current.map(([file, { passed, failed }]) => [file, { passed, failed }]));
}

const jestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/**
 * Results of a file that `jest --json` wrote, by file from the repository's root. A file that could not be run counts as
 * failed. Files that the repository does not have are left out.
 *
 * @throws EvidenceError where it is no such report
 */
export function jestResults(text: string, exists: (path: string) => boolean): Map<string, FileCounts> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new EvidenceError('The report of tests is not JSON: give a file that jest --json --outputFile wrote.');
  }
  const report = jestSchema.safeParse(json);
  if (!report.success)
    throw new EvidenceError('The report of tests is not one of jest: give a file that jest --json --outputFile wrote.');
  const results = new Map<string, FileCounts>();
  for (const { name, status, assertionResults } of report.data.testResults) {
    const file = fileOf(name, exists);
    if (file === null) continue;
    const count = (word: string) => assertionResults.filter((test) => test.status === word).length;
    const earlier = results.get(file) ?? { passed: 0, failed: 0 };
    const failed = Math.max(count('failed'), status === 'failed' ? 1 : 0);
    results.set(file, { passed: earlier.passed + count('passed'), failed: earlier.failed + failed });
  }
  return results;
}

/** The report may come from another machine, where the repository lies elsewhere. */
function fileOf(path: string, exists: (path: string) => boolean): string | null {
  const parts = path.replaceAll('\\', '/').split('/');
  for (let from = 0; from < parts.length; from++)
    if (parts[from] === 'test') {
      const file = parts.slice(from).join('/');
      if (exists(file)) return file;
    }
  return null;
}

/** A file passed only if a test in it passed and none failed. */
export function testResultOf(file: string, counts: FileCounts | undefined): TestResult {
  const { passed, failed } = counts ?? { passed: 0, failed: 0 };
  return { file, result: failed > 0 ? 'fail' : passed > 0 ? 'pass' : 'not-run', passed, failed };
}
