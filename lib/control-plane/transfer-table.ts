import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type TRANSFER_PK, TRANSFER_TABLE } from '../../lambda/shared/names';
import type { DataKey } from '../keys/data-key';
import { RecordsTable } from './records-table';

/** Properties of a TransferTable. */
export interface TransferTableProps {
  /** Key of the control plane. */
  readonly key: DataKey;
}

/** First part of a partition key; decides which role may read or write the item. */
export type TransferPrefix = (typeof TRANSFER_PK)[keyof typeof TRANSFER_PK];

/** What the records can be asked for beside their keys. */
export type TransferIndex =
  | typeof TRANSFER_TABLE.subjectIndex
  | typeof TRANSFER_TABLE.processorIndex
  | typeof TRANSFER_TABLE.dueIndex;

/** Decisions about transfers, transfers, restrictions and notices to processors: who received what about whom, never a value. */
export class TransferTable extends RecordsTable<TransferPrefix> {
  constructor(scope: Construct, id: string, props: TransferTableProps) {
    const listed = { sortKey: TRANSFER_TABLE.listKey, whole: true };
    super(scope, id, {
      keys: TRANSFER_TABLE,
      key: props.key,
      timeToLiveAttribute: TRANSFER_TABLE.ttl,
      tellsWrites: true,
      indexes: [
        { name: TRANSFER_TABLE.subjectIndex, partitionKey: TRANSFER_TABLE.subjectIndexPartitionKey, ...listed },
        { name: TRANSFER_TABLE.processorIndex, partitionKey: TRANSFER_TABLE.processorIndexPartitionKey, ...listed },
        {
          name: TRANSFER_TABLE.dueIndex,
          partitionKey: TRANSFER_TABLE.dueIndexPartitionKey,
          sortKey: TRANSFER_TABLE.dueIndexSortKey,
          whole: false,
        },
      ],
      freeOfPersonalData:
        'Ids, codes and names of fields that the register knows; people stand in it as keyed hashes, and no value ever does.',
    });
  }

  /** Lets the role read items by key, of those whose partition key starts with one of the prefixes. */
  grantRead(role: Role, ...prefixes: TransferPrefix[]): void {
    this.grantOn(role, ['dynamodb:GetItem', 'dynamodb:Query'], prefixes);
  }

  /** Lets the role query one index, which has the keys of everything in the table that it is about. */
  grantList(role: Role, index: TransferIndex): void {
    this.grantQueryIndex(role, index);
  }
}
