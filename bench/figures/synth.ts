import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { OUT, ROOT } from '../harness/build';
import { INIT_APPS, prepareCopies, TS_NODE_ENV } from '../harness/cdk-init';
import { atMost, median, note } from '../table';
import type { FigureGroup } from './figure';

/** Seconds of `cdk synth` of stage prod, which must succeed. */
function synthSeconds(cwd: string, app?: string): number {
  const out = join(OUT, 'synth-out');
  rmSync(out, { recursive: true, force: true });
  const from = performance.now();
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['cdk', 'synth', '--quiet', '**', '-c', 'stage=prod', '-o', out, ...(app === undefined ? [] : ['--app', app])],
    { cwd, encoding: 'utf8', env: { ...process.env, ...TS_NODE_ENV } },
  );
  if (status !== 0) throw new Error(`${app ?? 'cdk synth'} failed in ${cwd}:\n${stdout}${stderr}`);
  return (performance.now() - from) / 1000;
}

/** The same after what earlier runs left behind is gone, as on a fresh clone. */
function coldSynthSeconds(): number {
  for (const cache of ['bundles', 'validated']) rmSync(join(ROOT, '.local', cache), { recursive: true, force: true });
  return synthSeconds(ROOT);
}

export const synth: FigureGroup = {
  name: 'synth',
  title: 'Time of `npx cdk synth` of stage prod, with AwsSolutions and the validation of templates',
  method:
    "A copy of the app as `cdk init` has it (a NodejsFunction for each handler, the CDK's validation each time), run by ts-node with type check and by today's tsc and tsx, and the app itself, in turns; medians.",
  async measure({ quick }) {
    const copies = prepareCopies();
    const took = { tsNode: [] as number[], tsc: [] as number[], cold: [] as number[], ours: [] as number[] };
    for (let run = 0; run < (quick ? 1 : 3); run++) {
      took.tsNode.push(synthSeconds(copies.init, INIT_APPS.tsNode));
      took.tsc.push(synthSeconds(copies.init, INIT_APPS.tsc));
      took.cold.push(coldSynthSeconds());
      took.ours.push(synthSeconds(ROOT));
    }
    synthSeconds(copies.same, INIT_APPS.tsNode);
    const sameApp = synthSeconds(copies.same, INIT_APPS.tsNode);
    const [tsNode, tsc, cold, ours] = [took.tsNode, took.tsc, took.cold, took.ours].map(median) as Four;
    const seconds = (value: number) => `${value.toFixed(1)} s`;
    return [
      note('ts-node with type check', seconds(tsNode)),
      note('tsc, then tsx', seconds(tsc)),
      note('ours on a fresh clone', seconds(cold)),
      note('ours, bundles and flawless templates remembered', seconds(ours)),
      atMost('ours / ts-node with type check (aim 0.10)', ours / tsNode, 0.25),
      note('ours on a fresh clone / ts-node with type check', (cold / tsNode).toFixed(2)),
      note('ours / tsc, then tsx', (ours / tsc).toFixed(2)),
      note('ours / our own app run by ts-node with type check', (ours / sameApp).toFixed(2)),
    ];
  },
};

type Four = [number, number, number, number];
