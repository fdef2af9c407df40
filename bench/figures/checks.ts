import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { build } from '../../bin/app';
import { DpdpChecks } from '../../lib/checks/dpdp/pack';
import { ROOT } from '../harness/build';
import { atMost, median, note } from '../table';
import type { FigureGroup } from './figure';

interface Took {
  /** Milliseconds of the synth. */
  readonly all: number;
  /** Milliseconds of it that Dpdp took. */
  readonly dpdp: number;
}

/** A synth of stage prod in memory, without bundles and the CDK's own validation, which are the same with either pack. */
function synth(context: object): Took {
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], stage: 'prod' } });
  build(app);
  const { validate } = DpdpChecks.prototype;
  let dpdp = 0;
  DpdpChecks.prototype.validate = function (this: DpdpChecks, about) {
    const from = performance.now();
    const report = validate.call(this, about);
    dpdp += performance.now() - from;
    return report;
  };
  const from = performance.now();
  try {
    app.synth();
  } finally {
    DpdpChecks.prototype.validate = validate;
  }
  return { all: performance.now() - from, dpdp };
}

/** Milliseconds that the pack takes for a thousand resources of a stack with so many. */
function msPerThousand(count: number): number {
  const app = new App();
  const stack = new Stack(app, 'Many', { env: { region: 'ap-south-1' } });
  for (let i = 0; i < count; i += 2) {
    new CfnBucket(stack, `Bucket${i}`);
    new CfnQueue(stack, `Queue${i}`);
  }
  const pack = new DpdpChecks();
  const from = performance.now();
  pack.validateScope(app);
  return ((performance.now() - from) / count) * 1000;
}

export const checks: FigureGroup = {
  name: 'checks',
  title: 'Time that the DPDP pack adds to a synth of stage prod, and takes for large templates',
  method:
    'Synths in memory with both packs; the share of Dpdp is taken by a clock around it, so that the same run is its own comparison. Large stacks of buckets and queues in turns; medians.',
  async measure({ quick }) {
    const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
    process.env.CDK_VALIDATION = 'false';
    // Compiled code, and files in memory.
    synth(context);
    const synths = Array.from({ length: quick ? 1 : 5 }, () => synth(context));
    const ratios = synths.map(({ all, dpdp }) => all / (all - dpdp));
    const small: number[] = [];
    const large: number[] = [];
    for (let run = 0; run < (quick ? 1 : 5); run++) {
      small.push(msPerThousand(1_000));
      large.push(msPerThousand(10_000));
    }
    return [
      note('synth with both packs', `${median(synths.map(({ all }) => all)).toFixed(0)} ms`),
      note('of it Dpdp', `${median(synths.map(({ dpdp }) => dpdp)).toFixed(0)} ms`),
      atMost('synth with both packs / with AwsSolutions alone', median(ratios), 1.25),
      note('Dpdp for 1,000 resources of a stack with 1,000', `${median(small).toFixed(0)} ms`),
      note('Dpdp for 1,000 resources of a stack with 10,000', `${median(large).toFixed(0)} ms`),
      atMost('the latter over the former', median(large) / median(small), 1.5),
    ];
  },
};
