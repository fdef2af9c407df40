import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type PointInTimeRecoverySpecification,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
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
  /** Whether every write is told in a stream, with the item before and after it. @default false */
  readonly tellsWrites?: boolean;
  /**
   * Why the table must not be recoverable: what is deleted from it is gone in the same second, and a loss of the
   * whole of it is bearable. @default - it can be restored to any second of the register's days
   */
  readonly withoutRecovery?: string;
}

/** A table as every table here is: own key, recoverable to any second for the register's days unless it says why not, not deletable by mistake, kept when its stack goes. */
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
      ...(props.tellsWrites && { stream: StreamViewType.NEW_AND_OLD_IMAGES }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      resourcePolicy,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key.key,
      pointInTimeRecoverySpecification: recovery(scope, props.withoutRecovery),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.dataKey = props.key;
    if (props.withoutRecovery !== undefined)
      acknowledge(
        this,
        { ...RISKS.payloadsWithoutRecovery, reason: props.withoutRecovery },
        'AwsSolutions::AwsSolutions-DDB3',
      );
  }
}

function recovery(scope: Construct, withoutRecovery: string | undefined): PointInTimeRecoverySpecification {
  if (withoutRecovery !== undefined) return { pointInTimeRecoveryEnabled: false };
  const { pointInTimeDays } = Inventory.of(scope).register.retention.backups;
  return { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: pointInTimeDays.days };
}
