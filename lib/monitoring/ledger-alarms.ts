import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC } from '../../lambda/shared/names';
import { AbsenceAlarm } from './absence-alarm';
import { counted } from './metrics';
import { RunbookAlarm } from './runbook-alarm';
import type { WatchedControlPlane } from './watched';

/** A write that waits longer is no rush of work any more; the streams keep it for a day. */
const LATE = Duration.minutes(15);

/** What a person should look at in the ledger. */
export class LedgerAlarms extends Construct {
  constructor(scope: Construct, id: string, { ledger }: Pick<WatchedControlPlane, 'ledger'>) {
    super(scope, id);
    const count = (metric: string, period?: Duration) => counted(METRIC.ledgerService, metric, period && { period });
    new RunbookAlarm(this, 'Finding', {
      meaning: 'The ledger does not hold: something was changed, dropped, added or not told.',
      runbook: 'docs/runbooks/ledger.md#finding',
      metric: count(METRIC.ledgerFindings),
    });
    new RunbookAlarm(this, 'NotRead', {
      meaning: 'The watchman has not read the ledger to its end for a day.',
      runbook: 'docs/runbooks/ledger.md#not-read',
      metric: count(METRIC.ledgerReadings, Duration.days(1)),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    new RunbookAlarm(this, 'Quarantined', {
      meaning: 'A write was put aside, because nobody said what it means in the ledger.',
      runbook: 'docs/runbooks/ledger.md#quarantined',
      metric: count(METRIC.eventsQuarantined),
    });
    new RunbookAlarm(this, 'Late', {
      meaning: 'A write has waited a quarter of an hour for its place in the ledger.',
      runbook: 'docs/runbooks/ledger.md#late',
      metric: ledger.oldestWrite(),
      threshold: LATE.toMilliseconds(),
    });
    new RunbookAlarm(this, 'Lost', {
      meaning: 'Writes were tried for a day, and the stream has them no longer.',
      runbook: 'docs/runbooks/ledger.md#lost',
      metric: ledger.lostBatches(),
    });
    new RunbookAlarm(this, 'WitnessFailures', {
      meaning: 'Copies of checkpoints have not reached their second place for an hour.',
      runbook: 'docs/runbooks/ledger.md#witness-failures',
      metric: count(METRIC.witnessesFailed, Duration.hours(1)),
    });
    for (const [name, of, what] of [
      ['SequencerAbsent', ledger.sequencer, 'sequencer'],
      ['WatchmanAbsent', ledger.watchman, 'watchman'],
    ] as const)
      new AbsenceAlarm(this, name, {
        meaning: `The ${what} of the ledger has not come for three hours.`,
        runbook: `docs/runbooks/ledger.md#${what}-absent`,
        of,
        every: Duration.hours(1),
      });
  }
}
