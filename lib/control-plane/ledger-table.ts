import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { LEDGER_PK, LEDGER_TABLE } from '../../lambda/shared/names';
import type { DataKey } from '../keys/data-key';
import { RecordsTable } from './records-table';

/** Properties of a LedgerTable. */
export interface LedgerTableProps {
  /** Key of the control plane. */
  readonly key: DataKey;
}

/** First part of a partition key; decides which role may read or write the item. */
export type LedgerPrefix = (typeof LEDGER_PK)[keyof typeof LEDGER_PK];

/** Where each event lies in the tree, and how far the tree is: a directory, which proves nothing and can be made anew. */
export class LedgerTable extends RecordsTable<LedgerPrefix> {
  constructor(scope: Construct, id: string, { key }: LedgerTableProps) {
    super(scope, id, {
      keys: LEDGER_TABLE,
      key,
      indexes: [],
      freeOfPersonalData: 'Ids of the control plane, places in the tree and hashes.',
    });
  }

  /** Lets the role ask where events lie. */
  grantFind(role: Role): void {
    this.grantOn(role, ['dynamodb:Query', 'dynamodb:GetItem'], [LEDGER_PK.place]);
  }

  /** Lets the role bring the tree on: places, its head, and what has to be put aside. */
  grantSequence(role: Role): void {
    this.grantOn(role, ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], [LEDGER_PK.place, LEDGER_PK.head]);
    this.grantOn(role, ['dynamodb:PutItem'], [LEDGER_PK.place, LEDGER_PK.head, LEDGER_PK.quarantine]);
  }

  /** Lets the role remember what it read of the tree, and see where events lie. */
  grantWatch(role: Role): void {
    this.grantFind(role);
    this.grantOn(role, ['dynamodb:GetItem', 'dynamodb:PutItem'], [LEDGER_PK.seen]);
  }
}
