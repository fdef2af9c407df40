import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Transfers } from '../../../policies/schema';
import { TRANSFER_TABLE as TABLE, TRANSFER_PK } from '../../shared/names';
import type { AccessLog } from '../ports';

const ITEM = 'access';
const DAY_SECONDS = 86_400;

/** Questions about tokens in the table of transfers, kept as long as decisions are; in no index. */
export function transferTableAccessLog(
  db: DynamoDBDocumentClient,
  TableName: string,
  { decision }: Pick<Transfers, 'decision'>,
): AccessLog {
  return {
    async record(access) {
      const expires = Math.floor(Date.parse(access.at) / 1000) + decision.recordDays.days * DAY_SECONDS;
      await db.send(
        new PutCommand({
          TableName,
          Item: {
            [TABLE.partitionKey]: TRANSFER_PK.access + access.accessId,
            [TABLE.sortKey]: ITEM,
            [TABLE.ttl]: expires,
            access,
          },
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': TABLE.partitionKey },
        }),
      );
    },
  };
}
