import type { Stack } from 'aws-cdk-lib';
import type { IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { WorkQueue } from '../control-plane/work-queue';

/** What has to be watched because it is there. */
export interface Watched {
  readonly queues: readonly WorkQueue[];
  readonly functions: readonly LambdaFunction[];
  readonly logGroups: readonly LogGroup[];
}

/** What monitoring has to know of the control plane beside what it finds there. */
export interface WatchedControlPlane {
  readonly api: {
    serverErrors(): IMetric;
    readonly webAcl?: { blocked(): IMetric };
  };
  /** The ledger: what waits, what is lost, and who has to come every hour. */
  readonly ledger: {
    oldestWrite(): Metric;
    lostBatches(): Metric;
    readonly sequencer: LambdaFunction;
    readonly watchman: LambdaFunction;
  };
  /** Functions that a schedule runs to find what was forgotten; so they must not be forgotten themselves. */
  readonly sweepers: Readonly<Record<'erasure' | 'termination' | 'disclosure', LambdaFunction>>;
}

/** Every queue, function and log group of these stacks: nobody has to remember to name one. */
export function watchedIn(stacks: readonly Stack[]): Watched {
  const all = stacks.flatMap((stack) => stack.node.findAll());
  return {
    queues: all.filter((each) => each instanceof WorkQueue),
    functions: all.filter((each) => each instanceof LambdaFunction),
    logGroups: all.filter((each) => each instanceof LogGroup),
  };
}

/** Name of something in its stack, e.g. `EnginePlanQueue`; what two stacks call alike, an alarm's id would too. */
export function shortNameOf(construct: IConstruct): string {
  return construct.node.path.split('/').slice(1).join('');
}
