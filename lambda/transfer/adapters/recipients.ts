import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { RecipientReader } from '../../disclosure/ports';
import { TRANSFER_TABLE as TABLE, TRANSFER_PK } from '../../shared/names';
import { slugSchema } from '../model';
import type { SubjectKeys } from '../ports';

const subjectRow = z.object({ record: z.object({ processorId: slugSchema }) });
const tenantRow = z.object({ [TABLE.sortKey]: slugSchema });

/**
 * Recipients from the records of decisions: a person's from the index by her keyed hash, which may be a second
 * behind; a tenant's from an item for each, strongly consistent.
 */
export function recipientReader(db: DynamoDBDocumentClient, TableName: string, keys: SubjectKeys): RecipientReader {
  return {
    async recipients(tenantId, subjectId) {
      const query =
        subjectId === undefined ? ofTenant(tenantId) : ofSubject(await keys.subjectKey(tenantId, subjectId));
      const found = new Set<string>();
      let start: Record<string, unknown> | undefined;
      do {
        const page = await db.send(new QueryCommand({ TableName, ...query.input, ExclusiveStartKey: start }));
        if (page.Items === undefined) throw new Error('an answer without items');
        for (const item of page.Items) found.add(query.idOf(item));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return [...found].sort();
    },
  };
}

interface Question {
  readonly input: Omit<QueryCommandInput, 'TableName'>;
  idOf(item: Record<string, unknown>): string;
}

function ofTenant(tenantId: string): Question {
  return {
    input: {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': TRANSFER_PK.recipient + tenantId },
      ConsistentRead: true,
    },
    idOf: (item) => tenantRow.parse(item)[TABLE.sortKey],
  };
}

function ofSubject(subjectKey: string): Question {
  return {
    input: {
      IndexName: TABLE.subjectIndex,
      KeyConditionExpression: '#subjectKey = :subjectKey',
      ProjectionExpression: '#record.#processorId',
      ExpressionAttributeNames: {
        '#subjectKey': TABLE.subjectIndexPartitionKey,
        '#record': 'record',
        '#processorId': 'processorId',
      },
      ExpressionAttributeValues: { ':subjectKey': subjectKey },
    },
    idOf: (item) => subjectRow.parse(item).record.processorId,
  };
}
