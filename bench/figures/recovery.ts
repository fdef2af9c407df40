import { NODE_ARGUMENTS } from '../../lambda/shared/names';
import type { RecoveryResult, RecoveryTask } from '../clients/recovery-client';
import { runClient, startVersions, type VersionsStub } from '../harness/processes';
import { atMost, type Figure, note } from '../table';
import type { FigureGroup } from './figure';

const BUCKET = { tenantId: 'tenant', shards: 16 };
/** As in a function of 512 MB; see the memory group. */
const HEAP = '--max-heap-size=256';

interface Measured {
  readonly figures: Figure[];
  readonly maxRssMb: number;
}

/** Hides and reveals so many objects; fails unless the bucket is afterwards what it was before. */
async function thereAndBack(stub: VersionsStub, objects: number): Promise<Measured> {
  const before = await stub.load({ ...BUCKET, objects });
  const hidden = await run(stub, { ...BUCKET, direction: 'hide' });
  const between = await stub.stats();
  if (between.current > 0) throw new Error(`${between.current} objects are not hidden`);
  const revealed = await run(stub, { ...BUCKET, direction: 'reveal', since: hidden.since });
  const after = await stub.stats();
  if (after.sha256 !== before.sha256) throw new Error('the bucket is not what it was');
  if (hidden.count !== objects || revealed.count !== objects)
    throw new Error('the counts are not those of the objects');

  const batches = Math.ceil(objects / 1_000);
  const there = total(between.operations);
  const back = total(after.operations) - there;
  const label = `${objects.toLocaleString('en')} objects:`;
  return {
    figures: [
      ratio(`${label} requests to hide / (pages + batches)`, there, 2 * batches),
      ratio(`${label} requests to reveal / (pages + batches)`, back, Math.ceil(between.entries / 1_000) + batches),
    ],
    maxRssMb: Math.max(hidden.maxRssMb, revealed.maxRssMb),
  };
}

function run(stub: VersionsStub, task: RecoveryTask): Promise<RecoveryResult> {
  return runClient<RecoveryResult>('recovery-client', task, { s3: stub.url, nodeArguments: [...NODE_ARGUMENTS, HEAP] });
}

function ratio(label: string, requests: number, floor: number): Figure {
  return atMost(`${label} = ${requests}/${floor}`, requests / floor, 1.1);
}

function total(operations: Readonly<Record<string, number>>): number {
  return Object.values(operations).reduce((sum, count) => sum + count, 0);
}

export const recovery: FigureGroup = {
  name: 'recovery',
  title: "Requests to hide a tenant's objects and to reveal them again",
  method: 'Hiding and revealing against a stub that takes delete markers; the bucket is compared before and after.',
  async measure({ quick }) {
    const stub = await startVersions();
    try {
      const usual = await thereAndBack(stub, 20_000);
      if (quick) return usual.figures;
      const large = await thereAndBack(stub, 100_000);
      const growth = large.maxRssMb - usual.maxRssMb;
      return [
        ...usual.figures,
        ...large.figures,
        note('largest resident set, 100,000 less 20,000', `${growth.toFixed(1)} MB`),
      ];
    } finally {
      await stub.stop();
    }
  },
};
