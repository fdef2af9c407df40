import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EvidenceReport } from '../../lib/evidence/model';
import { registerFilesHash } from '../../lib/evidence/tree-hash';

const packageSchema = z.object({
  version: z.string(),
  repository: z.union([z.string(), z.object({ url: z.string() })]).optional(),
});

/**
 * Which source the report is about.
 *
 * @param sourceUrl address that was given @default - by package.json and the commit, where both are known
 */
export function originOf(
  root: string,
  sourceUrl?: string,
): Pick<EvidenceReport, 'commit' | 'changed' | 'version' | 'registerHash' | 'sourceUrl'> {
  const { version, repository } = packageSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const commit = git(root, 'rev-parse', 'HEAD') || null;
  const changed = commit !== null && git(root, 'status', '--porcelain') !== '';
  const url = typeof repository === 'string' ? repository : repository?.url;
  const page = url === undefined || commit === null ? null : pageOf(url, commit);
  return {
    ...{ commit, changed, version, registerHash: registerFilesHash(root) },
    sourceUrl: sourceUrl?.replace(/\/+$/, '') ?? page,
  };
}

/** `git+https://example.com/a/b.git` has its files at `https://example.com/a/b/blob/<commit>`; null for another form. */
function pageOf(url: string, commit: string): string | null {
  const plain = url.replace(/^git\+/, '').replace(/\.git$/, '');
  return /^https:\/\/[^@\s]+$/.test(plain) ? `${plain}/blob/${commit}` : null;
}

/** What git says; empty where there is no repository. */
function git(root: string, ...args: string[]): string {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}
