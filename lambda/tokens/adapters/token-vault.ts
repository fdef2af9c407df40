import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../../erasure/adapters/aws-errors';
import type { Store } from '../../shared/inventory';
import { partitionKey, SHARED } from '../../shared/layout';
import { ACCESS_FLAG, DATA_TABLE, TOKEN_INDEX } from '../../shared/names';
import type { Mapping, MappingKey, TokenReader, TokenWriter } from '../ports';

const { partitionKey: PK, sortKey: SK } = DATA_TABLE;
const { name: IndexName, partitionKey: TOKEN } = TOKEN_INDEX;

const keySchema = z.object({ [PK]: z.string(), [SK]: z.string() });
const mappingSchema = z.object({ [TOKEN]: z.string(), value: z.string() });

type Db = DynamoDBDocumentClient;

/** The vault for those that issue tokens: of what is there they read the token alone. */
export function dynamoDbTokenWriter({ name: TableName }: Store, db: Db): TokenWriter {
  return {
    async tokenAt(key) {
      const { Item } = await db.send(
        new GetCommand({
          TableName,
          Key: tableKey(key),
          ProjectionExpression: '#pk, #sk, #token',
          ExpressionAttributeNames: { '#pk': PK, '#sk': SK, '#token': TOKEN },
          ConsistentRead: true,
        }),
      );
      return Item === undefined ? undefined : mappingSchema.pick({ [TOKEN]: true }).parse(Item)[TOKEN];
    },
    async add(key, { token, value }) {
      try {
        await db.send(
          new PutCommand({
            TableName,
            Item: { ...tableKey(key), [TOKEN]: token, value },
            ConditionExpression: 'attribute_not_exists(#pk)',
            ExpressionAttributeNames: { '#pk': PK },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },
  };
}

/** The vault for the function that turns tokens back: it reads, and writes nothing. */
export function dynamoDbTokenReader({ name: TableName }: Store, db: Db): TokenReader {
  const get = async (key: MappingKey) =>
    (await db.send(new GetCommand({ TableName, Key: tableKey(key), ConsistentRead: true }))).Item;
  return {
    async find(token) {
      const { Items } = await db.send(
        new QueryCommand({
          TableName,
          IndexName,
          KeyConditionExpression: '#token = :token',
          ExpressionAttributeNames: { '#token': TOKEN },
          ExpressionAttributeValues: { ':token': token },
        }),
      );
      if (Items === undefined) throw new Error('an answer without items');
      return Items.map((item) => keySchema.parse(item)).map((key) => ({ pk: key[PK], sk: key[SK] }));
    },
    async read(key): Promise<Mapping | undefined> {
      const item = await get(key);
      if (item === undefined) return undefined;
      const { token, value } = mappingSchema.parse(item);
      return { token, value };
    },
    async isFlagged(tenantId) {
      return (await get({ pk: partitionKey(tenantId, SHARED), sk: ACCESS_FLAG.sortKey })) !== undefined;
    },
  };
}

function tableKey({ pk, sk }: MappingKey) {
  return { [PK]: pk, [SK]: sk };
}
