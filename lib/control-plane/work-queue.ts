import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queuePerimeter } from '../guardrails/perimeter';
import type { DataKey } from '../keys/data-key';
import type { Guidance } from '../monitoring/runbook-alarm';
import type { ComplianceFunction } from './compliance-function';

/** How often SQS delivers a message before it goes to the dead-letter queue. */
export const MAX_RECEIVES = 5;

/** Properties of a WorkQueue. */
export interface WorkQueueProps {
  /** Key of the control plane. */
  readonly key: DataKey;
  /** Longest run of the function that works on the messages. */
  readonly functionTimeout: Duration;
  /** What it means when a message failed for the last time, and what to do then. */
  readonly deadLetters: Guidance;
}

/** A queue of small idempotent steps, with a dead-letter queue for those that keep failing. */
export class WorkQueue extends Construct {
  /** Address, for the environment of those that send. */
  readonly url: string;
  /** For policies and schedules that name the queue. */
  readonly arn: string;
  /** For the alarm on its dead letters. */
  readonly deadLetters: Guidance;
  private readonly queue: Queue;
  private readonly deadLetterQueue: Queue;
  private readonly key: DataKey;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.key = props.key;
    const common = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    } satisfies QueueProps;
    this.deadLetters = props.deadLetters;
    this.deadLetterQueue = new Queue(this, 'DeadLetters', common);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      // Lambda's advice: six times the function's timeout, so that no message is seen twice while one works on it.
      visibilityTimeout: Duration.seconds(6 * props.functionTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
    });
    for (const queue of [this.queue, this.deadLetterQueue])
      for (const statement of queuePerimeter(queue.queueArn)) queue.addToResourcePolicy(statement);
    this.url = this.queue.queueUrl;
    this.arn = this.queue.queueArn;
  }

  /** Messages that failed for the last time and wait for a person. */
  deadLettersWaiting(): Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    });
  }

  /** Age of the message that has waited longest. */
  oldestMessage(): Metric {
    return this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(5) });
  }

  /** Lets the role put messages into the queue. */
  grantSend(role: Role): void {
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    this.key.grantUse(role, 'sqs');
  }

  /** Runs the function once per message, at most so many at a time. */
  feed(worker: ComplianceFunction, maxConcurrency: number): void {
    worker.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
    this.key.grantUse(worker.executionRole, 'sqs');
  }
}
