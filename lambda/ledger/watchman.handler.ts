import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { instant, systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv, requireEnvNumber } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { readSeen, writeSeen } from './adapters/heads';
import { latestPlace } from './adapters/places';
import { kmsLogKeys } from './adapters/proof-reader';
import { s3LogReader } from './adapters/s3-log-reader';
import { tableRecords } from './adapters/table-records';
import { ledgerKeyIds } from './key-ids';
import { Reconciliation } from './reconcile';
import { turnOf } from './turns';
import { readAgain } from './watchman';

/** After this the whole log and both tables are read again; before it what is new alone. */
const WHOLE_EVERY_MS = 23 * 3_600_000;

const meter = metricsMeter<typeof METRIC.ledgerReadings | typeof METRIC.ledgerFindings>(METRIC.ledgerService);
const logger = new Logger({ serviceName: 'ledger-watchman' });
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const s3 = new S3Client({});
const keys = kmsLogKeys(new KMSClient({}), ledgerKeyIds());
const clock = clockFromEnv();
const tableName = requireEnv(ENV.ledgerTable);
const bucket = requireEnv(ENV.ledgerBucket);
const settleMs = requireEnvNumber(ENV.ledgerSettleSeconds) * 1_000;
const records = tableRecords(db, {
  control: requireEnv(ENV.controlTable),
  transfers: requireEnv(ENV.transferTable),
});
const last = (about: string) => latestPlace(db, tableName, about);

/** Comes every hour: reads what is new in the log, once a day all of it and both tables, and tells what does not hold. */
export const handler = async (): Promise<void> => {
  const now = clock.now();
  const seen = await readSeen(db, tableName);
  const whole = seen?.readAt == null || now.getTime() - Date.parse(seen.readAt) >= WHOLE_EVERY_MS;
  const reconciliation = new Reconciliation({ records, last, sleep: systemSleep, settleMs });
  try {
    const since = seen?.size ?? 0;
    const { findings, head } = await readAgain({
      log: s3LogReader(s3, bucket, whole ? { wanted: turnOf(now, since) } : { from: since }),
      keys: await keys(),
      origin: requireEnv(ENV.ledgerOrigin),
      seen,
      ...(!whole && { from: 'seen' as const }),
      onEvents: (events) => reconciliation.hear(events, since),
    });
    if (whole) await reconciliation.readTables();
    const all = [...findings, ...(await reconciliation.findings())];
    for (const finding of all) logger.error('the ledger does not hold', { ...finding });
    meter.count(METRIC.ledgerFindings, all.length);
    meter.count(METRIC.ledgerReadings, 1);
    logger.info('read the ledger', { whole, size: head?.size ?? 0, findings: all.length });
    // What does not hold is not forgotten for having been seen: the next reading begins where this one did.
    if (head !== undefined && all.length === 0)
      await writeSeen(db, tableName, { ...head, readAt: whole ? instant(now) : (seen?.readAt ?? null) });
  } finally {
    meter.flush();
  }
};
