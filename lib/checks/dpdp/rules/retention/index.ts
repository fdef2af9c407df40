import type { Rule } from '../../rule';
import { apiCacheEncrypted } from './api-cache-encrypted';
import { apiLogsNoPayload } from './api-logs-no-payload';
import { backupVaultLocked } from './backup-vault-locked';
import { backupsLapse } from './backups-lapse';
import { databasesRecoverable } from './databases-recoverable';
import { eventsLapse } from './events-lapse';
import { expiringStoresExpire } from './expiring-stores-expire';
import { functionsNameTheirLogGroup } from './functions-name-their-log-group';
import { locksNoLongerThanTheirClass } from './locks-no-longer-than-their-class';
import { logsDoNotStayForever } from './logs-do-not-stay-forever';
import { logsKeptLongEnough } from './logs-kept-long-enough';
import { noEventLoggingInFunctions } from './no-event-logging-in-functions';
import { noPersonalDataInNames } from './no-personal-data-in-names';
import { noPersonalDataInTags } from './no-personal-data-in-tags';
import { personalStoresNameTheirClass } from './personal-stores-name-their-class';
import { s3ExpiredMarkersGo } from './s3-expired-markers-go';
import { s3HasLifecycle } from './s3-has-lifecycle';
import { s3NoExpiryByCreationDate } from './s3-no-expiry-by-creation-date';
import { s3NoncurrentVersionsExpire } from './s3-noncurrent-versions-expire';
import { s3ReplicasForgetToo } from './s3-replicas-forget-too';
import { s3UnfinishedUploadsExpire } from './s3-unfinished-uploads-expire';
import { s3VersionedWherePersonal } from './s3-versioned-where-personal';
import { stateMachinesLogNoData } from './state-machines-log-no-data';
import { storesAreRetained } from './stores-are-retained';
import { storesNameTheirDataRole } from './stores-name-their-data-role';
import { tablesRecoverable } from './tables-recoverable';
import { unrecoverableTablesHaveNoRecovery } from './unrecoverable-tables-have-no-recovery';

export const RETENTION_RULES: readonly Rule[] = [
  apiCacheEncrypted,
  apiLogsNoPayload,
  backupVaultLocked,
  backupsLapse,
  databasesRecoverable,
  eventsLapse,
  expiringStoresExpire,
  functionsNameTheirLogGroup,
  locksNoLongerThanTheirClass,
  logsDoNotStayForever,
  logsKeptLongEnough,
  noEventLoggingInFunctions,
  noPersonalDataInNames,
  noPersonalDataInTags,
  personalStoresNameTheirClass,
  s3ExpiredMarkersGo,
  s3HasLifecycle,
  s3NoExpiryByCreationDate,
  s3NoncurrentVersionsExpire,
  s3ReplicasForgetToo,
  s3UnfinishedUploadsExpire,
  s3VersionedWherePersonal,
  stateMachinesLogNoData,
  storesAreRetained,
  storesNameTheirDataRole,
  tablesRecoverable,
  unrecoverableTablesHaveNoRecovery,
];
