import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { TRANSFER_TABLE } from '../../lambda/shared/names';

type Item = Record<string, unknown>;
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
interface Expressions {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

const INDEX_KEYS: Readonly<Record<string, string>> = {
  [TRANSFER_TABLE.subjectIndex]: TRANSFER_TABLE.subjectIndexPartitionKey,
  [TRANSFER_TABLE.processorIndex]: TRANSFER_TABLE.processorIndexPartitionKey,
  [TRANSFER_TABLE.dueIndex]: TRANSFER_TABLE.dueIndexPartitionKey,
};

/**
 * DynamoDB in memory, as far as the adapters of transfers use it: every request takes a turn of its own, so calls that
 * run at the same time interleave, and items are copies, so that nobody shares one.
 */
export class MemoryTable {
  readonly tables = new Map<string, Map<string, Item>>();
  /** Commands as they came. */
  readonly requests: { readonly name: string; readonly input: unknown }[] = [];
  /** Items on a page of a query. */
  pageSize = 1_000;
  /** Called before each request; what it throws, the request fails with. */
  before: (name: string) => void | Promise<void> = () => undefined;
  /** Called after each request was carried out; with what it throws, the answer is lost. */
  after: (name: string) => void = () => undefined;

  /** As the SDK's client. */
  get db(): DynamoDBDocumentClient {
    return { send: (command: object) => this.send(command) } as unknown as DynamoDBDocumentClient;
  }

  put(table: string, item: Item): void {
    this.rows(table).set(keyOf(item), structuredClone(item));
  }

  all(table: string): Item[] {
    return structuredClone([...this.rows(table).values()]);
  }

  private rows(table: string | undefined): Map<string, Item> {
    if (table === undefined) throw new Error('a request without a table');
    const rows = this.tables.get(table) ?? new Map<string, Item>();
    this.tables.set(table, rows);
    return rows;
  }

  private async send(command: object): Promise<unknown> {
    const { name } = command.constructor;
    this.requests.push({ name, input: (command as { input: unknown }).input });
    await this.before(name);
    const answer = this.answer(name, command);
    this.after(name);
    return answer;
  }

  private answer(name: string, command: object): unknown {
    if (command instanceof GetCommand) return { Item: this.get(command.input) };
    if (command instanceof PutCommand) return this.write([{ Put: command.input }], conditionFailed);
    if (command instanceof UpdateCommand) return this.write([{ Update: command.input } as Write], conditionFailed);
    if (command instanceof DeleteCommand) return this.write([{ Delete: command.input }], conditionFailed);
    if (command instanceof TransactWriteCommand) return this.write(command.input.TransactItems ?? [], cancelled);
    if (command instanceof TransactGetCommand)
      return { Responses: command.input.TransactItems?.map(({ Get }) => ({ Item: Get && this.get(Get) })) };
    if (command instanceof QueryCommand) return this.query(command.input);
    throw new Error(`not known here: ${name}`);
  }

  private get({ TableName, Key }: { TableName?: string | undefined; Key?: Item | undefined }): Item | undefined {
    return structuredClone(this.rows(TableName).get(keyOf(Key ?? {})));
  }

  private write(writes: readonly Write[], failure: () => Error): object {
    for (const { Put, Update } of writes) {
      const target = Put ?? Update;
      if (target === undefined) continue;
      const condition = target.ConditionExpression;
      const found = this.rows(target.TableName).get(keyOf(Put?.Item ?? Update?.Key ?? {})) ?? {};
      if (condition !== undefined && !condition.split(' OR ').some((each) => holds(each, found, target)))
        throw failure();
    }
    for (const { Put, Update, Delete } of writes) {
      if (Delete !== undefined) this.rows(Delete.TableName).delete(keyOf(Delete.Key ?? {}));
      if (Put?.Item !== undefined) this.put(Put.TableName ?? '', Put.Item);
      if (Update !== undefined) this.update(Update);
    }
    return {};
  }

  /** `SET a = if_not_exists(a, :b)` and `SET a = :b`, the changes that the adapters make. */
  private update(update: NonNullable<Write['Update']>): void {
    const [, name = '', once, value = ''] =
      /^SET (#?\w+) = (if_not_exists\(\1, )?(:\w+)\)?$/.exec(update.UpdateExpression ?? '') ?? [];
    const attribute = update.ExpressionAttributeNames?.[name] ?? name;
    const item = this.get(update) ?? { ...update.Key };
    const kept = once === undefined ? undefined : item[attribute];
    this.put(update.TableName ?? '', { ...item, [attribute]: kept ?? update.ExpressionAttributeValues?.[value] });
  }

  private query(input: QueryCommandInput): object {
    const partition = input.IndexName === undefined ? TRANSFER_TABLE.partitionKey : INDEX_KEYS[input.IndexName];
    const sort = input.IndexName === undefined ? TRANSFER_TABLE.sortKey : TRANSFER_TABLE.listKey;
    const conditions = input.KeyConditionExpression?.split(' AND ') ?? [];
    const found = [...this.rows(input.TableName).values()]
      .filter((item) => partition !== undefined && item[partition] !== undefined)
      .filter((item) => conditions.every((condition) => holds(condition, item, input)))
      .sort((a, b) => String(a[sort]).localeCompare(String(b[sort])));
    if (input.ScanIndexForward === false) found.reverse();
    const start = input.ExclusiveStartKey === undefined ? 0 : Number(input.ExclusiveStartKey.at);
    const page = found.slice(start, start + this.pageSize);
    const end = start + page.length;
    return {
      Items: structuredClone(
        page.filter((item) => input.FilterExpression === undefined || holds(input.FilterExpression, item, input)),
      ),
      ...(end < found.length && { LastEvaluatedKey: { at: end } }),
    };
  }
}

function keyOf(item: Item): string {
  return `${String(item.pk)}|${String(item.sk)}`;
}

function holds(condition: string, item: Item, { ExpressionAttributeNames, ExpressionAttributeValues }: Expressions) {
  const read = (path: string): unknown =>
    path
      .split('.')
      .map((part) => ExpressionAttributeNames?.[part] ?? part)
      .reduce<unknown>((value, name) => (value as Item | undefined)?.[name], item);
  const given = (name: string): unknown => ExpressionAttributeValues?.[name];
  const missing = /^attribute_not_exists\((\S+)\)$/.exec(condition);
  if (missing) return read(missing[1] ?? '') === undefined;
  const prefix = /^begins_with\((\S+), (\S+)\)$/.exec(condition);
  if (prefix) return String(read(prefix[1] ?? '')).startsWith(String(given(prefix[2] ?? '')));
  const [, path = '', operator = '', name = ''] = /^(\S+) (=|<|<=|>|>=) (\S+)$/.exec(condition) ?? [];
  const [a, b] = [read(path), given(name)];
  if (operator === '=') return a === b;
  if (operator === '>') return typeof a === 'number' && a > Number(b);
  if (operator === '<=') return typeof a === 'number' ? a <= Number(b) : String(a) <= String(b);
  if (operator === '<') return String(a) < String(b);
  if (operator === '>=') return String(a) >= String(b);
  throw new Error(`not understood here: ${condition}`);
}

function conditionFailed(): Error {
  return new ConditionalCheckFailedException({ message: '', $metadata: {} });
}

function cancelled(): Error {
  return new TransactionCanceledException({
    message: '',
    $metadata: {},
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
  });
}
