import { parseArgs } from 'node:util';
import { bundles } from './figures/bundles';
import { checks } from './figures/checks';
import { decision } from './figures/decision';
import { dynamodb } from './figures/dynamodb';
import { evidence } from './figures/evidence';
import { faults } from './figures/faults';
import type { BenchContext, FigureGroup } from './figures/figure';
import { ledger } from './figures/ledger';
import { memory } from './figures/memory';
import { pacing } from './figures/pacing';
import { recovery } from './figures/recovery';
import { relay } from './figures/relay';
import { requests } from './figures/requests';
import { resolver } from './figures/resolver';
import { speed } from './figures/speed';
import { synth } from './figures/synth';
import { buildPrograms } from './harness/build';
import { startDynamo, startS3 } from './harness/processes';
import { render } from './table';

const GROUPS: readonly FigureGroup[] = [
  faults,
  requests,
  speed,
  pacing,
  dynamodb,
  memory,
  recovery,
  resolver,
  decision,
  relay,
  ledger,
  bundles,
  synth,
  checks,
  evidence,
];

/** Measures what docs/bench.md explains. Exit code 1 when a target is missed. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const chosen = GROUPS.filter((group) => values.only === undefined || group.name === values.only);
  if (chosen.length === 0) {
    console.error(`--only takes one of: ${GROUPS.map((group) => group.name).join(', ')}`);
    return 2;
  }
  await buildPrograms();
  const [s3, db] = await Promise.all([startS3(), startDynamo()]);
  try {
    const missed = await measureAll(chosen, { s3, dynamodb: db, quick: values.quick });
    console.log(missed === 0 ? '\nAll targets met.' : `\n${missed} target${missed === 1 ? '' : 's'} missed.`);
    return missed === 0 ? 0 : 1;
  } finally {
    await Promise.all([s3.stop(), db.stop()]);
  }
}

async function measureAll(groups: readonly FigureGroup[], context: BenchContext): Promise<number> {
  let missed = 0;
  for (const group of groups) {
    console.log(`\n${group.title} [${group.name}]\n${group.method}\n`);
    const figures = await group.measure(context);
    console.log(render(figures));
    missed += figures.filter((figure) => figure.pass === false).length;
  }
  return missed;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
