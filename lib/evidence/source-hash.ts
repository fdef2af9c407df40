import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const FOLDERS = ['bin', 'lib', 'lambda', 'policies'];
const FILES = ['cdk.json', 'package-lock.json'];

/**
 * SHA-256 in hex over everything that a synth is made of: paths and contents of the files, in the order of their paths.
 * @param root folder of the repository
 * @throws Error when a file or folder is missing
 */
export function sourceHash(root: string): string {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(root, sep).length)),
  );
  const hash = createHash('sha256');
  const files = [...inFolders, ...FILES].map((file) => ({ file, name: file.split(sep).join('/') }));
  for (const { file, name } of files.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const content = readFileSync(join(root, file));
    hash.update(`${name}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
