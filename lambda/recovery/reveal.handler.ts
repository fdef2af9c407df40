import { Logger } from '@aws-lambda-powertools/logger';
import { queueWorker } from '../shared/queue-worker';
import { S3RevealingStore } from './adapters/s3-revealing-store';
import { dataStores, queueUrl, recoveryWorker } from './aws';
import { revealMessageSchema } from './model';
import { revealStore } from './workers';

const deps = recoveryWorker(queueUrl('reveal'));
const { s3For, buckets, tables } = dataStores();
const stores = { buckets: buckets.map((store) => new S3RevealingStore(store, s3For(store))), tables };

/** Takes back in one store what hiding did; what does not fit into one invocation goes on in the next. */
export const handler = queueWorker({
  schema: revealMessageSchema,
  logger: new Logger({ serviceName: 'revealer' }),
  run: (message) => revealStore(message, { ...deps, ...stores }),
});
