import { AttributeType, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { CONTROL_TABLE, type PK } from '../../lambda/shared/names';
import { declareFreeOfPersonalData } from '../data/inventory';
import { ProtectedTable } from '../data/protected-table';
import type { DataKey } from '../keys/data-key';

/** Properties of a ControlTable. */
export interface ControlTableProps {
  /** Key of the control plane. */
  readonly key: DataKey;
}

/** First part of a partition key; decides which role may write the item. */
export type KeyPrefix = (typeof PK)[keyof typeof PK];

/** Requests, plans, steps, verifications and certificates: ids, counts and hashes, who may write what decided by key. */
export class ControlTable extends ProtectedTable {
  constructor(scope: Construct, id: string, props: ControlTableProps) {
    super(scope, id, { keys: CONTROL_TABLE, key: props.key, timeToLiveAttribute: CONTROL_TABLE.ttl });
    this.addGlobalSecondaryIndex({
      indexName: CONTROL_TABLE.tenantIndex,
      partitionKey: { name: CONTROL_TABLE.tenantIndexPartitionKey, type: AttributeType.STRING },
      sortKey: { name: CONTROL_TABLE.tenantIndexSortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.addGlobalSecondaryIndex({
      indexName: CONTROL_TABLE.dueIndex,
      partitionKey: { name: CONTROL_TABLE.dueIndexPartitionKey, type: AttributeType.STRING },
      sortKey: { name: CONTROL_TABLE.dueIndexSortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    declareFreeOfPersonalData(
      this,
      'Opaque ids, codes, counts and hashes of the erasure itself; the subject id is dropped when its request ends.',
    );
  }

  /** Lets the role read items by key. */
  grantRead(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [this.tableArn] }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Lets the role list a tenant's requests. */
  grantListByTenant(role: Role): void {
    this.grantQueryIndex(role, CONTROL_TABLE.tenantIndex);
  }

  /** Lets the role find what is due. */
  grantFindDue(role: Role): void {
    this.grantQueryIndex(role, CONTROL_TABLE.dueIndex);
  }

  /** Lets the role create and change items whose partition key starts with one of the prefixes, alone or in a transaction. */
  grantWrite(role: Role, ...prefixes: KeyPrefix[]): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
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

  private grantQueryIndex(role: Role, index: string): void {
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${this.tableArn}/index/${index}`] }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }
}
