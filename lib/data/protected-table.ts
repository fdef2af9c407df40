import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { tablePerimeter } from '../guardrails/perimeter';
import type { DataKey } from '../keys/data-key';
import { Inventory } from './inventory';

/** Properties of a ProtectedTable. */
export interface ProtectedTableProps {
  /** Names of the two key attributes, both strings. */
  readonly keys: { readonly partitionKey: string; readonly sortKey: string };
  /** Key that encrypts the table. */
  readonly key: DataKey;
  /** Who may do what with the table whatever IAM allows, beside the perimeter of every table. @default - IAM alone decides */
  readonly resourcePolicy?: PolicyDocument;
  /** Attribute with the second since the epoch at which an item may go. @default - items stay */
  readonly timeToLiveAttribute?: string;
}

/** A table as every table here is: own key, recoverable to any second for the register's days, not deletable by mistake, kept when its stack goes. */
export class ProtectedTable extends Table {
  /** Key that encrypts the table. */
  readonly dataKey: DataKey;

  constructor(scope: Construct, id: string, props: ProtectedTableProps) {
    const resourcePolicy = props.resourcePolicy ?? new PolicyDocument();
    resourcePolicy.addStatements(...tablePerimeter());
    super(scope, id, {
      partitionKey: { name: props.keys.partitionKey, type: AttributeType.STRING },
      sortKey: { name: props.keys.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: props.timeToLiveAttribute,
      billingMode: BillingMode.PAY_PER_REQUEST,
      resourcePolicy,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key.key,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: Inventory.of(scope).register.retention.backups.pointInTimeDays.days,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.dataKey = props.key;
  }
}
