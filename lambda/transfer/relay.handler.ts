import { Logger } from '@aws-lambda-powertools/logger';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { requireEnv } from '../shared/config';
import { withProblems } from '../shared/http';
import { storeSchema } from '../shared/inventory';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { kmsTokenKeys } from '../tokens/adapters/token-keys';
import { tokenIssuerFromEnv } from '../tokens/aws';
import { sqsEgressQueue } from './adapters/egress-queue';
import { bodyHasher, fieldHasher } from './adapters/keyed-hashes';
import { kmsDataKeys } from './adapters/payload-cipher';
import { payloadDeposit } from './adapters/payload-store';
import { transferLedger } from './adapters/transfer-ledger';
import { PATIENCE, transferDb } from './aws';
import { decideDeps } from './decide-deps';
import type { RelayDeps } from './relay';
import { routeTransfers } from './relay-routes';

const { db, tableName } = transferDb();
const deciding = decideDeps({ db, tableName });
const { words } = deciding.rules;
const store = storeSchema.parse(JSON.parse(requireEnv(ENV.payloadStore)));
const kms = new KMSClient({ maxAttempts: 3, requestHandler: PATIENCE });
const hashKeys = kmsTokenKeys(kms, requireEnv(ENV.subjectHashKeyId));
const deps: RelayDeps = {
  deciding,
  transfers: transferLedger(db, {
    table: tableName,
    payloadTable: store.name,
    recordDays: words.decision.recordDays.days,
  }),
  payloads: payloadDeposit(db, store, kmsDataKeys(kms, requireEnv(ENV.payloadKeys))),
  egress: sqsEgressQueue(new SQSClient({ requestHandler: PATIENCE }), requireEnv(ENV.egressQueueUrl)),
  tokens: tokenIssuerFromEnv(words),
  fieldHasher: fieldHasher(hashKeys),
  bodyHasher: bodyHasher(hashKeys),
  idempotencyDays: registerFromBundle().erasure.idempotencyDays,
};

/** `/v1/transfers` and what is below. Can open no payload, and reaches nobody. */
export const handler = withProblems(new Logger({ serviceName: 'transfer-relay' }), async (event) => {
  try {
    return await routeTransfers(event, deps);
  } finally {
    deciding.flush();
  }
});
