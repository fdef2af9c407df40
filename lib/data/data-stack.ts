import { Stack, type StackProps } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { DataKey } from '../keys/data-key';
import type { AppStage } from '../stage';
import { Books, type BooksBucket } from './books';
import { DailyBackups } from './daily-backups';
import type { ErasableStore, HoldableStore, RecoverableStore } from './personal-data';
import { PersonalDataBucket } from './personal-data-bucket';
import { PersonalDataTable } from './personal-data-table';
import type { DataReplicaStack } from './replica-stack';
import { Replication } from './replication';
import { TransferStores } from './transfer-stores';
import { UsageStatistics } from './usage-statistics';
import { Vault } from './vault';

/** Properties of the DataStack. */
export interface DataStackProps extends StackProps {
  /** The parsed register: lifecycle numbers, shards and data classes. */
  readonly register: Register;
  /** The deployment this stack belongs to. */
  readonly stage: AppStage;
  /** Bucket that receives the access logs of all buckets. */
  readonly accessLogs: IBucket;
  /** The second place in India. @default - the stage has none */
  readonly replica?: Pick<DataReplicaStack, 'customerFiles' | 'copyVault'>;
}

/** Tag of the roles that may use the data keys. */
export const DATA_KEY_USER = 'digicrm:data-key-user';

/** Everything that holds personal data, with one key per data role. */
export class DataStack extends Stack {
  /** What the erasure engine works on. */
  readonly stores: readonly (ErasableStore & RecoverableStore & HoldableStore)[];
  /** What laws keep of documents. */
  readonly books: BooksBucket;
  /** The numbers that stay of accounts. */
  readonly statistics: UsageStatistics;
  /** What is on its way to processors, and what their virtual tokens stand for. */
  readonly transfers: TransferStores;
  /** Where data past its use is kept while a law wants it. */
  readonly vault: Vault;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { lifecycle } = props.register.retention;
    const tenantKey = new DataKey(this, 'TenantKey', {
      description: 'DigiCRM: what tenants upload (DigiCRM is processor)',
      userTag: DATA_KEY_USER,
      services: ['s3', 'dynamodb'],
      envelope: 'tenant',
      macieReads: props.stage.config.switches.macie.enabled && props.stage.has('macie'),
    });
    const accountKey = new DataKey(this, 'AccountKey', {
      description: 'DigiCRM: accounts of its own users (DigiCRM is fiduciary)',
      userTag: DATA_KEY_USER,
      services: ['dynamodb'],
      envelope: 'account',
    });

    const customerFiles = new PersonalDataBucket(this, 'CustomerFiles', {
      storeId: 'customer-files',
      dataRole: 'tenant',
      dataClass: 'customer-files',
      purpose: 'Files that a tenant attaches to its customers and leads.',
      key: tenantKey,
      accessLogs: props.accessLogs,
      noncurrentDays: lifecycle.noncurrentDays.days,
      incompleteUploadDays: lifecycle.incompleteUploadDays.days,
      // No default retention: only a named legal hold may lock a version.
      objectLockEnabled: true,
    });
    const exports = new PersonalDataBucket(this, 'Exports', {
      storeId: 'exports',
      dataRole: 'tenant',
      dataClass: 'exports',
      purpose: 'Copies of its records that a tenant asked for.',
      // An export of all contacts may hold the person who is to be forgotten.
      subjectErasure: 'own-and-shared',
      recovery: 'copy',
      key: tenantKey,
      accessLogs: props.accessLogs,
      // The one place where an object's age counts: an export's clock starts when it is made. It can be
      // made again, so nothing needs restoring and the version goes a day after its marker.
      expireDays: lifecycle.exportDays.days,
      noncurrentDays: 1,
      // Without it nothing could stop the expiry of what a legal hold is about.
      objectLockEnabled: true,
      incompleteUploadDays: lifecycle.incompleteUploadDays.days,
    });
    const crmRecords = new PersonalDataTable(this, 'CrmRecords', {
      storeId: 'crm-records',
      dataRole: 'tenant',
      dataClass: 'crm-records',
      purpose: 'Contacts, leads, deals, notes and activities of a tenant.',
      key: tenantKey,
    });
    const accounts = new PersonalDataTable(this, 'Accounts', {
      storeId: 'accounts',
      dataRole: 'account',
      dataClass: 'account-users',
      purpose: 'People who sign in to DigiCRM for a tenant, and its subscription.',
      key: accountKey,
    });

    const billing = new PersonalDataTable(this, 'BillingRecords', {
      storeId: 'billing-records',
      dataRole: 'account',
      dataClass: 'billing-records',
      purpose: 'Invoices for subscriptions, with the contact details of the user who pays.',
      documents: 'tax-invoice',
      key: accountKey,
    });

    this.transfers = new TransferStores(this, 'Transfer', { keys: { tenant: tenantKey, account: accountKey } });
    const { payloads, tokens } = this.transfers;

    const { replica, stage } = props;
    const tables = [crmRecords, accounts, billing, tokens];
    this.stores = [customerFiles, exports, ...tables, payloads, ...(replica ? [replica.customerFiles] : [])];
    if (replica && stage.has('replication'))
      new Replication(this, 'Replication', { source: customerFiles, replica: replica.customerFiles });
    this.books = new Books(this, 'Books', {
      register: props.register,
      lockMode: props.stage.config.booksLock.mode,
      accessLogs: props.accessLogs,
    }).bucket;
    this.statistics = new UsageStatistics(this, 'UsageStatistics', {
      register: props.register,
      key: accountKey,
      sources: { 'account-users': accounts },
    });
    this.vault = new Vault(this, 'Vault', { register: props.register, accessLogs: props.accessLogs });
    if (props.stage.config.switches.backups.enabled)
      new DailyBackups(this, 'Backups', {
        register: props.register,
        stage: props.stage,
        buckets: [customerFiles],
        tables,
        copyVaultArn: replica?.copyVault?.arn,
        copyVaultKey: replica?.copyVault?.key,
      });
  }
}
