import { KMSClient } from '@aws-sdk/client-kms';
import { clockFromEnv } from '../shared/clock-file';
import { requireEnv } from '../shared/config';
import { metricsMeter } from '../shared/metrics-meter';
import { ENV, METRIC } from '../shared/names';
import { decisionLedger } from './adapters/decision-ledger';
import { liveReader } from './adapters/live-reader';
import { subjectKeys } from './adapters/subject-keys';
import { PATIENCE, transferDb } from './aws';
import type { DecideDeps, DecisionMetric } from './decide';
import { rulesFromBundle } from './rules';

/** What the functions that decide have in common; call once, at module scope. `flush` at the end of each invocation. */
export function decideDeps({ db, tableName } = transferDb()): DecideDeps & { flush(): void } {
  const rules = rulesFromBundle(requireEnv(ENV.stage));
  const clock = clockFromEnv();
  const { cacheSeconds, recordDays } = rules.words.decision;
  const tables = { transferTable: tableName, controlTable: requireEnv(ENV.controlTable) };
  const meter = metricsMeter<DecisionMetric>(METRIC.transferService);
  return {
    rules,
    live: liveReader(db, tables, clock, cacheSeconds.seconds),
    keys: subjectKeys(new KMSClient({ maxAttempts: 3, requestHandler: PATIENCE }), requireEnv(ENV.subjectHashKeyId)),
    decisions: decisionLedger(db, tableName, { recordDays: recordDays.days }),
    meter,
    clock,
    flush: () => meter.flush(),
  };
}
