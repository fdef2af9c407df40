import { SQSClient } from '@aws-sdk/client-sqs';
import { controlDb, dataClients, inventory } from '../erasure/aws';
import { Pacer } from '../erasure/pacer';
import { systemClock, systemSleep } from '../shared/clock';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv, requireEnvNumber } from '../shared/config';
import { ENV } from '../shared/names';
import { registerFromBundle } from '../shared/register';
import { controlRecovery } from './adapters/control-recovery';
import { DynamoDbFlagTable } from './adapters/flag-table';
import { sqsRecoveryOutbox, sqsTicks } from './adapters/recovery-queues';

/** What the two functions' composition roots have in common. */
export function recoveryWorker(ownQueueUrl: string) {
  const { db, tableName } = controlDb();
  const sqs = new SQSClient({});
  const { s3KeysPerSecond } = registerFromBundle().erasure.pace;
  const pacers = new Map<string, Pacer>();
  return {
    ledger: controlRecovery(db, tableName),
    outbox: sqsRecoveryOutbox(sqs, ownQueueUrl),
    ticks: sqsTicks(sqs, process.env[ENV.terminationQueueUrl]),
    clock: clockFromEnv(),
    // Budgets, lifetimes and speed are about real processes, whatever time it is said to be.
    stopwatch: systemClock,
    sleep: systemSleep,
    budgetMs: requireEnvNumber(ENV.stepBudgetSeconds) * 1000,
    /** A pacer outlives an invocation: what a warm function learnt of a partition still holds. */
    pacerOf(storeId: string): Pacer {
      const known = pacers.get(storeId);
      if (known !== undefined) return known;
      const pacer = new Pacer({ ratePerSecond: s3KeysPerSecond.rate, clock: systemClock, sleep: systemSleep });
      pacers.set(storeId, pacer);
      return pacer;
    },
  };
}

/** Clients and stores; the clients do not retry by themselves, because the worker paces itself. */
export function dataStores() {
  const { s3For, db } = dataClients();
  const stores = inventory();
  return {
    s3For,
    buckets: stores.filter(({ kind }) => kind === 's3'),
    tables: stores.filter(({ kind }) => kind === 'dynamodb').map((store) => new DynamoDbFlagTable(store, db)),
  };
}

/** Address of the queue that feeds this function. */
export function queueUrl(name: 'hide' | 'reveal'): string {
  return requireEnv(name === 'hide' ? ENV.hideQueueUrl : ENV.revealQueueUrl);
}
