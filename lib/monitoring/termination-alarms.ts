import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { AbsenceAlarm } from './absence-alarm';
import { counted } from './metrics';
import { type Article, RunbookAlarm } from './runbook-alarm';

const TROUBLES: readonly (readonly [id: string, metric: string, meaning: string, runbook: Article])[] = [
  [
    'MissedBySchedule',
    METRIC.terminationsMissed,
    'The sweeper did what a schedule should have.',
    'docs/runbooks/termination.md#missed-by-schedule',
  ],
  [
    'NoticesLate',
    METRIC.noticesLate,
    'A warning went out late, so its erasure has to wait.',
    'docs/runbooks/termination.md#notices-late',
  ],
  [
    'Attention',
    METRIC.terminationAlarms,
    'A termination shows an alarm for the first time.',
    'docs/runbooks/termination.md#attention',
  ],
];

/** What a person should look at in terminations. */
export class TerminationAlarms extends Construct {
  constructor(scope: Construct, id: string, props: { sweeper: LambdaFunction }) {
    super(scope, id);
    for (const [name, metric, meaning, runbook] of TROUBLES)
      new RunbookAlarm(this, name, { meaning, runbook, metric: counted(METRIC.terminationService, metric) });
    new AbsenceAlarm(this, 'SweeperAbsent', {
      meaning: 'The sweeper of terminations has not come for three hours.',
      runbook: 'docs/runbooks/termination.md#sweeper-absent',
      of: props.sweeper,
      every: Duration.hours(1),
    });
  }
}
