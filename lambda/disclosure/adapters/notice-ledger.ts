import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../../erasure/adapters/aws-errors';
import { dueRows } from '../../erasure/adapters/due-index';
import { StaleRecordError } from '../../erasure/errors';
import { instant } from '../../shared/clock';
import { TRANSFER_TABLE as TABLE, TRANSFER_PK } from '../../shared/names';
import { type Notice, noticeSchema } from '../model';
import type { Announcement, NoticeLedger } from '../ports';

/** Sort key of the item that says that there is a notice for everybody; ids of processors begin with a letter. */
const ANNOUNCED = '_announced';
/** Tells notices from transfers in the index of what is due. */
const OPEN = 'notice';

const dueKeySchema = z.object({ pk: z.string().startsWith(TRANSFER_PK.notice), sk: z.string() });

/** Notices in the table of transfers. */
export function noticeLedger(db: DynamoDBDocumentClient, TableName: string): NoticeLedger {
  const item = (record: Notice, dueAt: Date | null) => ({
    pk: TRANSFER_PK.notice + record.requestId,
    sk: record.processorId,
    ...(dueAt && { [TABLE.dueIndexPartitionKey]: OPEN, [TABLE.dueIndexSortKey]: instant(dueAt) }),
    record,
  });

  /** Writes unless something stands there already; tells whether it wrote. */
  const putFirst = async (Item: Record<string, unknown>): Promise<boolean> => {
    try {
      await db.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
      return true;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      return false;
    }
  };

  const announcement = async (requestId: string): Promise<Announcement> => {
    const items: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await db.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': TRANSFER_PK.notice + requestId },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    const mark = items.find(({ sk }) => sk === ANNOUNCED);
    return {
      announcedAt: mark === undefined ? null : z.iso.datetime({ precision: 3 }).parse(mark.at),
      notices: items.filter((each) => each !== mark).map(({ record }) => noticeSchema.parse(record)),
    };
  };

  return {
    announcement,
    list: async (requestId) => [...(await announcement(requestId)).notices],
    async create(notices, dueAt) {
      const created = notices.map(async (notice) =>
        (await putFirst(item(noticeSchema.parse(notice), dueAt(notice)))) ? [notice.processorId] : [],
      );
      return (await Promise.all(created)).flat();
    },
    async markAnnounced(requestId, at) {
      await putFirst({ pk: TRANSFER_PK.notice + requestId, sk: ANNOUNCED, at: instant(at) });
    },
    async get(requestId, processorId) {
      const Key = { pk: TRANSFER_PK.notice + requestId, sk: processorId };
      const { Item } = await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item === undefined ? undefined : noticeSchema.parse(Item.record);
    },
    async update(next, expectedVersion, dueAt) {
      try {
        await db.send(
          new PutCommand({
            TableName,
            Item: item(noticeSchema.parse(next), dueAt),
            ConditionExpression: '#record.#version = :expected',
            ExpressionAttributeNames: { '#record': 'record', '#version': 'version' },
            ExpressionAttributeValues: { ':expected': expectedVersion },
          }),
        );
      } catch (error) {
        throw isConditionFailure(error) ? new StaleRecordError(`${next.requestId}/${next.processorId}`) : error;
      }
    },
    async due(now, limit) {
      const rows = await dueRows(db, TableName, OPEN, now, limit);
      return rows
        .map((row) => dueKeySchema.parse(row))
        .map(({ pk, sk }) => ({ requestId: pk.slice(TRANSFER_PK.notice.length), processorId: sk }));
    },
  };
}
