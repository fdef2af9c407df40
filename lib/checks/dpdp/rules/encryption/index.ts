import type { Rule } from '../../rule';
import { apiTls12 } from './api-tls12';
import { backupVaultUsesCustomerKey } from './backup-vault-uses-customer-key';
import { cacheEncrypted } from './cache-encrypted';
import { dynamoDbUsesCustomerKey } from './dynamo-db-uses-customer-key';
import { ebsEncrypted } from './ebs-encrypted';
import { efsEncryptedByCustomerKey } from './efs-encrypted-by-customer-key';
import { kmsKeyRotates } from './kms-key-rotates';
import { kmsKeyWaitsBeforeDeletion } from './kms-key-waits-before-deletion';
import { kmsPolicyNamesPrincipals } from './kms-policy-names-principals';
import { kmsPolicySeparatesDuties } from './kms-policy-separates-duties';
import { lambdaEnvironmentUsesCustomerKey } from './lambda-environment-uses-customer-key';
import { logGroupUsesCustomerKey } from './log-group-uses-customer-key';
import { oneKeyPerDataRole } from './one-key-per-data-role';
import { queuesOnlyOverTls } from './queues-only-over-tls';
import { rdsEncryptedByCustomerKey } from './rds-encrypted-by-customer-key';
import { s3OnlyOverTls } from './s3-only-over-tls';
import { s3UsesCustomerKey } from './s3-uses-customer-key';
import { searchEncrypted } from './search-encrypted';
import { secretsUseCustomerKey } from './secrets-use-customer-key';
import { snsUsesCustomerKey } from './sns-uses-customer-key';
import { sqsUsesCustomerKey } from './sqs-uses-customer-key';
import { streamsUseCustomerKey } from './streams-use-customer-key';
import { topicsOnlyOverTls } from './topics-only-over-tls';

/** Data is encrypted at rest and in transit, under keys that are kept. */
export const ENCRYPTION_RULES: readonly Rule[] = [
  apiTls12,
  backupVaultUsesCustomerKey,
  cacheEncrypted,
  dynamoDbUsesCustomerKey,
  ebsEncrypted,
  efsEncryptedByCustomerKey,
  kmsKeyRotates,
  kmsKeyWaitsBeforeDeletion,
  kmsPolicyNamesPrincipals,
  kmsPolicySeparatesDuties,
  lambdaEnvironmentUsesCustomerKey,
  logGroupUsesCustomerKey,
  oneKeyPerDataRole,
  queuesOnlyOverTls,
  rdsEncryptedByCustomerKey,
  s3OnlyOverTls,
  s3UsesCustomerKey,
  searchEncrypted,
  secretsUseCustomerKey,
  snsUsesCustomerKey,
  sqsUsesCustomerKey,
  streamsUseCustomerKey,
  topicsOnlyOverTls,
];
