import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { queryRecords } from '../../erasure/adapters/control-query';
import { StaleRecordError } from '../../erasure/errors';
import { type Restriction, restrictionSchema } from '../model';
import type { RestrictionLedger } from '../ports';
import { sameOrder } from '../same-order';
import { LIFTED_PARTITION, MOST_STANDING, parseStanding, STANDING_KEY, type Standing } from './restriction-items';

/** Restrictions in the table of transfers: those that stand in one item, lifted ones in one each. */
export function restrictionLedger(db: DynamoDBDocumentClient, TableName: string): RestrictionLedger {
  const read = async (Key: Record<string, string>) =>
    (await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const standing = async (): Promise<Standing> => parseStanding(await read(STANDING_KEY));

  /** Replaces those that stand, as they were read, and keeps one that was lifted. @throws StaleRecordError */
  const replace = async (before: Standing, records: Restriction[], changed: Restriction): Promise<void> => {
    const put = { TableName, Item: { ...STANDING_KEY, records, revision: before.revision + 1 }, ...asRead(before) };
    const lifted = { pk: LIFTED_PARTITION, sk: changed.restrictionId, record: changed };
    try {
      await db.send(
        new TransactWriteCommand({
          TransactItems: [{ Put: put }, ...(changed.liftedAt === null ? [] : [{ Put: { TableName, Item: lifted } }])],
        }),
      );
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      throw new StaleRecordError(changed.restrictionId);
    }
  };

  return {
    async create(restriction) {
      const before = await standing();
      const same = before.records.find((record) => sameOrder(record, restriction));
      if (same !== undefined) return same;
      if (before.records.length >= MOST_STANDING) return 'full';
      await replace(before, [...before.records, restriction], restriction);
      return restriction;
    },
    async get(restrictionId) {
      // In this order: one that is lifted between the two readings is found by the second.
      const found = (await standing()).records.find((record) => record.restrictionId === restrictionId);
      if (found !== undefined) return found;
      const item = await read({ pk: LIFTED_PARTITION, sk: restrictionId });
      return item === undefined ? undefined : restrictionSchema.parse(item.record);
    },
    async update(next, expectedVersion) {
      const before = await standing();
      const known = before.records.find(({ restrictionId }) => restrictionId === next.restrictionId);
      if (known?.version !== expectedVersion) throw new StaleRecordError(next.restrictionId);
      const records = before.records.flatMap((record) =>
        record !== known ? [record] : next.liftedAt === null ? [next] : [],
      );
      await replace(before, records, next);
    },
    async list() {
      const { records } = await standing();
      const lifted = await queryRecords(db, TableName, LIFTED_PARTITION, restrictionSchema);
      const ids = new Set(lifted.map(({ restrictionId }) => restrictionId));
      // One that was lifted between the two readings is in both.
      return [...newestFirst(records.filter((record) => !ids.has(record.restrictionId))), ...newestFirst(lifted)];
    },
  };
}

function asRead({ revision }: Standing) {
  if (revision === 0) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#revision = :revision',
    ExpressionAttributeNames: { '#revision': 'revision' },
    ExpressionAttributeValues: { ':revision': revision },
  };
}

function newestFirst(restrictions: readonly Restriction[]): Restriction[] {
  return [...restrictions].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
