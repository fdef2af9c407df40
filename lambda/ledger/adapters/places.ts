import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Sleep, systemSleep } from '../../shared/clock';
import { inParallel } from '../../shared/in-parallel';
import { eventIn, type LedgerEvent } from '../event';
import type { Places, Waiting } from '../ports';
import { placeKey } from './keys';

/** Most keys of a BatchGetItem, and most items of a TransactWriteItems. */
const BATCH = 100;
/** Requests at the same time: all of a batch of 1,000. */
const AT_ONCE = 10;
/** Tries of one request that DynamoDB carries out in parts or not at all. */
const TRIES = 8;
const FIRST_PAUSE_MS = 50;

/** Where an event lies, as the table tells it. */
const placeSchema = z.object({
  sk: z.string(),
  index: z.int().min(0),
  type: z.string(),
  act: z.enum(['written', 'removed', 'expired']),
  /** Hash of the record; null where it is gone. */
  record: z.string().nullable(),
});
export type Place = z.infer<typeof placeSchema>;

/** Where events lie. Everything here follows from the tree and can be made from it again. */
export function dynamoPlaces(db: DynamoDBDocumentClient, TableName: string, sleep: Sleep = systemSleep): Places {
  return {
    async withoutPlace(events) {
      const unique = [...new Map(events.map((one) => [nameOf(one.event), one])).values()];
      const placed = new Set<string>();
      await inParallel([...batches(unique, BATCH)], AT_ONCE, async (part) => {
        for (const name of await found(part)) placed.add(name);
      });
      return unique.filter(({ event }) => !placed.has(nameOf(event)));
    },

    async note(start, entries) {
      const items = entries.map((entry, i) => placeItem(entry, start + i));
      await inParallel([...batches(items, BATCH)], AT_ONCE, write);
    },
  };

  async function found(events: readonly Waiting[]): Promise<string[]> {
    const names: string[] = [];
    let keys: Record<string, unknown>[] = events.map(({ event }) => placeKey(event));
    for (let pause = FIRST_PAUSE_MS, tries = 0; keys.length > 0; pause *= 2) {
      if (tries++ >= TRIES) throw new Error('the table of the ledger did not answer for all events');
      if (tries > 1) await sleep(pause);
      const { Responses, UnprocessedKeys } = await db.send(
        new BatchGetCommand({
          RequestItems: { [TableName]: { Keys: keys, ProjectionExpression: 'pk, sk', ConsistentRead: true } },
        }),
      );
      for (const { pk, sk } of Responses?.[TableName] ?? []) names.push(`${String(pk)}|${String(sk)}`);
      keys = UnprocessedKeys?.[TableName]?.Keys ?? [];
    }
    return names;
  }

  /** A transaction takes four times as many items a request as a batch. Two sequencers may meet on the same ones. */
  async function write(items: readonly Record<string, unknown>[]): Promise<void> {
    for (let pause = FIRST_PAUSE_MS, tries = 1; ; pause *= 2, tries++) {
      try {
        await db.send(new TransactWriteCommand({ TransactItems: items.map((Item) => ({ Put: { TableName, Item } })) }));
        return;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException) || tries >= TRIES) throw error;
        await sleep(pause);
      }
    }
  }
}

/** The latest event about something; undefined where there is none. */
export async function latestPlace(
  db: DynamoDBDocumentClient,
  TableName: string,
  about: string,
): Promise<(Place & { readonly sequence: string }) | undefined> {
  const { Items } = await db.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': placeKey({ about, sequence: '0' }).pk },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const [item] = Items ?? [];
  if (item === undefined) return undefined;
  const place = placeSchema.parse(item);
  return { ...place, sequence: place.sk.replace(/^0+(?=\d)/, '') };
}

function nameOf(event: Pick<LedgerEvent, 'about' | 'sequence'>): string {
  const { pk, sk } = placeKey(event);
  return `${pk}|${sk}`;
}

function placeItem(entry: Uint8Array, index: number): Record<string, unknown> {
  const event = eventIn(entry);
  if (event === undefined) throw new Error(`entry ${index} was claimed and is no event`);
  const { type, act, hashes } = event;
  return { ...placeKey(event), index, type, act, record: hashes.record ?? null } satisfies Place & { pk: string };
}

function* batches<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
