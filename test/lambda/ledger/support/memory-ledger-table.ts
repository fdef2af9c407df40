import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';

type Item = Record<string, unknown>;

/** The ledger's table in memory, as far as its adapters use it, every request counted. */
export class MemoryLedgerTable {
  readonly items = new Map<string, Item>();
  requests = 0;
  /** Called before each request; what it throws, the request fails with. */
  before: () => void | Promise<void> = () => undefined;
  /** Keys of a BatchGetItem that are answered; the rest is left unprocessed. */
  answered = Number.POSITIVE_INFINITY;

  get db(): DynamoDBDocumentClient {
    return { send: (command: object) => this.send(command) } as unknown as DynamoDBDocumentClient;
  }

  private async send(command: object): Promise<unknown> {
    this.requests += 1;
    await this.before();
    if (command instanceof GetCommand) return { Item: this.items.get(keyOf(command.input.Key)) };
    if (command instanceof PutCommand) return this.put(command.input);
    if (command instanceof BatchGetCommand) return this.batchGet(command.input.RequestItems ?? {});
    if (command instanceof TransactWriteCommand) {
      const writes = command.input.TransactItems ?? [];
      const keys = writes.map(({ Put }) => keyOf(Put?.Item));
      if (writes.length > 100 || new Set(keys).size < keys.length) throw new Error('ValidationException');
      for (const { Put } of writes) this.items.set(keyOf(Put?.Item), Put?.Item ?? {});
      return {};
    }
    if (command instanceof QueryCommand) {
      const pk = command.input.ExpressionAttributeValues?.[':pk'];
      const found = [...this.items.values()].filter((item) => item.pk === pk);
      return { Items: found.sort((a, b) => (String(a.sk) < String(b.sk) ? 1 : -1)).slice(0, 1) };
    }
    throw new Error(`not known here: ${command.constructor.name}`);
  }

  private put(input: PutCommand['input']): object {
    const { Item = {}, ConditionExpression: condition, ExpressionAttributeValues: values } = input;
    const standing = this.items.get(keyOf(Item));
    const holds =
      condition === undefined ||
      (condition.includes('attribute_not_exists') && standing === undefined) ||
      (condition.includes('signedAt =') &&
        standing?.size === values?.[':size'] &&
        standing?.signedAt === values?.[':signedAt']) ||
      (condition.includes('#size <=') && Number(standing?.size) <= Number(values?.[':size']));
    if (!holds) throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
    this.items.set(keyOf(Item), Item);
    return {};
  }

  private batchGet(asked: NonNullable<BatchGetCommand['input']['RequestItems']>): object {
    const [[name, { Keys = [] }] = ['', { Keys: [] }]] = Object.entries(asked);
    const ids = Keys.map(keyOf);
    if (ids.length > 100 || new Set(ids).size < ids.length) throw new Error('ValidationException');
    const left = Keys.slice(this.answered);
    const found = ids.slice(0, this.answered).flatMap((id) => this.items.get(id) ?? []);
    return { Responses: { [name]: found }, UnprocessedKeys: left.length > 0 ? { [name]: { Keys: left } } : {} };
  }
}

function keyOf(item: Item | undefined): string {
  return `${String(item?.pk)}|${String(item?.sk)}`;
}
