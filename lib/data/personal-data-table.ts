import { Stack, Tags } from 'aws-cdk-lib';
import { AttributeType, type CfnTable, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { hasFlags } from '../../lambda/shared/inventory';
import { partitionKey, SHARED } from '../../lambda/shared/layout';
import { ACCESS_FLAG, DATA_TABLE } from '../../lambda/shared/names';
import { Inventory } from './inventory';
import {
  type ErasableStore,
  type HoldableStore,
  type PersonalDataProps,
  type RecoverableStore,
  TAGS,
} from './personal-data';
import { ProtectedTable, type ProtectedTableProps } from './protected-table';

/** Properties of a PersonalDataTable. Keys, encryption, backups and deletion protection are not for choosing. */
export interface PersonalDataTableProps
  extends PersonalDataProps,
    Pick<ProtectedTableProps, 'timeToLiveAttribute' | 'withoutRecovery'> {
  /** Kind of document of policies/books.yaml that its rows are. @default - none */
  readonly documents?: string;
  /** Another attribute by which the key of a row can be found, and nothing else of it. @default - none */
  readonly index?: { readonly name: string; readonly partitionKey: string };
}

/** What can be done to a single row. */
export type RowAction = 'GetItem' | 'PutItem' | 'DeleteItem';

const KEYS = Object.values(DATA_TABLE);

/** A table of personal data with sharded tenant keys, encrypted with its role's key, and known to the erasure engine. */
export class PersonalDataTable extends ProtectedTable implements ErasableStore, RecoverableStore, HoldableStore {
  private readonly takesFlags: boolean;

  constructor(scope: Construct, id: string, props: PersonalDataTableProps) {
    super(scope, id, {
      keys: DATA_TABLE,
      key: props.key,
      timeToLiveAttribute: props.timeToLiveAttribute,
      withoutRecovery: props.withoutRecovery,
    });
    if (props.index)
      this.addGlobalSecondaryIndex({
        indexName: props.index.name,
        partitionKey: { name: props.index.partitionKey, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    const documents = props.documents ?? null;
    this.takesFlags = hasFlags({ kind: 'dynamodb', documents });
    Tags.of(this).add(TAGS.dataRole, props.dataRole);
    Tags.of(this).add(TAGS.dataClass, props.dataClass);
    (this.node.defaultChild as CfnTable).addMetadata('digicrm:purpose', props.purpose);
    Inventory.of(this).add(
      this,
      {
        id: props.storeId,
        kind: 'dynamodb',
        name: this.tableName,
        region: Stack.of(this).region,
        dataRole: props.dataRole,
        dataClass: props.dataClass,
        objectLock: false,
        subjectErasure: props.subjectErasure ?? 'own',
        recovery: 'restorable',
        documents,
      },
      props.key.key.keyArn,
    );
  }

  /** Lets the role query the two key attributes; IAM refuses it every other one. */
  grantCount(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [this.tableArn],
        conditions: {
          ...onlyKeys(),
          StringEqualsIfExists: { 'dynamodb:Select': ['SPECIFIC_ATTRIBUTES', 'COUNT'] },
        },
      }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Lets the role look for what is left. */
  grantVerify(role: Role): void {
    this.grantCount(role);
  }

  /**
   * Lets the role delete items in batches. A batch could also put items, and IAM has no key that tells
   * the two apart; but it can put nothing that has more than a key.
   */
  grantErase(role: Role): void {
    this.grantCount(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:BatchWriteItem'],
        resources: [this.tableArn],
        conditions: onlyKeys(),
      }),
    );
  }

  /** Lets the role read an item whole, and delete it alone, on the condition that it did not change. */
  grantReadAndErase(role: Role): void {
    this.grantCount(role);
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:DeleteItem'], resources: [this.tableArn] }),
    );
  }

  /** Lets the role work on single rows whose key it knows. */
  grantRows(role: Role, ...actions: RowAction[]): void {
    role.addToPolicy(
      new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [this.tableArn] }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Lets the role find the key of a row by the attribute of an index. */
  grantFind(role: Role, index: string): void {
    role.addToPolicy(
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${this.tableArn}/index/${index}`] }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Rows have no lock and no lifecycle here: only the engine erases them, and it asks for holds first. */
  grantLegalHold(): void {
    // Nothing to grant.
  }

  /** Lets the role query some attributes beside the key; IAM refuses it every other one. */
  grantReadFields(role: Role, fields: readonly string[]): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [this.tableArn],
        conditions: {
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...KEYS, ...fields] },
          StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
        },
      }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Lets the role write a tenant's flag, where the table takes any. IAM knows no sort keys: what keeps other shared rows safe is the write's condition. */
  grantHide(role: Role): void {
    this.grantFlag(role, 'dynamodb:PutItem');
  }

  /** Lets the role remove a tenant's flag. */
  grantReveal(role: Role): void {
    this.grantFlag(role, 'dynamodb:DeleteItem');
  }

  private grantFlag(role: Role, action: 'dynamodb:PutItem' | 'dynamodb:DeleteItem'): void {
    if (!this.takesFlags) return;
    role.addToPolicy(
      new PolicyStatement({
        actions: [action],
        resources: [this.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partitionKey('*', SHARED)] },
          'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...KEYS, ...ACCESS_FLAG.attributes] },
          // "For all values" is also true of none at all.
          Null: { 'dynamodb:LeadingKeys': 'false' },
          // An answer with the old item would be a way to read rows.
          StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] },
        },
      }),
    );
    this.dataKey.grantUse(role, 'dynamodb');
  }
}

/** Condition under which a role gets nothing but the two key attributes. */
export function onlyKeys() {
  return { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': KEYS } };
}
