import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { CONTROL_TABLE, type PK } from '../../lambda/shared/names';
import type { DataKey } from '../keys/data-key';
import { RecordsTable } from './records-table';

/** Properties of a ControlTable. */
export interface ControlTableProps {
  /** Key of the control plane. */
  readonly key: DataKey;
}

/** First part of a partition key; decides which role may write the item. */
export type KeyPrefix = (typeof PK)[keyof typeof PK];

/** Requests, plans, steps, verifications and certificates: ids, counts and hashes, who may write what decided by key. */
export class ControlTable extends RecordsTable<KeyPrefix> {
  constructor(scope: Construct, id: string, props: ControlTableProps) {
    super(scope, id, {
      keys: CONTROL_TABLE,
      key: props.key,
      timeToLiveAttribute: CONTROL_TABLE.ttl,
      tellsWrites: true,
      indexes: [
        {
          name: CONTROL_TABLE.tenantIndex,
          partitionKey: CONTROL_TABLE.tenantIndexPartitionKey,
          sortKey: CONTROL_TABLE.tenantIndexSortKey,
          whole: true,
        },
        {
          name: CONTROL_TABLE.dueIndex,
          partitionKey: CONTROL_TABLE.dueIndexPartitionKey,
          sortKey: CONTROL_TABLE.dueIndexSortKey,
          whole: false,
        },
      ],
      freeOfPersonalData:
        'Opaque ids, codes, counts and hashes of the erasure itself; the subject id is dropped when its request ends.',
    });
  }

  /** Lets the role read items by key. */
  grantRead(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [this.tableArn] }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Lets the role read items by key, of those whose partition key starts with one of the prefixes. */
  grantReadOf(role: Role, ...prefixes: KeyPrefix[]): void {
    this.grantOn(role, ['dynamodb:GetItem', 'dynamodb:Query'], prefixes);
  }

  /** Lets the role list a tenant's requests. */
  grantListByTenant(role: Role): void {
    this.grantQueryIndex(role, CONTROL_TABLE.tenantIndex);
  }

  /** Lets the role find what is due. */
  grantFindDue(role: Role): void {
    this.grantQueryIndex(role, CONTROL_TABLE.dueIndex);
  }
}
