import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { EMPTY_ROOT } from '../merkle';
import { fromBase64 } from '../note';
import type { HeadKeeper } from '../ports';
import { HEAD_KEY, SEEN_KEY } from './keys';

const stored = z.object({ size: z.int().min(0), root: z.string(), signedAt: z.string() });

/** The head of the tree, one item, changed only by who knows what stood there. */
export function dynamoHeads(db: DynamoDBDocumentClient, TableName: string): HeadKeeper {
  return {
    async read() {
      const { Item } = await db.send(new GetCommand({ TableName, Key: HEAD_KEY, ConsistentRead: true }));
      if (Item === undefined) return { size: 0, root: EMPTY_ROOT, signedAt: null };
      const { size, root, signedAt } = stored.parse(Item);
      return { size, root: fromBase64(root), signedAt };
    },

    async advance(from, to) {
      if (to.size < from.size) throw new RangeError('a head does not go back');
      const Item = { ...HEAD_KEY, size: to.size, root: Buffer.from(to.root).toString('base64'), signedAt: to.signedAt };
      return put(db, {
        TableName,
        Item,
        ...(from.signedAt === null
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#size = :size AND signedAt = :signedAt',
              ExpressionAttributeNames: { '#size': 'size' },
              ExpressionAttributeValues: { ':size': from.size, ':signedAt': from.signedAt },
            }),
      });
    },
  };
}

/** The largest tree that the watchman read, where no sequencer can write. */
export interface Seen {
  readonly size: number;
  readonly root: Uint8Array;
  /** When the whole log was last read again; null before the first time. */
  readonly readAt: string | null;
}

const storedSeen = z.object({ size: z.int().min(0), root: z.string(), readAt: z.string().nullable() });

export async function readSeen(db: DynamoDBDocumentClient, TableName: string): Promise<Seen | undefined> {
  const { Item } = await db.send(new GetCommand({ TableName, Key: SEEN_KEY, ConsistentRead: true }));
  if (Item === undefined) return undefined;
  const { root, ...seen } = storedSeen.parse(Item);
  return { ...seen, root: fromBase64(root) };
}

export async function writeSeen(db: DynamoDBDocumentClient, TableName: string, seen: Seen): Promise<void> {
  const Item = { ...SEEN_KEY, ...seen, root: Buffer.from(seen.root).toString('base64') };
  await put(db, {
    TableName,
    Item,
    // It only grows: a slow run does not make a later one forget.
    ConditionExpression: 'attribute_not_exists(pk) OR #size <= :size',
    ExpressionAttributeNames: { '#size': 'size' },
    ExpressionAttributeValues: { ':size': seen.size },
  });
}

async function put(db: DynamoDBDocumentClient, input: ConstructorParameters<typeof PutCommand>[0]): Promise<boolean> {
  try {
    await db.send(new PutCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
