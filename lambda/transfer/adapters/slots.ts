import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure } from '../../erasure/adapters/aws-errors';
import { TRANSFER_TABLE as TABLE, TRANSFER_PK } from '../../shared/names';
import type { Claim, Slot, Slots } from '../ports';
import { LONGEST_PAUSE_MS, pauseMs } from '../retry';

export interface SlotsOptions {
  readonly table: string;
  /** Deliveries to one processor at the same time. */
  readonly perProcessor: number;
  /** Milliseconds after which a claim ends by itself, because whoever had it was killed. */
  readonly leaseMs: number;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
}

const PAUSE = 'pause';
/** A time further ahead than any that is written is that of a clock that was moved since, and holds for nothing. */
const AHEAD_MS = 2 * LONGEST_PAUSE_MS;
/** For so long a container takes a processor that had no slot to have none still, without asking. */
const REMEMBER_MS = 1000;

const rowSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('slot'), sk: z.string(), leaseUntil: z.number() }),
  z.object({ kind: z.literal(PAUSE), failures: z.int(), until: z.number() }),
]);

/**
 * Slots of processors as items with a lease, `SLOT#processorId` by number, and beside them for how long nothing is
 * sent because deliveries failed. While they do, one slot is left to see whether the processor is well again.
 */
export function dynamoDbSlots(db: DynamoDBDocumentClient, options: SlotsOptions): Slots {
  const { table: TableName, perProcessor, leaseMs, random } = options;
  const fullUntil = new Map<string, number>();

  const busy = (processorId: string, now: Date, until?: number): Claim => {
    fullUntil.set(processorId, now.getTime() + REMEMBER_MS);
    return { outcome: 'busy', ...(until !== undefined && { until: new Date(until) }) };
  };

  return {
    async claim(processorId, now) {
      const at = now.getTime();
      const full = fullUntil.get(processorId) ?? 0;
      if (full > at && full <= at + REMEMBER_MS) return { outcome: 'busy' };
      const { taken, failures, pausedUntil } = await read(processorId, at);
      if (pausedUntil > at) return busy(processorId, now, pausedUntil);
      const count = failures > 0 ? 1 : perProcessor;
      const free = Array.from({ length: count }, (_, number) => number).filter((number) => !taken.has(String(number)));
      // Begin anywhere, so that those who ask at once do not all want the same one.
      const from = Math.floor(random() * free.length);
      for (const number of [...free.slice(from), ...free.slice(0, from)]) {
        const slot = { processorId, number, holder: randomUUID(), failures };
        if (await take(slot, at)) return { outcome: 'claimed', slot };
      }
      return busy(processorId, now);
    },
    async release(slot, health, now) {
      fullUntil.delete(slot.processorId);
      if (health === 'failing') await pause(slot.processorId, slot.failures + 1, now);
      if (health === 'well' && slot.failures > 0) await pause(slot.processorId, 0, now);
      await giveBack(slot);
    },
  };

  async function read(processorId: string, at: number) {
    const { Items } = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': TABLE.partitionKey },
        ExpressionAttributeValues: { ':pk': TRANSFER_PK.slot + processorId },
        ConsistentRead: true,
      }),
    );
    if (Items === undefined) throw new Error('an answer without items');
    const rows = Items.map((item) => rowSchema.parse(item));
    const isAhead = (until: number) => until > at && until <= at + AHEAD_MS;
    const taken = rows.flatMap((row) => (row.kind === 'slot' && isAhead(row.leaseUntil) ? [row.sk] : []));
    const paused = rows.find((row) => row.kind === PAUSE);
    return {
      taken: new Set(taken),
      failures: paused?.failures ?? 0,
      pausedUntil: paused !== undefined && isAhead(paused.until) ? paused.until : 0,
    };
  }

  async function take({ processorId, number, holder }: Slot, at: number): Promise<boolean> {
    try {
      await db.send(
        new PutCommand({
          TableName,
          Item: { ...keyOf(processorId, String(number)), kind: 'slot', holder, leaseUntil: at + leaseMs },
          ConditionExpression: 'attribute_not_exists(pk) OR leaseUntil <= :now OR leaseUntil > :ahead',
          ExpressionAttributeValues: { ':now': at, ':ahead': at + AHEAD_MS },
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  /** One whose lease has ended may be another's by now, and is left alone. */
  async function giveBack({ processorId, number, holder }: Slot): Promise<void> {
    try {
      await db.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(processorId, String(number)),
          UpdateExpression: 'SET leaseUntil = :ended',
          ConditionExpression: 'holder = :holder',
          ExpressionAttributeValues: { ':ended': 0, ':holder': holder },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }

  async function pause(processorId: string, failures: number, now: Date): Promise<void> {
    const until = failures === 0 ? 0 : now.getTime() + pauseMs(failures, random());
    await db.send(new PutCommand({ TableName, Item: { ...keyOf(processorId, PAUSE), kind: PAUSE, failures, until } }));
  }
}

function keyOf(processorId: string, sortKey: string): Record<string, string> {
  return { [TABLE.partitionKey]: TRANSFER_PK.slot + processorId, [TABLE.sortKey]: sortKey };
}
