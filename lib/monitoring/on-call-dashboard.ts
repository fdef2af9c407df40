import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  type Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IConstruct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { counted } from './metrics';
import { shortNameOf, type Watched, type WatchedControlPlane } from './watched';

/** Properties of an OnCallDashboard. */
export interface OnCallDashboardProps extends Pick<WatchedControlPlane, 'api'> {
  /** All alarms, shown first. */
  readonly alarms: readonly IAlarm[];
  /** Queues and functions. */
  readonly watched: Watched;
  /** Whether digests of a trail are validated. */
  readonly hasTrail: boolean;
}

const FULL = 24;
const HALF = 12;
const DAY = Duration.days(1);

/** The one page that whoever is on call opens first: what is wrong, then what is late, then what is busy. */
export class OnCallDashboard extends Construct {
  constructor(scope: Construct, id: string, { alarms, watched, api, hasTrail }: OnCallDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      defaultInterval: DAY,
      widgets: [
        [
          new TextWidget({
            markdown: 'Each alarm names its article in docs/runbooks. Numbers are of the last day.',
            width: FULL,
            height: 1,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: FULL, height: 6 })],
        [troubles(hasTrail)],
        [erasures(), waiting()],
        [transfers(), notices()],
        [ledger()],
        [
          graph(
            'Oldest message of each queue (s)',
            watched.queues.map((queue) => named(queue.oldestMessage(), queue)),
          ),
          graph(
            'Dead letters',
            watched.queues.map((queue) => named(queue.deadLettersWaiting(), queue)),
          ),
        ],
        [
          graph('API: answers of 5xx, and calls that the web ACL blocked', [
            api.serverErrors(),
            ...(api.webAcl ? [api.webAcl.blocked()] : []),
          ]),
          graph(
            'Errors of each function',
            watched.functions.map((fn) => named(fn.metricErrors({ period: Duration.minutes(5) }), fn)),
          ),
        ],
      ],
    });
  }
}

/** What should be zero, and how many digests were found sound. */
function troubles(hasTrail: boolean): IWidget {
  const erasure = (name: string, label: string) => counted(METRIC.erasureService, name, { period: DAY, label });
  const audit = (name: string, label: string) => counted(METRIC.integrityService, name, { period: DAY, label });
  return new SingleValueWidget({
    title: 'Erasures, holds and digests',
    metrics: [
      erasure(METRIC.erasuresIn.failed, 'erasures failed'),
      erasure(METRIC.erasuresOverdue, 'overdue'),
      erasure(METRIC.verifierDisagreements, 'verifier disagreed'),
      erasure(METRIC.erasuresRescued, 'rescued'),
      counted(METRIC.holdsService, METRIC.holdsOverdueForReview, {
        statistic: 'Maximum',
        period: DAY,
        label: 'holds overdue for review',
      }),
      ...(hasTrail
        ? [audit(METRIC.digestsValidated, 'digests validated'), audit(METRIC.digestProblems, 'digest problems')]
        : []),
    ],
    width: FULL,
    height: 4,
  });
}

function erasures(): IWidget {
  const states = Object.entries(METRIC.erasuresIn);
  return new GraphWidget({
    title: 'Erasure requests that entered a state, each hour',
    stacked: true,
    left: states.map(([label, name]) => counted(METRIC.erasureService, name, { period: Duration.hours(1), label })),
    width: HALF,
  });
}

function transfers(): IWidget {
  const hourly = (name: string, label: string) =>
    counted(METRIC.transferService, name, { period: Duration.hours(1), label });
  return graph('Transfers to processors, each hour', [
    hourly(METRIC.transfersAllowed, 'allowed'),
    hourly(METRIC.transfersDenied, 'denied'),
    hourly(METRIC.transfersDeniedBlind, 'denied blind'),
    hourly(METRIC.transfersDelivered, 'delivered'),
    hourly(METRIC.transfersStopped, 'stopped'),
    hourly(METRIC.transfersFailed, 'failed'),
  ]);
}

function notices(): IWidget {
  const daily = (name: string, label: string) => counted(METRIC.disclosureService, name, { period: DAY, label });
  return graph('Processors that were told to erase, each day', [
    daily(METRIC.noticesAcknowledged, 'acknowledged'),
    daily(METRIC.noticesByHand, 'to be told by hand'),
    daily(METRIC.noticesEscalated, 'escalated'),
  ]);
}

function ledger(): IWidget {
  const hourly = (name: string, label: string) =>
    counted(METRIC.ledgerService, name, { period: Duration.hours(1), label });
  return graph('Ledger, each hour', [
    hourly(METRIC.eventsSequenced, 'events'),
    hourly(METRIC.checkpointsSigned, 'checkpoints'),
    hourly(METRIC.eventsQuarantined, 'put aside'),
    hourly(METRIC.ledgerReadings, 'readings'),
    hourly(METRIC.ledgerFindings, 'findings'),
  ]);
}

function waiting(): IWidget {
  const most = { statistic: 'Maximum', period: Duration.hours(1) };
  return graph('Found due by the sweepers', [
    counted(METRIC.erasureService, METRIC.erasuresDue, { ...most, label: 'erasures due' }),
    counted(METRIC.terminationService, METRIC.terminationsDue, { ...most, label: 'terminations due' }),
  ]);
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: HALF });
}

/** Under the name that it has in its stack, without the hashes of the physical one. */
function named(metric: Metric, of: IConstruct): Metric {
  return metric.with({ label: shortNameOf(of) });
}
