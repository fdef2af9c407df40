import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { PK } from '../../shared/names';
import { UnknownWorkError } from '../errors';
import type { PastErasure, PastErasures } from '../past-erasures';
import { controlRequests } from './control-requests';
import { controlSteps } from './control-steps';

const crossedSchema = z.object({ pk: z.string().startsWith(PK.line), at: z.iso.datetime() });

/**
 * Erasures in the control table. Reads the whole table, and two items more for every erasure that ever began
 * to delete: no index leads to them by time, and a restore is rare enough not to keep one.
 */
export function controlPastErasures(db: DynamoDBDocumentClient, tableName: string): PastErasures {
  const requests = controlRequests(db, tableName);
  const work = controlSteps(db, tableName);
  return {
    async *since(since) {
      for await (const { requestId, at } of crossedLines(db, tableName)) {
        const request = await requests.get(requestId);
        // A deletion without its request cannot be repeated, and must not be passed over.
        if (request === undefined) throw new UnknownWorkError(`request ${requestId}`);
        const { tenantId, scope, subjectId, subjectHash, updatedAt, endedAt = updatedAt } = request;
        const times = [at, updatedAt, endedAt].map((time) => Date.parse(time));
        if (Math.max(...times) < since.getTime()) continue;
        const storeIds = [...new Set((await work.steps(requestId)).map(({ storeId }) => storeId))];
        yield { requestId, tenantId, scope, subjectId, subjectHash, storeIds } satisfies PastErasure;
      }
    },
  };
}

/** Ids of the requests that began to delete, and when. @throws Error on an item that is none */
async function* crossedLines(
  db: DynamoDBDocumentClient,
  tableName: string,
): AsyncGenerator<{ requestId: string; at: string }> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await db.send(
      new ScanCommand({
        TableName: tableName,
        FilterExpression: 'begins_with(pk, :line) AND #state = :crossed',
        ProjectionExpression: 'pk, #at',
        ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
        ExpressionAttributeValues: { ':line': PK.line, ':crossed': 'crossed' },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    for (const item of page.Items ?? []) {
      const { pk, at } = crossedSchema.parse(item);
      yield { requestId: pk.slice(PK.line.length), at };
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
