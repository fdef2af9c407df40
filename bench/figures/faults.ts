import { faultRun } from '../../test/support/fault-run';
import type { CdkResult } from '../clients/cdk-client';
import { runClient } from '../harness/processes';
import { type Figure, none, note } from '../table';
import type { BenchContext, FigureGroup } from './figure';

const RUNS = 1_000;

/** CDK's handler where each key of each delete comes back as AccessDenied inside a 200. */
async function cdkWhenAllIsRefused({ s3 }: BenchContext): Promise<Figure> {
  await s3.load({ versions: 800, refuseDeletes: true });
  const { status } = await runClient<CdkResult>('cdk-client', {}, { s3: s3.url });
  const { remaining } = await s3.stats();
  return note("CDK's handler, every delete of 800 refused inside a 200", `reports ${status}, ${remaining} left`);
}

export const faults: FigureGroup = {
  name: 'faults',
  title: `False certificates in ${RUNS.toLocaleString('en')} randomised fault runs`,
  method:
    'Whole erasures over stores in memory that refuse keys, throttle, break, gain data and markers, while functions are killed.',
  async measure(context) {
    const runs = context.quick ? RUNS / 10 : RUNS;
    const endings = new Map<string, number>();
    const lies: string[] = [];
    let bystandersHurt = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const run = await faultRun(seed);
      endings.set(run.status, (endings.get(run.status) ?? 0) + 1);
      if (run.lies.length > 0) lies.push(`run ${seed}: ${run.lies.join('; ')}`);
      if (run.bystanderHurt) bystandersHurt++;
    }
    for (const lie of lies.slice(0, 10)) console.error(lie);
    return [
      none(`false certificates in ${runs} runs`, lies.length),
      none("runs that touched another tenant's data", bystandersHurt),
      note('endings', [...endings].map(([status, count]) => `${status} ${count}`).join(', ')),
      await cdkWhenAllIsRefused(context),
    ];
  },
};
