import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { instant, plusMs } from '../../shared/clock';
import { PK } from '../../shared/names';
import { LeaseLostError } from '../errors';
import { stepSchema } from '../model';
import type { StepKey, StepLedger, StepProgress, WorkLedger } from '../ports';
import { isConditionFailure } from './aws-errors';
import { queryRecords } from './control-query';

const itemSchema = z.object({ record: stepSchema, window: z.instanceof(Uint8Array).optional() });

/** Steps in the control table: the recorder creates them, the eraser leases and counts. */
export function controlSteps(db: DynamoDBDocumentClient, tableName: string): StepLedger & WorkLedger {
  const keyOf = ({ requestId, round, storeId, part }: StepKey) => ({
    pk: PK.step + requestId,
    sk: `${String(round).padStart(2, '0')}#${storeId}#${String(part).padStart(2, '0')}`,
  });

  const read = async (key: StepKey) => {
    const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: true }));
    return Item === undefined ? undefined : itemSchema.parse(Item);
  };

  /** Writes counts, window and lease, provided the lease is still ours. */
  const write = async (
    key: StepKey,
    owner: string,
    progress: StepProgress,
    now: Date,
    state: 'running' | 'waiting' | 'done',
    leaseMs: number,
  ) => {
    try {
      await db.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(key),
          UpdateExpression:
            'SET #record.#state = :state, #record.#found = :found, #record.#held = :held, ' +
            '#record.#refused = :refused, #record.#updatedAt = :now, #window = :window, #lease = :lease',
          ConditionExpression: '#owner = :owner AND #record.#state = :running',
          ExpressionAttributeNames: {
            '#record': 'record',
            '#state': 'state',
            '#found': 'found',
            '#held': 'held',
            '#refused': 'refused',
            '#updatedAt': 'updatedAt',
            '#window': 'window',
            '#lease': 'leaseUntil',
            '#owner': 'owner',
          },
          ExpressionAttributeValues: {
            ':state': state,
            ':found': progress.found,
            ':held': progress.held,
            ':refused': progress.refused,
            ':now': instant(now),
            ':window': progress.window,
            ':lease': instant(plusMs(now, leaseMs)),
            ':owner': owner,
            ':running': 'running',
          },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      // A write that took effect, and whose answer was lost, is repeated by the SDK and then fails.
      const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: true }));
      const stands = Item?.owner === owner && itemSchema.parse(Item).record.state === state;
      if (!stands || state === 'running') throw new LeaseLostError(key.storeId, key.part);
    }
  };

  return {
    async claim(key, owner, now, leaseMs) {
      try {
        const { Attributes } = await db.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(key),
            UpdateExpression:
              'SET #record.#state = :running, #record.#updatedAt = :now, #owner = :owner, #lease = :lease',
            ConditionExpression:
              // Our own lease counts as free: the answer to a first try may have been lost.
              'attribute_exists(pk) AND (#record.#state = :waiting OR ' +
              '(#record.#state = :running AND (#lease < :now OR #owner = :owner)))',
            ExpressionAttributeNames: {
              '#record': 'record',
              '#state': 'state',
              '#updatedAt': 'updatedAt',
              '#lease': 'leaseUntil',
              '#owner': 'owner',
            },
            ExpressionAttributeValues: {
              ':running': 'running',
              ':waiting': 'waiting',
              ':now': instant(now),
              ':owner': owner,
              ':lease': instant(plusMs(now, leaseMs)),
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        const item = itemSchema.parse(Attributes);
        return { outcome: 'claimed', step: item.record, window: item.window ?? new Uint8Array() };
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        const item = await read(key);
        if (item === undefined) return { outcome: 'missing' };
        return { outcome: item.record.state === 'done' ? 'done' : 'busy' };
      }
    },
    journal: (key, owner, progress, now, leaseMs) => write(key, owner, progress, now, 'running', leaseMs),
    release: (key, owner, progress, now) => write(key, owner, progress, now, 'waiting', 0),
    finish: (key, owner, progress, now) => write(key, owner, progress, now, 'done', 0),
    async createSteps(steps) {
      for (const record of steps) {
        try {
          await db.send(
            new PutCommand({
              TableName: tableName,
              Item: { ...keyOf(record), record },
              ConditionExpression: 'attribute_not_exists(pk)',
            }),
          );
        } catch (error) {
          if (!isConditionFailure(error)) throw error;
        }
      }
    },
    steps: (requestId) => queryRecords(db, tableName, PK.step + requestId, stepSchema),
  };
}
