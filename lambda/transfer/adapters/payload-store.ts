import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Store } from '../../shared/inventory';
import { itemKey, SHARED } from '../../shared/layout';
import { DATA_TABLE, TRANSFER_TABLE } from '../../shared/names';
import type { PayloadDeposit, PayloadPointer, PayloadRow, PayloadVault } from '../ports';
import { type DataKeys, decrypt, encrypt } from './payload-cipher';

type Place = Pick<Store, 'name' | 'shards'>;

const itemSchema = z.object({ sealed: z.instanceof(Uint8Array) });
const pointerSchema = z.strictObject({ key: z.base64(), row: z.base64() });

/**
 * Puts payloads where the erasure engine finds those of a person. The record of a transfer gets a pointer, in which
 * the row's sort key, with her id in it, is encrypted as the payload is, and the wrapped key of both: with the
 * pointer gone, what is left of a payload anywhere opens for nobody.
 */
export function payloadDeposit(db: DynamoDBDocumentClient, store: Place, keys: DataKeys): PayloadDeposit {
  return {
    async put(payload, { subjectId, ...context }, expiresAt) {
      const { plain, wrapped } = await keys.make(context);
      const row = itemKey(context.tenantId, subjectId ?? SHARED, context.transferId, store.shards);
      const Item = {
        [DATA_TABLE.partitionKey]: row.pk,
        [DATA_TABLE.sortKey]: row.sk,
        sealed: encrypt(payload, plain, 'payload', context),
        [TRANSFER_TABLE.ttl]: Math.ceil(expiresAt.getTime() / 1000),
      };
      const sealedRow = encrypt(Buffer.from(row.sk), plain, 'row', context);
      await db.send(new PutCommand({ TableName: store.name, Item }));
      const pointer = JSON.stringify({ key: base64(wrapped), row: base64(sealedRow) });
      return { row, pointer: { pk: row.pk, sk: pointer } };
    },
    async drop(row) {
      await db.send(new DeleteCommand({ TableName: store.name, Key: keyOf(row) }));
    },
  };
}

/** Takes payloads out again. */
export function payloadVault(db: DynamoDBDocumentClient, store: Place, keys: DataKeys): PayloadVault {
  return {
    async open(pointer, context) {
      const { key, row: sealedRow } = parsePointer(pointer);
      const plain = await keys.unwrap(key, context);
      const sk = Buffer.from(decrypt(sealedRow, plain, 'row', context)).toString('utf8');
      const row = { pk: pointer.pk, sk };
      return {
        row,
        async read() {
          const command = new GetCommand({ TableName: store.name, Key: keyOf(row), ConsistentRead: true });
          const { Item } = await db.send(command);
          if (Item === undefined) return undefined;
          return decrypt(itemSchema.parse(Item).sealed, plain, 'payload', context);
        },
      };
    },
  };
}

function parsePointer({ sk }: PayloadPointer): { readonly key: Uint8Array; readonly row: Uint8Array } {
  const { key, row } = pointerSchema.parse(JSON.parse(sk));
  return { key: Buffer.from(key, 'base64'), row: Buffer.from(row, 'base64') };
}

function keyOf({ pk, sk }: PayloadRow): Record<string, string> {
  return { [DATA_TABLE.partitionKey]: pk, [DATA_TABLE.sortKey]: sk };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
