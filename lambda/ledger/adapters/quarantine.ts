import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { instant } from '../../shared/clock';
import { LEDGER_PK } from '../../shared/names';
import type { Quarantine } from '../take';

/** Rows that wait for a person; the item itself stays where it was written. */
export function dynamoQuarantine(db: DynamoDBDocumentClient, TableName: string): Quarantine {
  return {
    async put({ name, reason, kind, sequence, at }) {
      const day = instant(at).slice(0, 10);
      try {
        await db.send(
          new PutCommand({
            TableName,
            Item: { pk: `${LEDGER_PK.quarantine}${day}`, sk: name, reason, kind, sequence, at: instant(at) },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
