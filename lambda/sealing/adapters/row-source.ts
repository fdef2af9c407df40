import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { storeCall } from '../../erasure/adapters/aws-errors';
import type { Ref } from '../../erasure/ports';
import type { Store } from '../../shared/inventory';
import { DATA_TABLE } from '../../shared/names';
import type { Row, RowSource } from '../ports';
import { hashOfItem, type Item } from './canonical-item';

const PK = DATA_TABLE.partitionKey;
const SK = DATA_TABLE.sortKey;

/** A live table as those read it who keep something of a row before they erase it. */
export class TableSource implements RowSource<Item> {
  constructor(
    private readonly store: Store,
    private readonly db: DynamoDBClient,
  ) {}

  async read(ref: Ref): Promise<Row<Item> | undefined> {
    const { Item } = await storeCall(this.store.id, () =>
      this.db.send(new GetItemCommand({ ...this.place(ref), ConsistentRead: true })),
    );
    return Item === undefined ? undefined : rowOf(Item);
  }

  async eraseUnchanged(
    ref: Ref,
    row: Row<Item>,
  ): Promise<{ outcome: 'erased'; more?: Row<Item> } | { outcome: 'changed' }> {
    const command = new DeleteItemCommand({
      ...this.place(ref),
      ...unchanged(row.content),
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      const { Attributes } = await storeCall(this.store.id, () => this.db.send(command));
      if (Attributes === undefined) return { outcome: 'erased' };
      const erased = rowOf(Attributes);
      return erased.sha256 === row.sha256 ? { outcome: 'erased' } : { outcome: 'erased', more: erased };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // Without a row there was nothing to compare: somebody else erased it.
      return { outcome: error.Item === undefined ? 'erased' : 'changed' };
    }
  }

  private place(ref: Ref) {
    return { TableName: this.store.name, Key: { [PK]: { S: ref.key }, [SK]: { S: ref.part } } };
  }
}

function rowOf(item: Item): Row<Item> {
  return { content: item, sha256: hashOfItem(item), attributes: attributesOf(item).length };
}

function attributesOf(item: Item): [string, Item[string]][] {
  return Object.entries(item).filter(([name]) => name !== PK && name !== SK);
}

/** "Each attribute is still what it was." */
function unchanged(item: Item) {
  const attributes = attributesOf(item);
  if (attributes.length === 0)
    return { ConditionExpression: 'attribute_exists(#pk)', ExpressionAttributeNames: { '#pk': PK } };
  return {
    ConditionExpression: attributes.map((_, i) => `#a${i} = :a${i}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map(([name], i) => [`#a${i}`, name])),
    ExpressionAttributeValues: Object.fromEntries(attributes.map(([, value], i) => [`:a${i}`, value])),
  };
}
