import { Duration, Stack, Tags } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { DataKey } from '../keys/data-key';
import { CASE_ID, CASE_ID_PATTERN, VAULT_KEY, VAULT_KEY_USER } from './vault-access';
import { VaultBucket } from './vault-bucket';
import { VaultTable } from './vault-table';

/** Properties of the Vault. */
export interface VaultProps {
  /** The parsed register: numbers of the lifecycle. */
  readonly register: Pick<Register, 'retention'>;
  /** Bucket that receives the access logs. */
  readonly accessLogs: IBucket;
}

const DECRYPT = ['kms:Decrypt', 'kms:DescribeKey'];

/**
 * Where data goes that is past its use and that a law still keeps: a key, a bucket and a table of its own, in
 * India, out of the inventory that the product and its erasures work through. The sealer writes, the eraser
 * deletes when the law ends, and nobody reads but a person with a second factor who names a legal case.
 */
export class Vault extends Construct {
  /** Copies of objects. */
  private readonly bucket: VaultBucket;
  /** Rows, and the receipts of copies. */
  private readonly table: VaultTable;

  constructor(scope: Construct, id: string, props: VaultProps) {
    super(scope, id);
    const key = new DataKey(this, 'Key', {
      description: 'DigiCRM: the vault (past its use, kept by law)',
      userTag: VAULT_KEY_USER,
      services: ['s3', 'dynamodb'],
    });
    Tags.of(key).add(VAULT_KEY, 'true');
    const reader = this.legalCaseReader();
    this.bucket = new VaultBucket(this, 'Bucket', { ...props, key, reader });
    this.table = new VaultTable(this, 'Table', { key, reader });
    this.bucket.grantReadForCase(reader);
    this.table.grantReadForCase(reader);
    this.decryptForCase(key, reader);
  }

  /** Lets the role put things here and compare them with what they were made of. It cannot delete any. */
  grantSeal(role: Role): void {
    this.bucket.grantSeal(role);
    this.table.grantSeal(role);
  }

  /** Lets the role erase what a seal's end takes. It cannot read. */
  grantErase(role: Role): void {
    this.bucket.grantErase(role);
    this.table.grantErase(role);
  }

  /** Lets the role see by keys alone what lies here, and what is locked. */
  grantVerify(role: Role): void {
    this.bucket.grantVerify(role);
    this.table.grantCount(role);
  }

  /**
   * People of the account take it up for an hour at most, with a second factor and the case's id as session tag.
   * They may set no other tag: one of those that the vault's policies trust would make them a sealer or an eraser.
   */
  private legalCaseReader(): Role {
    const people = new AccountRootPrincipal().withConditions({
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      StringLike: { [`aws:RequestTag/${CASE_ID}`]: CASE_ID_PATTERN },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [CASE_ID] },
    });
    return new Role(this, 'LegalCaseReader', {
      description: 'Reads the vault for one legal case, which the session names',
      assumedBy: people.withSessionTags(),
      maxSessionDuration: Duration.hours(1),
    });
  }

  private decryptForCase({ key }: DataKey, reader: Role): void {
    const { region } = Stack.of(this);
    const conditions = {
      StringEquals: { 'kms:ViaService': ['s3', 'dynamodb'].map((service) => `${service}.${region}.amazonaws.com`) },
      StringLike: { [`aws:PrincipalTag/${CASE_ID}`]: CASE_ID_PATTERN },
    };
    reader.addToPolicy(new PolicyStatement({ actions: DECRYPT, resources: [key.keyArn], conditions }));
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LegalCaseReaderDecrypts',
        principals: [new AccountRootPrincipal()],
        actions: DECRYPT,
        resources: ['*'],
        conditions: { ...conditions, ArnEquals: { 'aws:PrincipalArn': reader.roleArn } },
      }),
    );
  }
}
