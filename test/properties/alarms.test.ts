import { type Resource, resolveTemplates } from '../lib/support/resolve';
import { templatesOf } from '../lib/support/stages';

/** Name that a reference to a queue, or its ARN, ends with. */
const nameOf = (reference: unknown) => String(reference).split(/[:/]/).at(-1);

/** Names of all queues that something falls into when it has failed for the last time. */
function deadLetterQueues(resources: Record<string, Resource>): Set<string | undefined> {
  const targets = Object.values(resources).flatMap(({ Properties: p = {} }) => [
    (p.RedrivePolicy as { deadLetterTargetArn?: unknown } | undefined)?.deadLetterTargetArn,
    (p.DeadLetterConfig as { TargetArn?: unknown } | undefined)?.TargetArn,
    (p.DestinationConfig as { OnFailure?: { Destination?: unknown } } | undefined)?.OnFailure?.Destination,
    ...((Array.isArray(p.Targets) ? p.Targets : []) as { DeadLetterConfig?: { Arn?: unknown } }[]).map(
      (target) => target.DeadLetterConfig?.Arn,
    ),
  ]);
  return new Set(targets.filter((target) => target !== undefined).map(nameOf));
}

describe.each(['local', 'dev', 'prod'])('in stage %s', (stage) => {
  const resources = resolveTemplates(templatesOf(stage));
  const alarms = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');

  /** Metrics that alarms watch of the thing whose dimension has that value, which is named by its logical id here. */
  function watchedOf(dimension: string, name: string): string[] {
    return alarms
      .filter(({ Properties }) =>
        ((Properties.Dimensions ?? []) as { Name: string; Value: unknown }[]).some(
          ({ Name, Value }) => Name === dimension && String(Value).toLowerCase().startsWith(name.toLowerCase()),
        ),
      )
      .map(({ Properties }) => String(Properties.MetricName))
      .sort();
  }

  it('every dead-letter queue of every stack has an alarm', () => {
    const queues = [...deadLetterQueues(resources)];
    expect(queues.length).toBeGreaterThanOrEqual(9);
    const unwatched = queues.filter(
      (queue) => !watchedOf('QueueName', queue ?? '').includes('ApproximateNumberOfMessagesVisible'),
    );
    expect(unwatched).toEqual([]);
  });

  it('every function of every stack has alarms on errors and throttles', () => {
    const functions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(15);
    for (const [id] of functions) {
      const watched = watchedOf('FunctionName', id);
      expect([id, watched]).toEqual([id, expect.arrayContaining(['Errors', 'Throttles'])]);
    }
  });
});
