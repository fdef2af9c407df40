import { TableData } from './dynamodb-data';
import { randomFrom } from './random';
import { type StubReply, type StubRequest, serve, type Traffic } from './server';

/** A DynamoDB with one personal-data table in memory, to be run as a child process. */

/** Body of `load`: a new table and how the service behaves. Resets the counters. */
export interface DynamoLoad {
  readonly tenantId: string;
  readonly items: number;
  readonly itemBytes: number;
  /** Hash shards; the shared partition comes on top. */
  readonly shards: number;
  readonly latencyMs: number;
  /** Share of batch-write requests that come back unprocessed, 0 to 1. */
  readonly unprocessedShare: number;
  readonly seed: number;
}

/** Answer of `stats`. */
export interface DynamoStats extends Traffic {
  readonly remaining: number;
  /** Queries needed to read what remains. */
  readonly pages: number;
  /** Deletes that came back unprocessed. */
  readonly unprocessed: number;
  /** Queries that asked for more than the keys. */
  readonly wideQueries: number;
}

const DEFAULTS: DynamoLoad = {
  tenantId: 'tenant',
  items: 0,
  itemBytes: 1024,
  shards: 16,
  latencyMs: 0,
  unprocessedShare: 0,
  seed: 1,
};

type Value = { S: string };
type Key = { pk: Value; sk: Value };

interface QueryInput {
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeValues: Record<string, Value>;
  readonly ProjectionExpression?: string;
  readonly Select?: string;
  readonly ExclusiveStartKey?: Key;
  readonly Limit?: number;
}

interface BatchWriteInput {
  readonly RequestItems: Record<string, { DeleteRequest?: { Key: Key } }[]>;
}

let load = DEFAULTS;
let table = new TableData(load.tenantId, 0, load.shards, load.itemBytes);
let random = randomFrom(load.seed);
let unprocessed = 0;
let wideQueries = 0;

serve({
  latencyMs: () => load.latencyMs,
  answer,
  control(verb, body, traffic): DynamoStats {
    if (verb === 'load') {
      load = { ...DEFAULTS, ...(JSON.parse(body) as Partial<DynamoLoad>) };
      table = new TableData(load.tenantId, load.items, load.shards, load.itemBytes);
      random = randomFrom(load.seed);
      unprocessed = 0;
      wideQueries = 0;
    }
    return { ...traffic, remaining: table.remaining, pages: table.pages, unprocessed, wideQueries };
  },
});

function answer(request: StubRequest): StubReply {
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  switch (operation) {
    case 'Query':
      return query(JSON.parse(request.body) as QueryInput);
    case 'BatchWriteItem':
      return batchWrite(JSON.parse(request.body) as BatchWriteInput);
    default:
      return invalid(operation, `the stub does not know ${operation}`);
  }
}

function query(input: QueryInput): StubReply {
  const stringFor = (pattern: RegExp) =>
    input.ExpressionAttributeValues[pattern.exec(input.KeyConditionExpression)?.[1] ?? '']?.S;
  const pk = stringFor(/=\s*(:\w+)/);
  if (pk === undefined) return invalid('Query', 'no partition key');
  const prefix = stringFor(/begins_with\s*\([^,]+,\s*(:\w+)\s*\)/) ?? '';
  const count = input.Select === 'COUNT';
  if (!count && (input.ProjectionExpression ?? '').split(',').length !== 2) wideQueries++;
  const page = table.query(pk, prefix, input.ExclusiveStartKey?.sk.S, input.Limit ?? Number.POSITIVE_INFINITY);
  const key = (sk: string): Key => ({ pk: { S: pk }, sk: { S: sk } });
  return json('Query', 200, {
    Count: page.sortKeys.length,
    ScannedCount: page.sortKeys.length,
    Items: count ? undefined : page.sortKeys.map(key),
    LastEvaluatedKey: page.lastSortKey === undefined ? undefined : key(page.lastSortKey),
  });
}

function batchWrite(input: BatchWriteInput): StubReply {
  const requests = Object.entries(input.RequestItems).flatMap(([name, list]) =>
    list.map((request) => ({ name, request })),
  );
  if (requests.length === 0 || requests.length > 25) return invalid('BatchWriteItem', '1 to 25 requests');
  const left: BatchWriteInput['RequestItems'] = {};
  for (const { name, request } of requests) {
    const key = request.DeleteRequest?.Key;
    if (key === undefined) return invalid('BatchWriteItem', 'the stub only deletes');
    if (random() < load.unprocessedShare) {
      unprocessed++;
      left[name] = [...(left[name] ?? []), request];
    } else table.delete(key.pk.S, key.sk.S);
  }
  return json('BatchWriteItem', 200, { UnprocessedItems: left });
}

function json(operation: string, status: number, body: unknown): StubReply {
  return { operation, status, contentType: 'application/x-amz-json-1.0', body: JSON.stringify(body) };
}

function invalid(operation: string, message: string): StubReply {
  return json(operation, 400, { __type: 'com.amazon.coral.validate#ValidationException', message });
}
