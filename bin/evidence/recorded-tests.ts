import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupBy } from '../../lib/evidence/group';
import { type FileCounts, type RecordedTests, recordedSchema } from '../../lib/evidence/test-results';
import { LOCAL_DIR } from '../local/paths';

/** Git-ignored. One file for each project of jest. */
const FOLDER = join(LOCAL_DIR, 'test-results');

/** Result of one file of tests. */
export interface FileResult extends FileCounts {
  readonly project: string;
  /** From the repository's root. */
  readonly file: string;
}

/** Keeps results beside those of other files. */
export function recordResults(results: readonly FileResult[], sourceHash: string, folder = FOLDER): void {
  mkdirSync(folder, { recursive: true });
  for (const [project, files] of groupBy(results, (result) => result.project)) {
    const path = join(folder, `${project}.json`);
    const recorded = files.map(({ file, passed, failed }) => [file, { passed, failed, sourceHash }] as const);
    const content = { ...readRecord(path), ...Object.fromEntries(recorded) };
    // Renamed, so that nobody reads half of it.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(content, null, 1)}\n`);
    renameSync(draft, path);
  }
}

/** All results that were kept, whatever source they are of. */
export function readRecords(folder = FOLDER): RecordedTests[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.filter((name) => name.endsWith('.json')).map((name) => readRecord(join(folder, name)));
}

/** A record that cannot be read shows nothing; the next run of the tests writes it anew. */
function readRecord(path: string): RecordedTests {
  try {
    return recordedSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
