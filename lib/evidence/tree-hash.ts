import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the result of a test follows from: some tests read documents, and the bench's clients are tested too. */
const TEST_SOURCES = [
  ...['bin', 'lib', 'lambda', 'policies', 'test', 'bench', 'docs'],
  ...['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json', 'README.md'],
];

/** SHA-256 in hex over all that the result of a test follows from. */
export function testedHash(root: string): string {
  return treeHash(root, TEST_SOURCES);
}

/** SHA-256 in hex over the register: its files and the policies of transfers. */
export function registerFilesHash(root: string): string {
  return treeHash(root, ['policies'], (path) => /\.(ya?ml|cedar|cedarschema|json)$/.test(path));
}

/** Over paths and contents, in an order that does not depend on the machine. What is not there counts as empty. */
function treeHash(root: string, sources: readonly string[], wanted: (path: string) => boolean = () => true): string {
  const hash = createHash('sha256');
  const paths = sources.flatMap((source) => filesBelow(root, source)).filter(wanted);
  for (const path of paths.sort()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Paths with `/`, from the root. */
function filesBelow(root: string, path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(root, `${path}/${entry.name}`);
    return entry.isFile() ? [`${path}/${entry.name}`] : [];
  });
}
