import { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm';
import { shortNameOf, type Watched } from './watched';

/** One alarm for each queue, as the queue itself explains it: a message failed for the last time and waits for a person. */
export class DeadLetterAlarms extends Construct {
  constructor(scope: Construct, id: string, { queues }: Pick<Watched, 'queues'>) {
    super(scope, id);
    for (const queue of queues)
      new RunbookAlarm(this, shortNameOf(queue), { ...queue.deadLetters, metric: queue.deadLettersWaiting() });
  }
}
