import { Logger } from '@aws-lambda-powertools/logger';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { kmsSigner } from '../certificate/kms-signer';
import { noticeLedger } from '../disclosure/adapters/notice-ledger';
import { type NotifyMetric, notify } from '../disclosure/notify';
import { systemClock } from '../shared/clock';
import { requireEnv } from '../shared/config';
import { storeSchema } from '../shared/inventory';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { queueWorker } from '../shared/queue-worker';
import { sqsEgressQueue } from './adapters/egress-queue';
import { httpsDeliverer } from './adapters/https-deliverer';
import { kmsDataKeys } from './adapters/payload-cipher';
import { payloadVault } from './adapters/payload-store';
import { standInsFromEnv } from './adapters/processor-hosts';
import { requestSigner } from './adapters/request-signer';
import { dynamoDbSlots } from './adapters/slots';
import { transferLedger } from './adapters/transfer-ledger';
import { PATIENCE, transferDb } from './aws';
import { decideDeps } from './decide-deps';
import type { TransferMetric } from './deliver-transfer';
import { type EgressDeps, handleEgress } from './egress';
import { egressMessageSchema } from './model';
import { leaseMs } from './retry';

const { db, tableName } = transferDb();
const deciding = decideDeps({ db, tableName });
const { processors, words } = deciding.rules;
const { perProcessor, timeoutSeconds, responseBytes } = words.relay;
const store = storeSchema.parse(JSON.parse(requireEnv(ENV.payloadStore)));
const kms = new KMSClient({ maxAttempts: 3, requestHandler: PATIENCE });
const signingKey = requireEnv(ENV.egressKeyId);
const egress = sqsEgressQueue(new SQSClient({ requestHandler: PATIENCE }), requireEnv(ENV.egressQueueUrl));
const transferMeter = metricsMeter<TransferMetric>(METRIC.transferService);
const noticeMeter = metricsMeter<NotifyMetric>(METRIC.disclosureService);
const transfers = transferLedger(db, {
  table: tableName,
  payloadTable: store.name,
  recordDays: words.decision.recordDays.days,
});
const notifying = {
  notices: noticeLedger(db, tableName),
  egress,
  processors,
  rules: words.notices,
  meter: noticeMeter,
  clock: deciding.clock,
};
const deps: EgressDeps = {
  transfers,
  egress,
  slots: dynamoDbSlots(db, {
    table: tableName,
    perProcessor,
    leaseMs: leaseMs(timeoutSeconds),
    random: Math.random,
  }),
  deliverer: httpsDeliverer({
    // The world's time: a processor compares it with its own.
    sign: requestSigner(kmsSigner(kms, signingKey), signingKey, systemClock),
    timeoutSeconds,
    responseBytes,
    standIns: standInsFromEnv(),
  }),
  deliver: {
    transfers,
    payloads: payloadVault(db, store, kmsDataKeys(kms, requireEnv(ENV.payloadKeys))),
    egress,
    deciding,
    meter: transferMeter,
    random: Math.random,
  },
  notify: (of, deliverer) => notify(of, { ...notifying, deliverer }),
};

/** Delivers to processors and tells them of erasures: the one function with a way out. */
const work = queueWorker({
  schema: egressMessageSchema,
  logger: new Logger({ serviceName: 'transfer-egress' }),
  run: (message) => handleEgress(message, deps),
});

export const handler: typeof work = async (event) => {
  try {
    return await work(event);
  } finally {
    deciding.flush();
    transferMeter.flush();
    noticeMeter.flush();
  }
};
