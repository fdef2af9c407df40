import { Logger } from '@aws-lambda-powertools/logger';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { replicaSettleMs } from '../../policies/register';
import { outcomeReader } from '../anonymise/adapters/statistics-ledger';
import { fetchSigningKey, kmsSigner, type SigningKey } from '../certificate/kms-signer';
import { signCertificate } from '../certificate/sign';
import { noticeLedger } from '../disclosure/adapters/notice-ledger';
import { sqsAnnouncer } from '../disclosure/adapters/queues';
import { controlHoldReader } from '../holds/adapters/control-holds';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv, requireEnvNumber } from '../shared/config';
import { parseKeepers } from '../shared/inventory';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { sqsTerminationOutbox, terminationNotifier } from '../termination/adapters/queues';
import { controlCertificates, controlLine, controlPlans, controlVerifications } from './adapters/control-documents';
import { controlRequests } from './adapters/control-requests';
import { controlSteps } from './adapters/control-steps';
import { controlDb, inventory, outbox } from './aws';
import type { Message } from './model';
import type { ErasureMetric } from './ports';
import { advance } from './recorder';
import type { CertificateSigner, RecorderDeps } from './recorder-deps';
import { worker } from './worker';

const { db, tableName } = controlDb();
const kms = new KMSClient({});
const signingKeyId = requireEnv(ENV.signingKeyId);
const digestSigner = kmsSigner(kms, signingKeyId);

let signingKey: Promise<SigningKey> | undefined;

const signer: CertificateSigner = {
  async key() {
    signingKey ??= fetchSigningKey(kms, signingKeyId);
    const { keyId, sha256 } = await signingKey.catch((error: unknown) => {
      // Not kept: the next certificate asks again.
      signingKey = undefined;
      throw error;
    });
    return { algorithm: 'ECDSA_SHA_256', curve: 'P-256', keyId, publicKeySha256: sha256 };
  },
  sign: (certificate) => signCertificate(certificate, digestSigner),
};

const clock = clockFromEnv();
const meter = metricsMeter<ErasureMetric>(METRIC.erasureService);
const sqs = new SQSClient({});
const ticks = sqsTerminationOutbox(sqs, { tick: requireEnv(ENV.terminationQueueUrl) });

const register = registerFromBundle();

const deps: RecorderDeps = {
  requests: controlRequests(db, tableName),
  plans: controlPlans(db, tableName),
  work: controlSteps(db, tableName),
  verifications: controlVerifications(db, tableName),
  line: controlLine(db, tableName),
  certificates: controlCertificates(db, tableName),
  signer,
  outbox: outbox('advance', 'plan', 'erase', 'seal', 'verify'),
  holds: controlHoldReader(db, tableName),
  notices: noticeLedger(db, requireEnv(ENV.transferTable)),
  announcer: sqsAnnouncer(sqs, requireEnv(ENV.announceQueueUrl)),
  anonymised: outcomeReader(db, tableName),
  terminations: terminationNotifier(ticks, clock),
  meter,
  keepers: parseKeepers(requireEnv(ENV.keepers)),
  inventory: inventory(),
  register,
  replicaSettleMs: replicaSettleMs(register, requireEnv(ENV.stage)),
  clock,
};

const work = worker<Extract<Message, { type: 'advance' }>>({
  type: 'advance',
  logger: new Logger({ serviceName: 'recorder' }),
  maxReceives: requireEnvNumber(ENV.maxReceives),
  outbox: deps.outbox,
  run: ({ requestId, revive, failure }) => advance(requestId, deps, { revive, failure }),
});

/** Moves a request on, and signs its certificate at the end. */
export const handler = async (event: SQSEvent): Promise<SQSBatchResponse> => {
  try {
    return await work(event);
  } finally {
    meter.flush();
  }
};
