import { Stack, Tags } from 'aws-cdk-lib';
import type { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DATA_TABLE } from '../../lambda/shared/names';
import type { DataKey } from '../keys/data-key';
import { Inventory } from './inventory';
import { TAGS } from './personal-data';
import { onlyKeys } from './personal-data-table';
import { ProtectedTable } from './protected-table';
import { forbid, otherThan, SEALER, VAULT_COUNTER, VAULT_ERASER, withoutCase, withoutTags } from './vault-access';

/** Properties of a VaultTable. */
export interface VaultTableProps {
  /** Key of the vault. */
  readonly key: DataKey;
  /** The one role of people who may read. */
  readonly reader: IRole;
}

const ABOUT = { storeId: 'vault-rows', dataRole: 'tenant' as const, dataClass: 'sealed-data' };
const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Scan', 'dynamodb:PartiQLSelect'];
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'];
const ERASE = ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete'];

/** Sealed rows, and what describes each sealed object. The table's own policy decides who may do what. */
export class VaultTable extends ProtectedTable {
  constructor(scope: Construct, id: string, { key, reader }: VaultTableProps) {
    super(scope, id, { keys: DATA_TABLE, key, resourcePolicy: onlyFor(reader) });
    Tags.of(this).add(TAGS.dataRole, ABOUT.dataRole);
    Tags.of(this).add(TAGS.dataClass, ABOUT.dataClass);
    const resource = this.node.defaultChild as CfnTable;
    resource.addMetadata(
      'digicrm:purpose',
      'Rows whose use has ended and that a law still keeps, and receipts of files.',
    );
    Inventory.of(this).keep('vaultTable', this, {
      id: ABOUT.storeId,
      kind: 'dynamodb',
      name: this.tableName,
      region: Stack.of(this).region,
      dataRole: ABOUT.dataRole,
      dataClass: ABOUT.dataClass,
      objectLock: false,
      subjectErasure: 'own',
      recovery: 'restorable',
      documents: null,
      keyArn: key.key.keyArn,
    });
  }

  /** Lets the role put rows here and read them back. It cannot change or delete any. */
  grantSeal(role: Role): void {
    Tags.of(role).add(SEALER, 'true');
    this.allow(role, ['dynamodb:GetItem', 'dynamodb:PutItem']);
    this.dataKey.grantUse(role, 'dynamodb');
  }

  /** Lets the role query the keys; no name in them says more than a kind. */
  grantCount(role: Role): void {
    Tags.of(role).add(VAULT_COUNTER, 'true');
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

  /** Lets the role erase what a seal's end takes. It cannot read, and put nothing that has more than a key. */
  grantErase(role: Role): void {
    this.grantCount(role);
    Tags.of(role).add(VAULT_ERASER, 'true');
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:BatchWriteItem'],
        resources: [this.tableArn],
        conditions: onlyKeys(),
      }),
    );
  }

  /** Lets the role read, if its session names a legal case. */
  grantReadForCase(role: Role): void {
    this.allow(role, ['dynamodb:GetItem', 'dynamodb:Query']);
  }

  private allow(role: Role, actions: string[]): void {
    role.addToPolicy(new PolicyStatement({ actions, resources: [this.tableArn] }));
  }
}

/** A table names itself with `*` in its own policy. */
function onlyFor(reader: IRole): PolicyDocument {
  return new PolicyDocument({
    statements: [
      forbid('DenyReadingByOthers', READ, '*', withoutTags(SEALER), otherThan(reader)),
      forbid('DenyReadingWithoutACase', READ, '*', withoutTags(SEALER), withoutCase()),
      forbid('DenyListingByOthers', ['dynamodb:Query'], '*', withoutTags(VAULT_COUNTER), otherThan(reader)),
      forbid('DenyListingWithoutACase', ['dynamodb:Query'], '*', withoutTags(VAULT_COUNTER), withoutCase()),
      forbid('DenyWritingByOthers', WRITE, '*', withoutTags(SEALER)),
      forbid('DenyErasingByOthers', ERASE, '*', withoutTags(VAULT_ERASER)),
    ],
  });
}
