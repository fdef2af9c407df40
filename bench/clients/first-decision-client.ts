import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICIES_FILE, PROCESSORS_FILE, REGISTER_FILE } from '../../lambda/shared/names';
import type { TransferRules } from '../../lambda/transfer/weigh';
import type { Register } from '../../policies/schema';
import type { TransferPolicies } from '../../policies/transfers/load';

/** Makes one decision in a fresh process, by what a function's bundle carries, or none, to see what Node itself takes. */

/** What the client is asked to do. */
export interface FirstDecisionTask {
  /** `trusted`: takes what the bundle carries as it is; `checked`: checks it again before, as functions do. */
  readonly decide: 'not' | 'trusted' | 'checked';
}

/** What the client reports. The time it took is the parent's to measure. */
export interface FirstDecisionResult {
  readonly outcome: string;
  /** Processor time of the whole process until then. */
  readonly cpuMs: number;
}

const NOW = new Date('2026-12-01T06:30:00.000Z');

type Rules = typeof import('../../lambda/transfer/rules');
type Engine = typeof import('../../lambda/transfer/adapters/cedar-engine');

function checkedRules(): TransferRules {
  return (require('../../lambda/transfer/rules') as Rules).rulesFromBundle('local');
}

function trustedRules(): TransferRules {
  const { cedarEngine } = require('../../lambda/transfer/adapters/cedar-engine') as Engine;
  const { processors } = read(PROCESSORS_FILE) as Pick<Register['processors'], 'processors'>;
  const { transfers } = read(REGISTER_FILE) as Pick<Register, 'transfers'>;
  const engine = cedarEngine(read(POLICIES_FILE) as TransferPolicies);
  const here = processors
    .filter(({ stages }) => stages.includes('local'))
    .map((processor) => [processor.id, processor] as const);
  return { processors: new Map(here), words: transfers, engine, registerHash: engine.policyHash };
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? '', file), 'utf8'));
}

async function firstDecision(rules: TransferRules): Promise<string> {
  const { decide } = require('../../lambda/transfer/decide') as typeof import('../../lambda/transfer/decide');
  const { record } = await decide(
    {
      clientName: 'crm',
      subject: { subjectId: 'subject-1' },
      transferId: null,
      asked: {
        tenantId: 'tenant-1',
        processorId: 'sandbox-sms',
        purpose: 'service-messages',
        dataRole: 'tenant',
        categories: [],
        fields: ['phone', 'name', 'templateId'],
        lawfulBasis: { kind: 'consent', evidenceId: 'consent-1' },
        dlt: { entityId: '1101234567890', header: 'DIGCRM', templateId: '1107123456789' },
        subjectNamed: true,
      },
    },
    {
      rules,
      live: { facts: async () => ({ restrictions: [], tenantActive: true, readAt: NOW }) },
      keys: { subjectKey: async (_, subjectId) => createHash('sha256').update(subjectId).digest('hex') },
      decisions: { record: async () => undefined },
      meter: { count: () => undefined },
      clock: { now: () => NOW },
    },
  );
  return record.outcome;
}

const { decide } = JSON.parse(process.argv[2] ?? '{}') as FirstDecisionTask;
const RULES = { trusted: trustedRules, checked: checkedRules };
const done = decide === 'not' ? Promise.resolve('none') : firstDecision(RULES[decide]());
done.then(
  (outcome) => {
    const { user, system } = process.cpuUsage();
    const result: FirstDecisionResult = { outcome, cpuMs: (user + system) / 1000 };
    process.send?.(result, () => process.exit(0));
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
