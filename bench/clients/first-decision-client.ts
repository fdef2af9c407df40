import { createHash } from 'node:crypto';

/** Makes one decision in a fresh process, by what a function's bundle carries, or none, to see what Node itself takes. */

/** What the client is asked to do. */
export interface FirstDecisionTask {
  readonly decide: boolean;
}

/** What the client reports. The time it took is the parent's to measure. */
export interface FirstDecisionResult {
  readonly outcome: string;
}

const NOW = new Date('2026-12-01T06:30:00.000Z');

async function firstDecision(): Promise<FirstDecisionResult> {
  const [{ decide }, { rulesFromBundle }] = [
    require('../../lambda/transfer/decide') as typeof import('../../lambda/transfer/decide'),
    require('../../lambda/transfer/rules') as typeof import('../../lambda/transfer/rules'),
  ];
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
      rules: rulesFromBundle('local'),
      live: { facts: async () => ({ restrictions: [], tenantActive: true, readAt: NOW }) },
      keys: { subjectKey: async (_, subjectId) => createHash('sha256').update(subjectId).digest('hex') },
      decisions: { record: async () => undefined },
      meter: { count: () => undefined },
      clock: { now: () => NOW },
    },
  );
  return { outcome: record.outcome };
}

const { decide } = JSON.parse(process.argv[2] ?? '{}') as FirstDecisionTask;
const done = decide ? firstDecision() : Promise.resolve({ outcome: 'none' });
done.then(
  (result) => process.send?.(result, () => process.exit(0)),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
