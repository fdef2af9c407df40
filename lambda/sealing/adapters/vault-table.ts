import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isConditionFailure, nameOf, storeCall } from '../../erasure/adapters/aws-errors';
import type { Ref } from '../../erasure/ports';
import type { Store } from '../../shared/inventory';
import { DATA_TABLE } from '../../shared/names';
import { NeverSealableError } from '../errors';
import type { Receipt, ReceiptBook, Row, RowLabel, RowShelf } from '../ports';
import type { Place } from '../vault-layout';
import { hashOfItem, type Item } from './canonical-item';

const texts = z.record(z.string(), z.string());
const receiptSchema = z.object({
  requestId: z.string(),
  storeId: z.string(),
  kind: z.enum(['versions', 'deleteMarkers']),
  sourceKey: z.string(),
  sourceVersion: z.string(),
  lastModified: z.string(),
  tied: z.array(z.string()),
  content: z
    .object({ size: z.int().min(0), sha256: z.string(), headers: texts, metadata: texts, tags: texts })
    .optional(),
  copy: z
    .object({ key: z.string(), versionId: z.string(), size: z.int().min(0), checksum: z.string().optional() })
    .optional(),
  sealedAt: z.string(),
});

function keyOf({ pk, sk }: Place) {
  return { [DATA_TABLE.partitionKey]: pk, [DATA_TABLE.sortKey]: sk };
}

/** Receipts in the vault's table, one row each. */
export class VaultReceipts implements ReceiptBook {
  private readonly documents: DynamoDBDocumentClient;

  constructor(
    private readonly vault: Store,
    db: DynamoDBClient,
  ) {
    this.documents = DynamoDBDocumentClient.from(db, { marshallOptions: { removeUndefinedValues: true } });
  }

  async find(place: Place): Promise<Receipt | undefined> {
    const { Item } = await storeCall(this.vault.id, () =>
      this.documents.send(new GetCommand({ TableName: this.vault.name, Key: keyOf(place), ConsistentRead: true })),
    );
    return Item === undefined ? undefined : receiptSchema.parse(Item);
  }

  async put(place: Place, receipt: Receipt, instead: Receipt | undefined): Promise<boolean> {
    const standing = instead?.copy?.versionId;
    const command = new PutCommand({
      TableName: this.vault.name,
      Item: { ...keyOf(place), ...receipt },
      ConditionExpression: `attribute_not_exists(#pk)${standing === undefined ? '' : ' OR #copy.#versionId = :standing'}`,
      ExpressionAttributeNames: {
        '#pk': DATA_TABLE.partitionKey,
        ...(standing !== undefined && { '#copy': 'copy', '#versionId': 'versionId' }),
      },
      ...(standing !== undefined && { ExpressionAttributeValues: { ':standing': standing } }),
    });
    try {
      await storeCall(this.vault.id, () => this.documents.send(command));
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }
}

/** Sealed rows in the vault's table: the row whole, as `item`, beside what describes it. */
export class VaultRows implements RowShelf<Item> {
  constructor(
    private readonly vault: Store,
    private readonly db: DynamoDBClient,
  ) {}

  async put(place: Place, ref: Ref, row: Row<Item>, label: RowLabel): Promise<void> {
    const texts = { ...label, ...keyOf(place), kind: ref.kind, sourceKey: ref.key, sourceSortKey: ref.part };
    const description = Object.entries({ ...texts, sha256: row.sha256 }).map(([name, S]) => [name, { S }]);
    const command = new PutItemCommand({
      TableName: this.vault.name,
      Item: { ...Object.fromEntries(description), item: { M: row.content } },
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': DATA_TABLE.partitionKey },
    });
    try {
      await storeCall(this.vault.id, () => this.db.send(command));
    } catch (error) {
      // It stands there: the place is named after its content, and reading back shows whether that is so.
      if (isConditionFailure(error)) return;
      if (nameOf(error) === 'ValidationException')
        throw new NeverSealableError(label.storeId, 'a row too large or too deeply nested to be put into another', {
          cause: error,
        });
      throw error;
    }
  }

  async sha256Of(place: Place): Promise<string | undefined> {
    const { pk, sk } = place;
    const Key = { [DATA_TABLE.partitionKey]: { S: pk }, [DATA_TABLE.sortKey]: { S: sk } };
    const { Item } = await storeCall(this.vault.id, () =>
      this.db.send(new GetItemCommand({ TableName: this.vault.name, Key, ConsistentRead: true })),
    );
    const content = Item?.item?.M;
    return content === undefined ? undefined : hashOfItem(content);
  }
}
