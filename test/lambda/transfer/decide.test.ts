import type { Caller } from '../../../lambda/access/caller';
import { type DecideDeps, type DecisionMetric, decide, decideTransfer } from '../../../lambda/transfer/decide';
import {
  type DecisionBody,
  type DecisionRecord,
  decisionBodySchema,
  decisionRecordSchema,
  decisionViewSchema,
  type LiveFacts,
} from '../../../lambda/transfer/model';
import { askedWith, liveWith, NOW, restriction, rulesWith } from './support/rules';

const CRM: Caller = { clientName: 'crm', actions: ['transfer:decide'], tenants: 'all' };
const KEY = 'a'.repeat(64);
const rules = rulesWith();

function bodyWith(change: Partial<DecisionBody> = {}): DecisionBody {
  const { subjectNamed: _, ...asked } = askedWith();
  return decisionBodySchema.parse({ ...asked, subjectId: 'subject-1', ...change });
}

/** Ports in memory; what they were given, in the order in which it came. */
function depsWith(change: Partial<DecideDeps> = {}) {
  const recorded: DecisionRecord[] = [];
  const counted: DecisionMetric[] = [];
  const deps: DecideDeps = {
    rules,
    live: { facts: async () => liveWith() },
    keys: { subjectKey: async () => KEY },
    decisions: { record: async (decision) => void recorded.push(decision) },
    meter: { count: (metric) => void counted.push(metric) },
    clock: { now: () => NOW },
    ...change,
  };
  return { deps, recorded, counted };
}

const failing = async () => {
  throw new Error('the table is not there');
};

describe('a decision', () => {
  it('is recorded before it is answered, with the subject as a keyed hash', async () => {
    const { deps, recorded, counted } = depsWith();
    const view = await decideTransfer(CRM, bodyWith(), deps);
    expect(decisionViewSchema.parse(view)).toMatchObject({
      outcome: 'allow_with_obligations',
      decidedAt: NOW.toISOString(),
      registerHash: rules.registerHash,
    });
    const [record] = recorded;
    expect(decisionRecordSchema.parse(record)).toMatchObject({
      ...view,
      clientName: 'crm',
      tenantId: 'tenant-1',
      processorId: 'sandbox-sms',
      countries: ['IN'],
      fields: ['phone', 'name', 'templateId'],
      categories: ['contact', 'identity', 'message'],
      basis: { kind: 'consent', evidenceId: 'consent-77' },
      subjectKey: KEY,
      transferId: null,
    });
    expect(JSON.stringify(record)).not.toContain('subject-1');
    expect(counted).toEqual(['TransfersAllowed']);
  });

  it('is not answered while it is being recorded', async () => {
    let finish = () => {};
    const { deps } = depsWith({
      decisions: {
        record: () =>
          new Promise((resolve) => {
            finish = resolve;
          }),
      },
    });
    let answered = false;
    const answer = decideTransfer(CRM, bodyWith(), deps).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    finish();
    await answer;
    expect(answered).toBe(true);
  });

  it('is recorded when it is a denial too', async () => {
    const { deps, recorded, counted } = depsWith();
    const view = await decideTransfer(CRM, bodyWith({ dlt: undefined }), deps);
    expect(view).toMatchObject({
      outcome: 'deny',
      obligations: null,
      decidedBy: [{ id: 'never.sms-without-registration' }],
    });
    expect(recorded).toHaveLength(1);
    expect(counted).toEqual(['TransfersDenied']);
  });

  it('keeps nothing of words that the register does not know', async () => {
    const { deps, recorded } = depsWith();
    await decideTransfer(
      CRM,
      bodyWith({
        processorId: 'meera-iyer',
        purpose: 'meera-iyer',
        categories: ['meera-iyer'],
        fields: ['meeraIyer'],
        lawfulBasis: { kind: 'meera-iyer', evidenceId: 'e-1' },
      }),
      deps,
    );
    expect(JSON.stringify(recorded)).not.toMatch(/meera/i);
    expect(decisionRecordSchema.parse(recorded[0])).toMatchObject({
      processorId: 'unregistered',
      purpose: 'unregistered',
      unknownFields: 1,
    });
  });

  it('needs a client that may decide for this tenant, and records nothing without', async () => {
    const { deps, recorded } = depsWith();
    await expect(decideTransfer({ ...CRM, actions: ['transfer:read'] }, bodyWith(), deps)).rejects.toMatchObject({
      status: 403,
    });
    await expect(decideTransfer({ ...CRM, tenants: ['tenant-2'] }, bodyWith(), deps)).rejects.toMatchObject({
      status: 403,
    });
    expect(recorded).toEqual([]);
  });

  it('for a transfer names the transfer, whom its record names, and what was set aside before', async () => {
    const { deps, recorded } = depsWith({ keys: { subjectKey: failing } });
    const { record } = await decide(
      { clientName: 'crm', asked: askedWith(), subject: { subjectKey: KEY }, transferId: 'tx-1', setAside: 3 },
      deps,
    );
    expect(record).toMatchObject({
      outcome: 'allow_with_obligations',
      transferId: 'tx-1',
      subjectKey: KEY,
      unknownFields: 3,
    });
    expect(recorded).toEqual([record]);
  });
});

describe('what cannot be read or recorded is denied', () => {
  it('a decision that the table did not take', async () => {
    const { deps, counted } = depsWith({ decisions: { record: failing } });
    const view = await decideTransfer(CRM, bodyWith(), deps);
    expect(decisionViewSchema.parse(view)).toMatchObject({
      outcome: 'deny',
      obligations: null,
      decidedBy: [{ id: 'record.failed' }],
    });
    expect(counted).toEqual(['TransfersDenied', 'TransfersDeniedBlind']);
  });

  it('a person whose key cannot be had, of whom nothing is recorded', async () => {
    const { deps, recorded, counted } = depsWith({ keys: { subjectKey: failing } });
    expect(await decideTransfer(CRM, bodyWith(), deps)).toMatchObject({
      outcome: 'deny',
      decidedBy: [{ id: 'record.failed' }],
    });
    expect(recorded).toEqual([]);
    expect(counted).toEqual(['TransfersDenied', 'TransfersDeniedBlind']);
  });

  it('a moment that cannot be read; the denial is recorded', async () => {
    const { deps, recorded, counted } = depsWith({ live: { facts: failing } });
    expect(await decideTransfer(CRM, bodyWith(), deps)).toMatchObject({
      outcome: 'deny',
      decidedBy: [{ id: 'live.unknown' }],
    });
    expect(recorded).toHaveLength(1);
    expect(counted).toEqual(['TransfersDenied', 'TransfersDeniedBlind']);
  });

  it('a cache that is still stale when it is asked again', async () => {
    const old = liveWith([], { readAt: new Date(NOW.getTime() - 30_001) });
    const { deps } = depsWith({ live: { facts: async () => old } });
    expect(await decideTransfer(CRM, bodyWith(), deps)).toMatchObject({
      outcome: 'deny',
      decidedBy: [{ id: 'live.unknown' }],
    });
  });
});

it('reads the moment again where the cache gave it in its last millisecond', async () => {
  const answers: LiveFacts[] = [
    liveWith([], { readAt: new Date(NOW.getTime() - 30_001) }),
    liveWith([restriction({ kind: 'processor', processorId: 'sandbox-sms' }, '2026-12-01')]),
  ];
  const { deps } = depsWith({ live: { facts: async () => answers.shift() as LiveFacts } });
  expect(await decideTransfer(CRM, bodyWith(), deps)).toMatchObject({ decidedBy: [{ id: 'never.closed-processor' }] });
});

it('weighs by the moment after reading, so that a contract which ends meanwhile has ended', async () => {
  let now = new Date('2035-12-31T18:29:59.999Z');
  const { deps, recorded } = depsWith({
    clock: { now: () => now },
    live: {
      facts: async () => {
        now = new Date('2035-12-31T18:30:00.000Z');
        return liveWith([], { readAt: now });
      },
    },
  });
  expect(await decideTransfer(CRM, bodyWith(), deps)).toMatchObject({
    outcome: 'deny',
    decidedBy: [{ id: 'never.after-contract' }],
  });
  expect(recorded[0]?.decidedAt).toBe(now.toISOString());
});
