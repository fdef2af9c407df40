import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../../erasure/adapters/aws-errors';
import { queryRecords } from '../../erasure/adapters/control-query';
import { instant } from '../../shared/clock';
import { PK } from '../../shared/names';
import { type Direction, doneSchema, type RecoveryKey } from '../model';
import type { HidingTrace, RecoveryLedger, WorkLedger } from '../ports';

const time = z.iso.datetime().transform((text) => new Date(text));

/** What the workers on one store note. Instants of the store's clock, counts and shard names. */
const workSchema = z.object({
  since: time.optional(),
  until: time.optional(),
  revealing: z.boolean().optional(),
  position: z.string().optional(),
  /** Workers that may be hiding, by the name of their invocation, and until when at the latest. */
  hiding: z.record(z.string(), time).optional(),
  hideCount: z.int().min(0).optional(),
  revealCount: z.int().min(0).optional(),
});

const COUNT = { hide: 'hideCount', reveal: 'revealCount' } as const satisfies Record<Direction, string>;

/**
 * Hiding and revealing in the control table, beside the termination: `DONE#…` once a store is done, and
 * `WORK#…` with the notes of its workers.
 */
export function controlRecovery(db: DynamoDBDocumentClient, TableName: string): RecoveryLedger & WorkLedger {
  const workKey = ({ tenantId, terminationId, storeId }: RecoveryKey) => ({
    pk: PK.hiding + tenantId,
    sk: `WORK#${terminationId}#${storeId}`,
  });

  const read = async (key: RecoveryKey) => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: workKey(key), ConsistentRead: true }));
    return workSchema.parse(Item ?? {});
  };

  /** Changes the notes. False when the condition was not met. */
  const change = async (key: RecoveryKey, expression: Expression): Promise<boolean> => {
    try {
      await db.send(new UpdateCommand({ TableName, Key: workKey(key), ...expression }));
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  };

  /** Writes an instant once; the answer is what stands. */
  const writeOnce = async (key: RecoveryKey, name: 'since' | 'until', at: Date): Promise<Date> => {
    const first = await change(key, {
      UpdateExpression: 'SET #name = :at',
      ConditionExpression: 'attribute_not_exists(#name)',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':at': instant(at) },
    });
    const standing = first ? at : (await read(key))[name];
    if (standing === undefined) throw new Error(`store ${key.storeId}: ${name} is neither written nor there`);
    return standing;
  };

  return {
    async done(tenantId, terminationId, direction) {
      const records = await queryRecords(
        db,
        TableName,
        PK.hiding + tenantId,
        doneSchema,
        donePrefix(terminationId, direction),
      );
      return records.map(({ storeId }) => storeId);
    },
    async markDone(tenantId, terminationId, record) {
      const sk = donePrefix(terminationId, record.direction) + record.storeId;
      try {
        await db.send(
          new PutCommand({
            TableName,
            Item: { pk: PK.hiding + tenantId, sk, record },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
    async beginHiding(key, owner, until) {
      // The map has to be there before a name can be put into it.
      await change(key, {
        UpdateExpression: 'SET hiding = :none',
        ConditionExpression: 'attribute_not_exists(hiding)',
        ExpressionAttributeValues: { ':none': {} },
      });
      return change(key, {
        UpdateExpression: 'SET hiding.#owner = :until',
        ConditionExpression: 'attribute_not_exists(revealing)',
        ExpressionAttributeNames: { '#owner': owner },
        ExpressionAttributeValues: { ':until': instant(until) },
      });
    },
    async endHiding(key, owner) {
      await change(key, { UpdateExpression: 'REMOVE hiding.#owner', ExpressionAttributeNames: { '#owner': owner } });
    },
    openWindow: (key, since) => writeOnce(key, 'since', since),
    windowOf: async (key) => (await read(key)).since,
    async beginRevealing(key) {
      await change(key, { UpdateExpression: 'SET revealing = :yes', ExpressionAttributeValues: { ':yes': true } });
      return traceOf(await read(key));
    },
    closeWindow: (key, until) => writeOnce(key, 'until', until),
    async report(key, direction, count, position) {
      await change(key, {
        UpdateExpression: `ADD #count :count${position === undefined ? '' : ' SET #position = :position'}`,
        ExpressionAttributeNames: { '#count': COUNT[direction], ...(position && { '#position': 'position' }) },
        ExpressionAttributeValues: { ':count': count, ...(position && { ':position': position }) },
      });
      return (await read(key))[COUNT[direction]] ?? 0;
    },
  };
}

type Expression = Pick<
  UpdateCommand['input'],
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

function donePrefix(terminationId: string, direction: Direction): string {
  return `DONE#${terminationId}#${direction}#`;
}

function traceOf({ since, position, hiding = {} }: z.output<typeof workSchema>): HidingTrace {
  const lifetimes = Object.values(hiding).map((until) => until.getTime());
  return { since, position, hidingUntil: lifetimes.length === 0 ? undefined : new Date(Math.max(...lifetimes)) };
}
