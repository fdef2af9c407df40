import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { subjectKeys } from '../transfer/adapters/subject-keys';
import { kmsCheckpointSigner } from './adapters/checkpoint-signer';
import { dynamoHeads } from './adapters/heads';
import { dynamoPlaces } from './adapters/places';
import { dynamoQuarantine } from './adapters/quarantine';
import { s3LogStore } from './adapters/s3-log-store';
import { bucketWitness, busWitness, patientWitnesses } from './adapters/witnesses';
import type { TenantNames } from './derive';
import { EdgeCache, type SequencerDeps, sequence, signWhenQuiet } from './sequencer';
import { streamRecord, tableWrite } from './table-write';
import { takeWrites } from './take';

/** A checkpoint a day when nothing happens. The schedule comes every hour: one that is missed makes it no day later. */
const QUIET_MS = 23 * 3_600_000;
/** For what a tenant's hash in an event is. */
const PURPOSE = 'ledger';

type Counted =
  | typeof METRIC.eventsSequenced
  | typeof METRIC.checkpointsSigned
  | typeof METRIC.eventsQuarantined
  | typeof METRIC.witnessesFailed;

const meter = metricsMeter<Counted>(METRIC.ledgerService);
const logger = new Logger({ serviceName: 'ledger-sequencer' });
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
const tableName = requireEnv(ENV.ledgerTable);
const kms = new KMSClient({});
const origin = requireEnv(ENV.ledgerOrigin);
const witnessBucket = process.env[ENV.witnessBucket];
const witnesses = patientWitnesses(
  [
    busWitness(new EventBridgeClient({}), requireEnv(ENV.eventBus)),
    ...(witnessBucket
      ? [
          bucketWitness(new S3Client({ region: requireEnv(ENV.witnessRegion) }), {
            bucket: witnessBucket,
            keyArn: requireEnv(ENV.witnessKey),
          }),
        ]
      : []),
  ],
  meter,
);
const signer = kmsCheckpointSigner(kms, requireEnv(ENV.ledgerKeyId), origin);
const deps: SequencerDeps = {
  places: dynamoPlaces(db, tableName),
  heads: dynamoHeads(db, tableName),
  store: s3LogStore(new S3Client({}), {
    bucket: requireEnv(ENV.ledgerBucket),
    keyArn: requireEnv(ENV.ledgerStorageKey),
  }),
  signer: {
    sign: async (text) => {
      const note = await signer.sign(text);
      meter.count(METRIC.checkpointsSigned, 1);
      return note;
    },
  },
  witnesses,
  clock: clockFromEnv(),
  origin,
  quietMs: QUIET_MS,
};
const quarantine = dynamoQuarantine(db, tableName);
const keys = subjectKeys(kms, requireEnv(ENV.subjectHashKeyId));
const names: TenantNames = { nameOf: (tenantId) => keys.reference(tenantId, undefined, PURPOSE) };
const edges = new EdgeCache();

/** Of a stream; what comes by schedule has no records, and nothing else that is looked at. */
const eventSchema = z.object({ Records: z.array(streamRecord).optional() });

/**
 * Takes writes from the tables' streams into the tree, and comes by schedule to sign when nothing was written. Whatever
 * it throws for, the stream delivers again.
 */
export const handler = async (event: unknown = {}): Promise<void> => {
  const input = eventSchema.parse(event);
  try {
    if (input.Records === undefined) {
      await witnesses.retry();
      const signed = await signWhenQuiet(deps, edges);
      logger.info('came by schedule', { signed });
      return;
    }
    const aside = () => meter.count(METRIC.eventsQuarantined, 1);
    const waiting = await takeWrites(input.Records.map(tableWrite), names, quarantine, aside);
    const appended = await sequence(waiting, deps, edges);
    meter.count(METRIC.eventsSequenced, appended);
    logger.info('sequenced', { writes: input.Records.length, events: waiting.length, appended });
  } finally {
    meter.flush();
  }
};
