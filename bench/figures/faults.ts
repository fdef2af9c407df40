import type { Store } from '../../lambda/shared/inventory';
import { loadRegister } from '../../policies/load';
import type { CdkResult } from '../clients/cdk-client';
import { Chance } from '../faults/chance';
import type { Faults } from '../faults/faulty-store';
import { falsehoodsOf, miscountsOf } from '../faults/judge';
import { Run, type Scenario, someTarget } from '../faults/scenario';
import { runClient } from '../harness/processes';
import { type Figure, note } from '../table';
import type { BenchContext, FigureGroup } from './figure';

const RUNS = 1_000;

const COMMON = { region: 'ap-south-1', dataRole: 'tenant', shards: 16 } as const;
const INVENTORY: readonly Store[] = [
  {
    ...COMMON,
    id: 'customer-files',
    kind: 's3',
    name: 'files',
    dataClass: 'customer-files',
    objectLock: true,
    subjectErasure: 'own',
  },
  {
    ...COMMON,
    id: 'exports',
    kind: 's3',
    name: 'exports',
    dataClass: 'exports',
    objectLock: false,
    subjectErasure: 'own-and-shared',
  },
  {
    ...COMMON,
    id: 'crm-records',
    kind: 'dynamodb',
    name: 'records',
    dataClass: 'crm-records',
    objectLock: false,
    subjectErasure: 'own',
  },
];

const CALM: Faults = {
  busyCall: 0,
  brokenCall: 0,
  busyKey: 0,
  faultKey: 0,
  deniedKey: 0,
  lateWrite: 0,
  stall: 0,
};

/** Each run draws its own mixture, so that every fault also meets every other. */
function scenarioOf(seed: number): Scenario {
  const chance = new Chance(seed);
  const sometimes = (low: number, high: number) => (chance.happens(0.5) ? chance.between(low, high) / 1000 : 0);
  // A few are so large that they take several windows of the eraser.
  const large = seed % 50 === 0;
  return {
    seed,
    target: someTarget(chance),
    things: large ? 20_000 : 150,
    pageSize: large ? 1000 : chance.between(3, 40),
    batchSize: large ? 1000 : chance.between(2, 30),
    kill: sometimes(50, 400),
    lateThings: chance.happens(0.1) ? Number.POSITIVE_INFINITY : chance.between(0, 20),
    faults: {
      ...CALM,
      busyCall: sometimes(5, 150),
      brokenCall: sometimes(5, 100),
      busyKey: sometimes(5, 150),
      faultKey: sometimes(5, 150),
      // Now and then every single deletion is refused inside a 200.
      deniedKey: chance.happens(0.05) ? 1 : sometimes(1, 30),
      lateWrite: sometimes(1, 60),
      stall: sometimes(1, 10),
    },
  };
}

/** CDK's handler where each key of each delete comes back as AccessDenied inside a 200. */
async function cdkWhenAllIsRefused({ s3 }: BenchContext): Promise<Figure> {
  await s3.load({ versions: 800, refuseDeletes: true });
  const { status } = await runClient<CdkResult>('cdk-client', {}, { s3: s3.url });
  const { remaining } = await s3.stats();
  return note("CDK's handler, every delete of 800 refused", `reports ${status}, ${remaining} left`);
}

export const faults: FigureGroup = {
  name: 'faults',
  title: `False certificates in ${RUNS.toLocaleString('en')} randomised fault runs`,
  method:
    'Planner, eraser, verifier and recorder over stores in memory that refuse, throttle, break, stall, kill and gain data.',
  async measure(context) {
    const register = loadRegister();
    const endings = new Map<string, number>();
    const falsehoods: string[] = [];
    const miscounts: string[] = [];
    const runs = context.quick ? RUNS / 10 : RUNS;
    for (let seed = 1; seed <= runs; seed++) {
      const ending = await new Run(scenarioOf(seed), INVENTORY, register).toEnd();
      endings.set(ending.status, (endings.get(ending.status) ?? 0) + 1);
      falsehoods.push(...(await falsehoodsOf(ending)).map((text) => `run ${seed}: ${text}`));
      miscounts.push(...miscountsOf(ending).map((text) => `run ${seed}: ${text}`));
    }
    for (const line of [...falsehoods, ...miscounts].slice(0, 10)) console.error(line);
    const certified = (endings.get('completed') ?? 0) + (endings.get('held') ?? 0);
    return [
      none(`false certificates in ${runs} runs`, falsehoods.length),
      none('certificates with a wrong count of what was erased', miscounts.length),
      note('runs that ended with a certificate', String(certified)),
      note('endings', [...endings].map(([status, count]) => `${status} ${count}`).join(', ')),
      await cdkWhenAllIsRefused(context),
    ];
  },
};

function none(name: string, count: number): Figure {
  return { name, value: String(count), target: '0', pass: count === 0 };
}
