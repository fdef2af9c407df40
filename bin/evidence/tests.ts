import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EvidenceError } from '../../lib/evidence/evidence-error';
import { counted } from '../../lib/evidence/results';
import { currentResults, type FileCounts, jestResults } from '../../lib/evidence/test-results';
import { testedHash } from '../../lib/evidence/tree-hash';
import type { EvidenceOptions } from './options';
import { readRecords } from './recorded-tests';

const isIntegration = (file: string) => file.startsWith('test/integration/');

/**
 * Results of files of tests, of the source as it is now. Runs those that have none, but integration tests only if asked.
 *
 * @param files from the repository's root
 * @throws EvidenceError where a report was given that is none
 */
export async function testResults(
  root: string,
  files: readonly string[],
  { tests, integration = false }: Pick<EvidenceOptions, 'tests' | 'integration'>,
  exists: (path: string) => boolean,
  progress: (line: string) => void,
): Promise<ReadonlyMap<string, FileCounts>> {
  if (typeof tests === 'string') return jestResults(readReport(tests), exists);
  const known = () => currentResults(readRecords(), testedHash(root));
  const before = known();
  const missing = files.filter((file) => !before.has(file));
  if (tests === false) {
    if (missing.length > 0) progress(`${counted(missing.length, 'file')} of tests without a result, and none is run.`);
    return before;
  }
  const [ofCloud, others] = [missing.filter(isIntegration), missing.filter((file) => !isIntegration(file))];
  if (others.length > 0) {
    progress(`Running ${counted(others.length, 'file')} of tests that have no result of this source …`);
    await jest(root, ['unit', 'browser'], others);
  }
  if (ofCloud.length > 0 && integration) {
    progress(`Running ${counted(ofCloud.length, 'file')} of integration tests in the local cloud …`);
    await jest(root, ['integration'], ofCloud);
  } else if (ofCloud.length > 0)
    progress(
      `${counted(ofCloud.length, 'file')} of integration tests without a result of this source: npm run evidence -- --integration runs them in the local cloud, which takes some minutes.`,
    );
  return known();
}

function readReport(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new EvidenceError('The report of tests of --tests cannot be read: give a file that jest --json wrote.');
  }
}

/** Runs the files; the reporter keeps their results. A failing test is a result, too, so the exit code says nothing here. */
async function jest(root: string, projects: readonly string[], files: readonly string[]): Promise<void> {
  const patterns = files.map((file) => `/${file.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
  const args = ['--selectProjects', ...projects, '--testPathPatterns', ...patterns];
  await new Promise<void>((resolve, reject) => {
    // What jest says is progress here, and stdout is for the summary.
    const child = spawn(process.execPath, [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), ...args], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
