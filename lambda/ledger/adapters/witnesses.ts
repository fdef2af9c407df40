import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Meter } from '../../shared/metrics-meter';
import { METRIC } from '../../shared/names';
import { EVENT_SOURCE } from '../../termination/events';
import type { Witnesses } from '../ports';
import { checkpointKey, type LockedBucket, underKey } from './s3-log-store';

/** Type of the event with a checkpoint on the bus; the checkpoint is in it word for word. */
export const CHECKPOINT_DETAIL_TYPE = 'Ledger checkpoint';

/** Tells of checkpoints on the bus of the control plane, to whoever listens there. */
export function busWitness(events: EventBridgeClient, EventBusName: string): Witnesses {
  return {
    async tell(size, checkpoint) {
      const Detail = JSON.stringify({ size, checkpoint });
      const { FailedEntryCount } = await events.send(
        new PutEventsCommand({
          Entries: [{ EventBusName, Source: EVENT_SOURCE, DetailType: CHECKPOINT_DETAIL_TYPE, Detail }],
        }),
      );
      if (FailedEntryCount !== 0) throw new Error('the bus did not take a checkpoint');
    },
  };
}

/** Keeps a copy of each checkpoint in a bucket that locks it. One that is there stays. */
export function bucketWitness(s3: S3Client, { bucket: Bucket, keyArn }: LockedBucket): Witnesses {
  return {
    async tell(size, checkpoint) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket,
            Key: checkpointKey(size),
            Body: checkpoint,
            ...underKey(keyArn),
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
      }
    },
  };
}

/**
 * Tells all of them. One that fails keeps nobody waiting: it is counted, and hears of this checkpoint again before
 * the next one. Should the process end before, the next checkpoint, a day later at most, says all that this one did.
 */
export function patientWitnesses(
  all: readonly Witnesses[],
  meter: Meter<typeof METRIC.witnessesFailed>,
): Witnesses & { retry(): Promise<void> } {
  const owed = all.map(() => new Map<number, string>());

  async function pay(witness: Witnesses, debts: Map<number, string>): Promise<void> {
    for (const [size, checkpoint] of debts) {
      try {
        await witness.tell(size, checkpoint);
        debts.delete(size);
      } catch {
        meter.count(METRIC.witnessesFailed, 1);
        // The latest tells most: it is all that is remembered for a witness that is away for long.
        if (debts.size > 1) for (const older of [...debts.keys()].slice(0, -1)) debts.delete(older);
        return;
      }
    }
  }
  const retry = async () => void (await Promise.all(all.map((witness, i) => pay(witness, owed[i] ?? new Map()))));
  return {
    retry,
    async tell(size, checkpoint) {
      for (const debts of owed) debts.set(size, checkpoint);
      await retry();
    },
  };
}
