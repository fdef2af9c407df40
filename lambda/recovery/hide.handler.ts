import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { queueWorker } from '../shared/queue-worker';
import { S3HidingStore } from './adapters/s3-hiding-store';
import { dataStores, queueUrl, recoveryWorker } from './aws';
import { hideMessageSchema } from './model';
import { hideStore } from './workers';

const deps = recoveryWorker(queueUrl('hide'));
const { s3For, buckets, tables } = dataStores();
const stores = { buckets: buckets.map((store) => new S3HidingStore(store, s3For(store))), tables };
// Longer than a function can live.
const lifetimeMs = deps.budgetMs * 2;

/** Hides a terminated tenant's data in one store; what does not fit into one invocation goes on in the next. */
export const handler = queueWorker({
  schema: hideMessageSchema,
  logger: new Logger({ serviceName: 'hider' }),
  run: (message) => hideStore(message, { ...deps, ...stores, owner: randomUUID(), lifetimeMs }),
});
