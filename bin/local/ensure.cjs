/**
 * Installs the dependencies when they are missing or older than the lock file, so that every npm
 * script works on a fresh clone. Plain Node on purpose: it runs before anything is installed.
 */
const { spawnSync } = require('node:child_process');
const { existsSync, statSync, utimesSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const lock = join(root, 'package-lock.json');
/** npm writes this file at the end of every complete install. */
const installed = join(root, 'node_modules', '.package-lock.json');

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.error('Installing dependencies with npm ci (once, about a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) {
    const cause = run.error ? run.error.message : `exit code ${run.status ?? run.signal}`;
    console.error(`npm ci failed (${cause}): see its message above, then run the same command again.`);
    process.exit(1);
  }
  // `npm ci` keeps the archive's times for what it unpacks; without this the next run would install again.
  if (existsSync(installed)) utimesSync(installed, new Date(), new Date());
}
