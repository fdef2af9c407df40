import { AttributeType, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { declareFreeOfPersonalData } from '../data/inventory';
import { ProtectedTable } from '../data/protected-table';
import type { DataKey } from '../keys/data-key';

/** A global secondary index of a RecordsTable; both of its attributes are strings. */
export interface RecordsIndex {
  /** Name of the index. */
  readonly name: string;
  /** Attribute by which it is asked. */
  readonly partitionKey: string;
  /** Attribute by which it is ordered. */
  readonly sortKey: string;
  /** Whether it has the items whole, or their keys alone. */
  readonly whole: boolean;
}

/** Properties of a RecordsTable. */
export interface RecordsTableProps {
  /** Names of the two key attributes. */
  readonly keys: { readonly partitionKey: string; readonly sortKey: string };
  /** Key of the control plane. */
  readonly key: DataKey;
  /** Attribute with the second since the epoch at which an item may go. @default - items stay */
  readonly timeToLiveAttribute?: string;
  /** Whether the ledger is told of every write. @default false */
  readonly tellsWrites?: boolean;
  /** Other ways to find an item. */
  readonly indexes: readonly RecordsIndex[];
  /** Why nothing in it is about a person. */
  readonly freeOfPersonalData: string;
}

/** Records of the control plane: ids, counts and hashes, who may write what decided by the first part of the key. */
export abstract class RecordsTable<Prefix extends string> extends ProtectedTable {
  protected constructor(scope: Construct, id: string, props: RecordsTableProps) {
    const { keys, key, timeToLiveAttribute, tellsWrites } = props;
    super(scope, id, { keys, key, timeToLiveAttribute, tellsWrites });
    for (const { name, partitionKey, sortKey, whole } of props.indexes)
      this.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
        projectionType: whole ? ProjectionType.ALL : ProjectionType.KEYS_ONLY,
      });
    declareFreeOfPersonalData(this, props.freeOfPersonalData);
  }

  /** Lets the role create and change items whose partition key starts with one of the prefixes, alone or in a transaction. */
  grantWrite(role: Role, ...prefixes: Prefix[]): void {
    this.grantOn(role, ['dynamodb:PutItem', 'dynamodb:UpdateItem'], prefixes);
  }

  /** Lets the role read every item, whatever its key. */
  grantReadAll(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Scan'], resources: [this.tableArn] }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Lets the role do something with items whose partition key starts with one of the prefixes. */
  protected grantOn(role: Role, actions: string[], prefixes: readonly Prefix[]): void {
    role.addToPolicy(
      new PolicyStatement({
        actions,
        resources: [this.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}*`) },
          // "For all values" is also true of none at all.
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  protected grantQueryIndex(role: Role, index: string): void {
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${this.tableArn}/index/${index}`] }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }
}
