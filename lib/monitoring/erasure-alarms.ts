import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { AbsenceAlarm } from './absence-alarm';
import { counted } from './metrics';
import { type Article, RunbookAlarm } from './runbook-alarm';

/** What goes wrong with erasures; each request is counted once for each. */
const TROUBLES: readonly (readonly [id: string, metric: string, meaning: string, runbook: Article])[] = [
  [
    'Failed',
    METRIC.erasuresIn.failed,
    'An erasure request failed; nothing goes on with it.',
    'docs/runbooks/erasures.md#failed',
  ],
  [
    'Overdue',
    METRIC.erasuresOverdue,
    'An erasure request is past the day by which it was to be done.',
    'docs/runbooks/erasures.md#overdue',
  ],
  [
    'SetBack',
    METRIC.erasuresSetBack,
    'What was sealed or held could not be erased on its day, and waits again.',
    'docs/runbooks/erasures.md#set-back',
  ],
  [
    'VerifierDisagreement',
    METRIC.verifierDisagreements,
    'The second reader found something where the eraser had finished.',
    'docs/runbooks/erasures.md#verifier-disagreement',
  ],
  [
    'Rescued',
    METRIC.erasuresRescued,
    'A request had stopped moving, and the sweeper set it going.',
    'docs/runbooks/erasures.md#rescued',
  ],
];

/** What a person should look at in the erasure engine. */
export class ErasureAlarms extends Construct {
  constructor(scope: Construct, id: string, props: { sweeper: LambdaFunction }) {
    super(scope, id);
    for (const [name, metric, meaning, runbook] of TROUBLES)
      new RunbookAlarm(this, name, { meaning, runbook, metric: counted(METRIC.erasureService, metric) });
    new AbsenceAlarm(this, 'SweeperAbsent', {
      meaning: 'The sweeper of the erasure engine has not come for three quarters of an hour.',
      runbook: 'docs/runbooks/erasures.md#sweeper-absent',
      of: props.sweeper,
      every: Duration.minutes(15),
    });
  }
}
