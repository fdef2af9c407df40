import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, type Conditions, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DATA_TABLE, RESTORED_PREFIX } from '../../lambda/shared/names';
import type { CertificateKeys } from '../audit/certificate-keys';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { ErasableStore } from '../data/personal-data';
import { PersonalDataTable } from '../data/personal-data-table';
import type { ControlTable } from './control-table';

/** Properties of a ReplayOperator. */
export interface ReplayOperatorProps {
  /** Where erasures are remembered. */
  readonly table: ControlTable;
  /** Live stores; their copies are encrypted with the same keys. */
  readonly stores: readonly ErasableStore[];
  /** Key under which the ids of erased people were hashed. */
  readonly certificateKeys: CertificateKeys;
}

const ERASE_IN_COPY = [
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:GetObjectLegalHold',
  's3:GetObjectRetention',
];

/**
 * The role of a person who runs `digicrm replay-erasures`: taken up for hours, with a second factor. It may
 * read which erasures there were and hash ids, and erase in restored copies alone: never in a live store,
 * and it can read nothing but keys there or here.
 */
export class ReplayOperator extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ReplayOperatorProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new AccountPrincipal(Aws.ACCOUNT_ID).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
      description: 'A person who applies past erasures to a restored copy before it serves',
      maxSessionDuration: Duration.hours(4),
    });
    props.table.grantRead(this.role);
    this.allow(['dynamodb:Scan'], [props.table.tableArn]);
    props.certificateKeys.grantHash(this.role);
    for (const store of props.stores)
      if (store instanceof PersonalDataTable) store.dataKey.grantUse(this.role, 'dynamodb');
    this.eraseInCopies();
  }

  private eraseInCopies(): void {
    const bucket = `arn:${Aws.PARTITION}:s3:::${RESTORED_PREFIX}*`;
    const table = `arn:${Aws.PARTITION}:dynamodb:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:table/${RESTORED_PREFIX}*`;
    this.allow(['s3:ListBucketMultipartUploads', 's3:ListBucketVersions'], [bucket]);
    this.allow(ERASE_IN_COPY, [`${bucket}/*`]);
    const onlyKeys = { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': Object.values(DATA_TABLE) } };
    // "For all values" is also true of a query that names no attributes and so gets all.
    const noRows = { StringEqualsIfExists: { 'dynamodb:Select': ['SPECIFIC_ATTRIBUTES', 'COUNT'] } };
    this.allow(['dynamodb:BatchWriteItem'], [table], onlyKeys);
    this.allow(['dynamodb:Query'], [table], { ...onlyKeys, ...noRows });
    for (const arn of [bucket, `${bucket}/*`, table])
      acknowledgeWildcard(
        this.role,
        {
          ...RISKS.restoredCopies,
          reason: 'A restored copy gets its name when it is restored; no live store has such a name.',
        },
        arn,
      );
  }

  private allow(actions: string[], resources: string[], conditions: Conditions = {}): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
  }
}
