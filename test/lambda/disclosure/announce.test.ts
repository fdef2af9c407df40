import { type AnnounceDeps, announce } from '../../../lambda/disclosure/announce';
import { NotBegunError } from '../../../lambda/disclosure/errors';
import { UnknownWorkError } from '../../../lambda/erasure/errors';
import type { Plan, RequestRecord } from '../../../lambda/erasure/model';
import { Invocation } from '../../support/memory-cloud';
import { MemoryNotices, processorsFor } from '../../support/memory-notices';
import { Random } from '../../support/random';
import { NOW, REQUEST_ID, RULES } from './support';

const SUBJECT = 'CANARY-subject-1';

function given(change: Partial<RequestRecord> = {}) {
  const i = new Invocation(new Random(1), 0, () => undefined);
  const memory = new MemoryNotices();
  memory.allow('acme', SUBJECT, 'sandbox-sms');
  const request = {
    ...{ requestId: REQUEST_ID, tenantId: 'acme', scope: 'subject', subjectId: SUBJECT },
    ...{ dryRun: false, status: 'executing' },
    ...change,
  } as RequestRecord;
  const plan = { processors: [{ processorId: 'sandbox-sms' }] } as Plan;
  const sent: unknown[] = [];
  const send = async (message: unknown) => void sent.push(message);
  const deps: AnnounceDeps = {
    requests: { get: async (id) => (id === REQUEST_ID ? request : undefined) },
    plans: { getPlan: async () => ({ plan, planHash: 'x' }) },
    line: { cross: async () => ({ state: 'crossed', at: NOW.toISOString() }) },
    recipients: memory.recipients(i),
    keys: memory.keys(i),
    notices: memory.ledger(i),
    egress: { send },
    outbox: { send },
    processors: processorsFor(['sandbox-sms']),
    rules: RULES,
    defaultDeadlineDays: 30,
    meter: { count: () => undefined },
    clock: { now: () => NOW },
  };
  return { deps, memory, sent };
}

const WAKE = { type: 'advance', requestId: REQUEST_ID };

describe('the announcer', () => {
  it('writes the notices, sends ids, marks that nobody is missing, and wakes the recorder last', async () => {
    const { deps, memory, sent } = given();
    await announce(REQUEST_ID, deps);
    expect(sent).toEqual([{ type: 'notify', requestId: REQUEST_ID, processorId: 'sandbox-sms' }, WAKE]);
    expect(memory.announced.get(REQUEST_ID)).toBe(NOW.toISOString());
    expect(JSON.stringify([sent, memory.of(REQUEST_ID)])).not.toContain('CANARY');
  });

  it('does nothing a second time but to wake the recorder', async () => {
    const { deps, memory, sent } = given();
    await announce(REQUEST_ID, deps);
    const before = memory.of(REQUEST_ID);
    await announce(REQUEST_ID, deps);
    expect(memory.of(REQUEST_ID)).toEqual(before);
    expect(sent.slice(2)).toEqual([WAKE]);
  });

  it.each(['accepted', 'planned', 'confirmed'] as const)('comes back to a request that is %s', async (status) => {
    const { deps, memory, sent } = given({ status });
    await expect(announce(REQUEST_ID, deps)).rejects.toThrow(NotBegunError);
    expect([sent, memory.rows.size, memory.announced.size]).toEqual([[], 0, 0]);
  });

  it.each<[string, Partial<RequestRecord>]>([
    ['was cancelled', { status: 'cancelled' }],
    ['was refused', { status: 'refused' }],
    ['is a dry run', { dryRun: true, status: 'planned' }],
    ['failed and no longer knows whose it was', { status: 'failed', subjectId: undefined }],
  ])('tells nobody of a request that %s', async (_what, change) => {
    const { deps, memory, sent } = given(change);
    await announce(REQUEST_ID, deps);
    expect([sent, memory.rows.size, memory.announced.size]).toEqual([[WAKE], 0, 0]);
  });

  it('does not understand a request that does not exist', async () => {
    await expect(announce('er-00000000-0000-4000-8000-000000000000', given().deps)).rejects.toThrow(UnknownWorkError);
  });
});
