import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { AbsenceAlarm } from './absence-alarm';
import { type CountingService, counted } from './metrics';
import { type Article, RunbookAlarm } from './runbook-alarm';

/** What goes wrong between here and processors. */
const TROUBLES: readonly (readonly [
  id: string,
  service: CountingService,
  metric: string,
  meaning: string,
  runbook: Article,
])[] = [
  [
    'DeniedBlind',
    METRIC.transferService,
    METRIC.transfersDeniedBlind,
    'Decisions were denials because restrictions could not be read or the decision not be recorded.',
    'docs/runbooks/transfers.md#denied-blind',
  ],
  [
    'Failed',
    METRIC.transferService,
    METRIC.transfersFailed,
    'A transfer failed; its payload is dropped and nothing goes on with it.',
    'docs/runbooks/transfers.md#failed',
  ],
  [
    'NoticesByHand',
    METRIC.disclosureService,
    METRIC.noticesByHand,
    'A person has to tell a processor to erase, because nothing can be sent to it.',
    'docs/runbooks/transfers.md#notices-by-hand',
  ],
  [
    'NoticesEscalated',
    METRIC.disclosureService,
    METRIC.noticesEscalated,
    'A processor that was told to erase is late or refused, or nobody has told it.',
    'docs/runbooks/transfers.md#notices-escalated',
  ],
];

/** What a person should look at in transfers to processors. */
export class TransferAlarms extends Construct {
  constructor(scope: Construct, id: string, props: { sweeper: LambdaFunction }) {
    super(scope, id);
    for (const [name, service, metric, meaning, runbook] of TROUBLES)
      new RunbookAlarm(this, name, { meaning, runbook, metric: counted(service, metric) });
    new AbsenceAlarm(this, 'SweeperAbsent', {
      meaning: 'The sweeper of notices and transfers has not come for three hours.',
      runbook: 'docs/runbooks/transfers.md#sweeper-absent',
      of: props.sweeper,
      every: Duration.hours(1),
    });
  }
}
