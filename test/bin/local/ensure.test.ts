import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A clone whose npm writes down that it was called, and "installs" unless it is to fail. */
function givenClone(npmFails = false) {
  const root = mkdtempSync(join(tmpdir(), 'digicrm-'));
  const script = join(root, 'bin', 'local', 'ensure.cjs');
  mkdirSync(join(root, 'bin', 'local'), { recursive: true });
  copyFileSync(join(__dirname, '..', '..', '..', 'bin', 'local', 'ensure.cjs'), script);
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'calls'), '');
  const install = npmFails ? 'exit 7' : 'mkdir -p node_modules && touch node_modules/.package-lock.json';
  writeFileSync(join(root, 'npm'), `#!/bin/sh\necho "$@" >> calls\n${install}\n`, { mode: 0o755 });
  const run = () => spawnSync(process.execPath, [script], { env: { PATH: `${root}:/usr/bin:/bin` }, encoding: 'utf8' });
  return { root, run, calls: () => readFileSync(join(root, 'calls'), 'utf8').split('\n').filter(Boolean) };
}

describe('ensure', () => {
  it('installs once and does nothing the next time', () => {
    const { run, calls } = givenClone();
    expect(run().status).toBe(0);
    expect(run()).toMatchObject({ status: 0, stderr: '' });
    expect(calls()).toEqual(['ci --no-audit --no-fund']);
  });

  it('installs again when the lock file is newer', () => {
    const { root, run, calls } = givenClone();
    run();
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(root, 'package-lock.json'), later, later);
    run();
    expect(calls()).toHaveLength(2);
  });

  it('fails with one line when npm fails', () => {
    const { status, stderr } = givenClone(true).run();
    expect(status).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'npm ci failed (exit code 7): see its message above, then run the same command again.',
    );
  });
});
