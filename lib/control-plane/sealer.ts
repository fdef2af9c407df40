import type { Construct } from 'constructs';
import { ENV, PK } from '../../lambda/shared/names';
import type { BooksBucket } from '../data/books';
import { keepersVariable, storesVariable } from '../data/inventory';
import type { ErasableStore } from '../data/personal-data';
import type { UsageStatistics } from '../data/usage-statistics';
import type { Vault } from '../data/vault';
import { ComplianceFunction, type FunctionDefaults } from './compliance-function';
import type { ControlTable } from './control-table';
import type { WorkerPace } from './erasure-engine';
import { MAX_RECEIVES, type WorkQueue } from './work-queue';

/** Properties of a Sealer. */
export interface SealerProps {
  /** What all functions have in common. */
  readonly defaults: FunctionDefaults;
  /** Where plans are read and steps are written. */
  readonly table: ControlTable;
  /** What is read, and erased once it lies elsewhere. */
  readonly stores: readonly ErasableStore[];
  /** Where it goes. */
  readonly vault: Vault;
  readonly books: BooksBucket;
  /** Numbers about nobody, where they may stay. */
  readonly statistics: UsageStatistics;
  /** Longest run of the function, and how much of it one message may use. */
  readonly pace: WorkerPace;
  /** What it works on, and where it hands over what is left. */
  readonly queue: WorkQueue;
  /** Where it reports. */
  readonly recordQueue: WorkQueue;
}

/** Most messages that are worked on at the same time. */
const CONCURRENCY = 10;

/**
 * The one function that may read what it erases: it copies each thing to where a law keeps it, compares, and only
 * then deletes. It writes its steps and the line; no request, no verification, no certificate, and it deletes
 * nothing from the vault.
 */
export class Sealer extends ComplianceFunction {
  constructor(scope: Construct, id: string, props: SealerProps) {
    const { table, stores, vault, books, statistics, queue, recordQueue } = props;
    super(scope, id, {
      ...props.defaults,
      entry: 'sealing/sealer.handler.ts',
      description: 'Moves what a law still keeps into vault or books, step by step',
      memorySize: 1024,
      timeout: props.pace.timeout,
      environment: {
        [ENV.controlTable]: table.tableName,
        [ENV.maxReceives]: String(MAX_RECEIVES),
        [ENV.statisticsTable]: statistics.tableName,
        [ENV.inventory]: storesVariable(scope),
        [ENV.keepers]: keepersVariable(scope),
        [ENV.stepBudgetSeconds]: String(props.pace.stepBudget.toSeconds()),
        [ENV.sealQueueUrl]: queue.url,
        [ENV.recordQueueUrl]: recordQueue.url,
      },
    });
    const role = this.executionRole;
    table.grantRead(role);
    table.grantWrite(role, PK.step, PK.line, PK.anonymised);
    for (const store of stores) store.grantReadAndErase(role);
    vault.grantSeal(role);
    books.grantKeep(role);
    statistics.grantPublish(role);
    queue.grantSend(role);
    recordQueue.grantSend(role);
    queue.feed(this, CONCURRENCY);
  }
}
