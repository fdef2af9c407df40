import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  type Conditions,
  PolicyStatement,
  type Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Store } from '../../lambda/shared/inventory';
import { deployRole } from '../guardrails/perimeter';
import { allowOpening, allowSealing, envelopeUse } from './envelope';
import { allowKeyUse, keyPolicy, useByTaggedRoles } from './key-policy';

/** AWS services through which a key may be used. */
export type KeyService = 's3' | 'dynamodb' | 'sqs' | 'backup';

/** Properties of a DataKey. */
export interface DataKeyProps {
  /** What the key protects, shown in the console. */
  readonly description: string;
  /** Roles that carry this tag with the value `true` may use the key. */
  readonly userTag: string;
  /** The services through which it may be used; never directly, but for `envelope`. */
  readonly services: readonly KeyService[];
  /** Whether CloudWatch Logs encrypts log groups with it. @default false */
  readonly encryptsLogs?: boolean;
  /** Whether Macie may read what the key encrypts, to see what it is. @default false */
  readonly macieReads?: boolean;
  /**
   * Role of the data whose payloads are encrypted under the key once more before they are stored, by whoever sends
   * them, so that whoever may read the store cannot read them. @default - the key serves stores alone
   */
  readonly envelope?: Store['dataRole'];
}

const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];

/** A customer-managed key for data at rest: rotated every year, kept when its stack goes, its users apart from its administrators. */
export class DataKey extends Construct {
  /** The key, for the stores that it encrypts. */
  readonly key: IKey;
  private readonly viaServices: Record<KeyService, string>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DataKeyProps,
  ) {
    super(scope, id);
    const { region } = Stack.of(this);
    this.viaServices = {
      s3: `s3.${region}.amazonaws.com`,
      dynamodb: `dynamodb.${region}.amazonaws.com`,
      sqs: `sqs.${region}.amazonaws.com`,
      backup: `backup.${region}.amazonaws.com`,
    };
    const statements = [this.useThroughServices()];
    if (props.services.includes('dynamodb'))
      statements.push(this.serviceHoldsGrants('dynamodb', 'DynamoDbHoldsGrants'), this.createTables());
    if (props.services.includes('backup')) statements.push(this.serviceHoldsGrants('backup', 'AwsBackupHoldsGrants'));
    if (props.encryptsLogs) statements.push(this.encryptLogs());
    if (props.macieReads) statements.push(this.classify());
    if (props.envelope) statements.push(...envelopeUse(props.envelope));
    this.key = new Key(this, 'Key', {
      description: props.description,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      // A lost key is erased data; nobody asked for that when a stack is deleted.
      removalPolicy: RemovalPolicy.RETAIN,
      policy: keyPolicy(...statements),
    });
  }

  /** Lets the role use the key through one service. */
  grantUse(role: Role, service: KeyService): void {
    allowKeyUse(role, this.props.userTag, this.key.keyArn, USE, {
      StringEquals: { 'kms:ViaService': this.viaServices[service] },
    });
  }

  /** Lets the role write through one service what the key encrypts, and read nothing. */
  grantEncrypt(role: Role, service: KeyService): void {
    allowKeyUse(role, this.props.userTag, this.key.keyArn, ['kms:Encrypt', 'kms:GenerateDataKey'], {
      StringEquals: { 'kms:ViaService': this.viaServices[service] },
    });
  }

  /** Lets the role read through one service what the key encrypts, and encrypt nothing. */
  grantDecrypt(role: Role, service: KeyService): void {
    allowKeyUse(role, this.props.userTag, this.key.keyArn, ['kms:Decrypt', 'kms:DescribeKey'], {
      StringEquals: { 'kms:ViaService': this.viaServices[service] },
    });
  }

  /** Lets the role seal payloads of the key's data role, and open none. @throws Error where the key has no `envelope` */
  grantSeal(role: Role): void {
    allowSealing(role, this.key.keyArn, this.envelope);
  }

  /** Lets the role open payloads of the key's data role, and seal none. @throws Error where the key has no `envelope` */
  grantOpen(role: Role): void {
    allowOpening(role, this.key.keyArn, this.envelope);
  }

  private get envelope(): Store['dataRole'] {
    if (this.props.envelope === undefined) throw new Error(`${this.node.path}: give the key \`envelope\` first.`);
    return this.props.envelope;
  }

  /** Lets the role hand the service a grant for work that goes on while nobody is calling. */
  grantGrants(role: Role, service: KeyService): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:CreateGrant'],
        resources: [this.key.keyArn],
        conditions: this.grantsFor(service),
      }),
    );
  }

  private useThroughServices(): PolicyStatement {
    return useByTaggedRoles(this.props.userTag, USE, {
      StringEquals: { 'kms:ViaService': this.props.services.map((service) => this.viaServices[service]) },
    });
  }

  /** DynamoDB keeps a grant per table, for indexes, backups and maintenance; AWS Backup one per job. */
  private serviceHoldsGrants(service: KeyService, sid: string): PolicyStatement {
    return new PolicyStatement({
      sid,
      principals: [new AccountRootPrincipal()],
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: this.grantsFor(service),
    });
  }

  private grantsFor(service: KeyService): Conditions {
    return {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
      StringEquals: { 'kms:ViaService': this.viaServices[service] },
    };
  }

  /**
   * DynamoDB makes a table's key as whoever creates the table: that is CloudFormation's role, which
   * no person can assume.
   */
  private createTables(): PolicyStatement {
    return new PolicyStatement({
      sid: 'CloudFormationCreatesTables',
      principals: [new AccountRootPrincipal()],
      actions: USE,
      resources: ['*'],
      conditions: {
        StringEquals: { 'kms:ViaService': this.viaServices.dynamodb },
        ArnLike: { 'aws:PrincipalArn': deployRole() },
      },
    });
  }

  /**
   * Macie reads with a service-linked role of this account. A condition names it, because a key policy may
   * name no role that is not there yet; and the role has no policy of ours that could allow it the key.
   */
  private classify(): PolicyStatement {
    const macie = 'role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie';
    return new PolicyStatement({
      sid: 'MacieClassifies',
      principals: [new AnyPrincipal()],
      actions: ['kms:Decrypt'],
      resources: ['*'],
      conditions: {
        ArnEquals: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:${macie}` },
        StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID, 'kms:ViaService': this.viaServices.s3 },
      },
    });
  }

  private encryptLogs(): PolicyStatement {
    const { region } = Stack.of(this);
    return new PolicyStatement({
      sid: 'CloudWatchLogsEncrypts',
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${region}:${Aws.ACCOUNT_ID}:log-group:*`,
        },
      },
    });
  }
}
