import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../../erasure/adapters/aws-errors';
import { opaqueId } from '../../erasure/model';
import { instant } from '../../shared/clock';
import { PK, CONTROL_TABLE as TABLE } from '../../shared/names';
import type { LegalHold } from '../hold';
import type { LocksMessage } from '../model';
import type { LocksLedger, OpenHold, OpenHolds } from '../ports';
import { controlHoldReader, controlHolds } from './control-holds';
import { HOLD_ITEM, LIFTED, STANDING } from './hold-items';

const passSchema = z.object({ done: z.set(z.string()).optional() });
const openSchema = z.object({
  pk: z.string().startsWith(PK.hold),
  sk: z.string().startsWith(HOLD_ITEM.hold),
  [TABLE.dueIndexSortKey]: z.string(),
});

/** What the worker that sets S3 legal holds reads and writes: holds, and how far each pass has come. */
export function controlLocks(db: DynamoDBDocumentClient, TableName: string): LocksLedger {
  const keyOf = ({ holdId, scope }: LegalHold) => ({ pk: PK.hold + scope.tenantId, sk: HOLD_ITEM.hold + holdId });
  const passKey = ({ tenantId, holdId, pass }: LocksMessage) => ({
    pk: PK.hold + tenantId,
    sk: `${HOLD_ITEM.pass}${holdId}#${pass}`,
  });
  return {
    ...controlHoldReader(db, TableName),
    find: controlHolds(db, TableName).find,
    async done(pass) {
      const { Item } = await db.send(new GetCommand({ TableName, Key: passKey(pass), ConsistentRead: true }));
      return passSchema.parse(Item ?? {}).done ?? new Set();
    },
    async markDone(pass, part, expiresAt) {
      await db.send(
        new UpdateCommand({
          TableName,
          Key: passKey(pass),
          UpdateExpression: 'ADD #done :part SET #expires = :expires',
          ExpressionAttributeNames: { '#done': 'done', '#expires': TABLE.ttl },
          ExpressionAttributeValues: {
            ':part': new Set([part]),
            ':expires': Math.ceil(expiresAt.getTime() / 1000),
          },
        }),
      );
    },
    async applied(hold, at) {
      await ifAsExpected(() =>
        db.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(hold),
            UpdateExpression: 'SET #appliedAt = :at',
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#lifted)',
            ExpressionAttributeNames: { '#appliedAt': 'appliedAt', '#lifted': 'lifted' },
            ExpressionAttributeValues: { ':at': instant(at) },
          }),
        ),
      );
    },
    async released(hold, at) {
      await db.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(hold),
          UpdateExpression: 'SET #releasedAt = :at REMOVE #open, #dueAt',
          ConditionExpression: 'attribute_exists(#lifted)',
          ExpressionAttributeNames: {
            '#releasedAt': 'releasedAt',
            '#lifted': 'lifted',
            '#open': TABLE.dueIndexPartitionKey,
            '#dueAt': TABLE.dueIndexSortKey,
          },
          ExpressionAttributeValues: { ':at': instant(at) },
        }),
      );
    },
  };
}

/** A hold that was lifted at this very moment has a pass of its own to come. */
async function ifAsExpected(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** Open holds by the index of what is due: reads them and nothing else of the table. */
export function controlOpenHolds(db: DynamoDBDocumentClient, TableName: string): OpenHolds {
  async function* read(partition: string, state: OpenHold['state']): AsyncGenerator<OpenHold> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await db.send(
        new QueryCommand({
          TableName,
          IndexName: TABLE.dueIndex,
          KeyConditionExpression: '#open = :open',
          ExpressionAttributeNames: { '#open': TABLE.dueIndexPartitionKey },
          ExpressionAttributeValues: { ':open': partition },
          ExclusiveStartKey: start,
        }),
      );
      for (const item of page.Items ?? []) {
        const { pk, sk, dueAt } = openSchema.parse(item);
        const tenantId = opaqueId.parse(pk.slice(PK.hold.length));
        yield { tenantId, holdId: opaqueId.parse(sk.slice(HOLD_ITEM.hold.length)), dueAt, state };
      }
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }
  return {
    async *open() {
      yield* read(STANDING, 'standing');
      yield* read(LIFTED, 'lifted');
    },
  };
}
