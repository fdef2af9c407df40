import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../harness/build';
import { atMost, median, note } from '../table';
import type { FigureGroup } from './figure';

/** Seconds of the command, which must succeed. */
function evidenceSeconds(out: string): number {
  const from = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join('bin', 'evidence', 'main.ts'), '--no-tests', '--out', out],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm run evidence failed:\n${stderr}`);
  return (performance.now() - from) / 1000;
}

export const evidence: FigureGroup = {
  name: 'evidence',
  title: 'Time of `npm run evidence` for stage prod, and size of what it writes',
  method: 'Run once so that a current synth is there, then again, with results of tests as they are; median.',
  async measure({ quick }) {
    const out = mkdtempSync(join(tmpdir(), 'bench-evidence-'));
    try {
      const first = evidenceSeconds(out);
      const took = Array.from({ length: quick ? 1 : 3 }, () => evidenceSeconds(out));
      const megabytes = (file: string) => statSync(join(out, file)).size / 1e6;
      return [
        note('the first run, with synth where none was current', `${first.toFixed(1)} s`),
        atMost('seconds, once synthesised', median(took), 30, 1),
        atMost('HTML in megabytes', megabytes('evidence.html'), 2),
        note('JSON in megabytes', megabytes('evidence.json').toFixed(2)),
        note('SARIF in megabytes', megabytes('evidence.sarif').toFixed(2)),
      ];
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  },
};
