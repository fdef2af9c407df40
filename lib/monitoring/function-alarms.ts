import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm';
import { shortNameOf, type Watched } from './watched';

const period = Duration.minutes(5);

/** Two alarms for each function. Messages that fail alone are no errors of a function; their dead letters have alarms. */
export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, { functions }: Pick<Watched, 'functions'>) {
    super(scope, id);
    for (const fn of functions) {
      const name = shortNameOf(fn);
      new RunbookAlarm(this, `${name}Errors`, {
        meaning: `The function ${name} failed as a whole, or ran out of time.`,
        runbook: 'docs/runbooks/functions.md#errors',
        metric: fn.metricErrors({ period }),
      });
      new RunbookAlarm(this, `${name}Throttles`, {
        meaning: `The function ${name} was not allowed to run, for want of concurrency.`,
        runbook: 'docs/runbooks/functions.md#throttles',
        metric: fn.metricThrottles({ period }),
        // Lambda tries again by itself; a quarter of an hour of it is no spike.
        evaluationPeriods: 3,
      });
    }
  }
}
