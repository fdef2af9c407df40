import { Logger } from '@aws-lambda-powertools/logger';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { ENV } from '../shared/names';
import { cloudTrailKeys } from './adapters/cloudtrail-keys';
import { putIntegrity } from './adapters/event-bus';
import { emitIntegrity } from './adapters/integrity-metrics';
import { s3LogArchive } from './adapters/s3-log-archive';
import { integrityEvent } from './integrity-event';
import { validateDigests } from './validate';

const events = new EventBridgeClient({});
const cloudTrail = new CloudTrailClient({});
const busName = requireEnv(ENV.eventBus);
const deps = {
  archive: s3LogArchive(new S3Client({}), requireEnv(ENV.logArchive), requireEnv(ENV.digestPrefix)),
  publicKeys: cloudTrailKeys(cloudTrail),
  clock: clockFromEnv(),
  trailName: requireEnv(ENV.trailName),
};
const logger = new Logger({ serviceName: 'digest-validation' });

/** Runs once a day: reads the trail's digests and logs again, and tells what became of them. */
export const handler = async (): Promise<void> => {
  const integrity = await validateDigests({ ...deps, homeRegion: await cloudTrail.config.region() });
  const event = integrityEvent(integrity);
  emitIntegrity(integrity);
  for (const finding of integrity.findings) logger.error('log integrity', { ...finding });
  logger.info('validated the trail', { ...event });
  await putIntegrity(events, busName, event);
};
