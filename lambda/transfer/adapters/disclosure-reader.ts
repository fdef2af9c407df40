import { type DynamoDBDocumentClient, QueryCommand, TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { DisclosureReader } from '../../disclosure/ports';
import { TRANSFER_TABLE as TABLE, TRANSFER_PK } from '../../shared/names';
import { type DecisionRecord, decisionRecordSchema, type TransferRecord, transferRecordSchema } from '../model';

/** Items that DynamoDB reads in one transaction. */
const MOST_ITEMS = 100;

const decisionRow = z.object({ record: decisionRecordSchema });
const transferRow = z.object({ record: transferRecordSchema });

/** Records of who received what about one person, from the index by her keyed hash, which may be a second behind. */
export function disclosureReader(db: DynamoDBDocumentClient, TableName: string): DisclosureReader {
  return {
    async decisions(subjectKey, before, limit) {
      const items: DecisionRecord[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await db.send(
          new QueryCommand({ TableName, ...newestFirst(subjectKey, before), ExclusiveStartKey: start }),
        );
        if (page.Items === undefined) throw new Error('an answer without items');
        items.push(...page.Items.map((item) => decisionRow.parse(item).record));
        start = page.LastEvaluatedKey;
      } while (start !== undefined && items.length <= limit);
      return { items: items.slice(0, limit), more: items.length > limit || start !== undefined };
    },
    async transfers(ids) {
      const found = new Map<string, TransferRecord>();
      for (let i = 0; i < ids.length; i += MOST_ITEMS) {
        const TransactItems = ids.slice(i, i + MOST_ITEMS).map((id) => ({ Get: transferAt(TableName, id) }));
        const { Responses = [] } = await db.send(new TransactGetCommand({ TransactItems }));
        if (Responses.length !== TransactItems.length) throw new Error('an answer without all items');
        for (const { Item } of Responses) {
          if (Item === undefined) continue;
          const { record } = transferRow.parse(Item);
          found.set(record.transferId, record);
        }
      }
      return found;
    },
  };
}

function transferAt(TableName: string, transferId: string) {
  return { TableName, Key: { [TABLE.partitionKey]: TRANSFER_PK.transfer + transferId, [TABLE.sortKey]: 'transfer' } };
}

/** Decisions alone: the index has her transfers too, which are read by their ids, as they are now. */
function newestFirst(subjectKey: string, before: string | undefined) {
  return {
    IndexName: TABLE.subjectIndex,
    KeyConditionExpression: `#subjectKey = :subjectKey${before === undefined ? '' : ' AND #listKey < :before'}`,
    FilterExpression: 'begins_with(#pk, :decision)',
    ExpressionAttributeNames: {
      '#subjectKey': TABLE.subjectIndexPartitionKey,
      '#pk': TABLE.partitionKey,
      ...(before !== undefined && { '#listKey': TABLE.listKey }),
    },
    ExpressionAttributeValues: {
      ':subjectKey': subjectKey,
      ':decision': TRANSFER_PK.decision,
      ...(before !== undefined && { ':before': before }),
    },
    ScanIndexForward: false,
  };
}
