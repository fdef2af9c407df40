import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { StaleRecordError } from '../../erasure/errors';
import { opaqueId } from '../../erasure/model';
import { PK, CONTROL_TABLE as TABLE } from '../../shared/names';
import { type HoldReader, legalHoldSchema } from '../hold';
import { type HoldRecord, liftedSchema } from '../model';
import type { HoldLedger } from '../ports';
import { reviewBegins } from '../review';
import { HOLD_ITEM, LIFTED, STANDING } from './hold-items';

type Db = DynamoDBDocumentClient;
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const itemSchema = z.object({
  record: legalHoldSchema,
  changedBy: z.string(),
  lifted: liftedSchema.optional(),
  appliedAt: z.string().optional(),
  releasedAt: z.string().optional(),
});

/** Holds that stand, for all who must honour them. An item that cannot be understood is an error, never no hold. */
export function controlHoldReader(db: Db, TableName: string): HoldReader {
  return {
    async holdsOf(tenantId) {
      const records: HoldRecord[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await db.send(
          new QueryCommand({ TableName, ...holdsOfTenant(tenantId), ConsistentRead: true, ExclusiveStartKey: start }),
        );
        if (page.Items === undefined) throw new Error('an answer without items');
        records.push(...page.Items.map((item) => parse(item, tenantId)));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return records.filter(({ lifted }) => lifted === undefined).map(({ hold }) => hold);
    },
  };
}

/** Holds in the control table: one item each, one that finds it by its id, and one for each earlier wording. */
export function controlHolds(db: Db, TableName: string): HoldLedger {
  const get = async (pk: string, sk: string) =>
    (await db.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item;

  /** Writes all or nothing; false when a condition did not hold. */
  const write = async (...TransactItems: Write[]): Promise<boolean> => {
    try {
      await db.send(new TransactWriteCommand({ TransactItems }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      return false;
    }
  };
  const putFirst = (Item: Record<string, unknown>): Write => ({
    Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });

  return {
    async find(holdId) {
      const finder = await get(`${HOLD_ITEM.finder}${holdId}`, HOLD_ITEM.finderSortKey);
      if (finder === undefined) return undefined;
      const tenantId = opaqueId.parse(finder.tenant);
      const item = await get(PK.hold + tenantId, HOLD_ITEM.hold + holdId);
      if (item === undefined) throw new Error(`hold ${holdId} is not where it should be`);
      return parse(item, tenantId);
    },
    async place(hold, changedBy) {
      const { holdId, scope } = hold;
      const placed = await write(
        putFirst({ pk: `${HOLD_ITEM.finder}${holdId}`, sk: HOLD_ITEM.finderSortKey, tenant: scope.tenantId }),
        putFirst({
          pk: PK.hold + scope.tenantId,
          sk: HOLD_ITEM.hold + holdId,
          record: hold,
          changedBy,
          [TABLE.dueIndexPartitionKey]: STANDING,
          [TABLE.dueIndexSortKey]: reviewBegins(hold.reviewAt),
        }),
      );
      return placed ? 'placed' : 'taken';
    },
    async change(before, next, changedBy) {
      const { holdId, version } = before.hold;
      const pk = PK.hold + next.scope.tenantId;
      const history = `${HOLD_ITEM.past}${holdId}#${String(version).padStart(6, '0')}`;
      const changed = await write(
        update(TableName, before.hold, 'SET #record = :record, #changedBy = :changedBy, #dueAt = :dueAt', {
          names: { '#changedBy': 'changedBy', '#dueAt': TABLE.dueIndexSortKey },
          values: { ':record': next, ':changedBy': changedBy, ':dueAt': reviewBegins(next.reviewAt) },
        }),
        putFirst({ pk, sk: history, record: before.hold, changedBy: before.changedBy }),
      );
      if (!changed) throw new StaleRecordError(holdId);
    },
    async lift(standing, lifted) {
      const done = await write(
        update(TableName, standing, 'SET #lifted = :lifted, #open = :open, #dueAt = :dueAt', {
          names: { '#open': TABLE.dueIndexPartitionKey, '#dueAt': TABLE.dueIndexSortKey },
          values: { ':lifted': lifted, ':open': LIFTED, ':dueAt': lifted.at },
        }),
      );
      if (!done) throw new StaleRecordError(standing.holdId);
    },
    async list(tenantId, limit, cursor) {
      const page = await db.send(
        new QueryCommand({
          TableName,
          ...holdsOfTenant(tenantId),
          ConsistentRead: true,
          Limit: limit,
          ExclusiveStartKey: cursor === undefined ? undefined : { pk: PK.hold + tenantId, sk: HOLD_ITEM.hold + cursor },
        }),
      );
      const items = (page.Items ?? []).map((item) => parse(item, tenantId));
      const last = page.LastEvaluatedKey === undefined ? undefined : items.at(-1);
      return { items, nextCursor: last?.hold.holdId ?? null };
    },
  };
}

/** A change of a hold that still stands, as it was read. */
function update(
  TableName: string,
  { holdId, scope, version }: HoldRecord['hold'],
  UpdateExpression: string,
  { names, values }: { names: Record<string, string>; values: Record<string, unknown> },
): Write {
  return {
    Update: {
      TableName,
      Key: { pk: PK.hold + scope.tenantId, sk: HOLD_ITEM.hold + holdId },
      UpdateExpression,
      ConditionExpression: '#record.#version = :version AND attribute_not_exists(#lifted)',
      ExpressionAttributeNames: { '#record': 'record', '#version': 'version', '#lifted': 'lifted', ...names },
      ExpressionAttributeValues: { ':version': version, ...values },
    },
  };
}

function holdsOfTenant(tenantId: string) {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': PK.hold + tenantId, ':sk': HOLD_ITEM.hold },
  };
}

/** @throws when the item is no hold of this tenant */
function parse(item: Record<string, unknown>, tenantId: string): HoldRecord {
  const { record, ...rest } = itemSchema.parse(item);
  if (record.scope.tenantId !== tenantId || item.sk !== HOLD_ITEM.hold + record.holdId)
    throw new Error(`hold ${record.holdId} is not under its own key`);
  return { hold: record, ...rest };
}
