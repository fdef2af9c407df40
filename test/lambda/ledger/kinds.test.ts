import { noticeLedger } from '../../../lambda/disclosure/adapters/notice-ledger';
import {
  controlCertificates,
  controlLine,
  controlPlans,
  controlVerifications,
} from '../../../lambda/erasure/adapters/control-documents';
import { controlRequests } from '../../../lambda/erasure/adapters/control-requests';
import { controlSteps } from '../../../lambda/erasure/adapters/control-steps';
import { type Plan, type RequestRecord, requestSchema } from '../../../lambda/erasure/model';
import { controlHolds } from '../../../lambda/holds/adapters/control-holds';
import { eventsOf, factHash } from '../../../lambda/ledger/derive';
import { eventIn, eventTypes, type LedgerEvent } from '../../../lambda/ledger/event';
import { describeItem, type Item, UnknownItemError } from '../../../lambda/ledger/kinds';
import { itemKeyOf } from '../../../lambda/ledger/locate';
import { PK, TRANSFER_PK } from '../../../lambda/shared/names';
import { controlTerminations } from '../../../lambda/termination/adapters/control-terminations';
import type { TerminationRecord } from '../../../lambda/termination/model';
import { transferTableAccessLog } from '../../../lambda/tokens/adapters/access-log';
import { decisionLedger } from '../../../lambda/transfer/adapters/decision-ledger';
import { restrictionLedger } from '../../../lambda/transfer/adapters/restriction-ledger';
import { transferLedger } from '../../../lambda/transfer/adapters/transfer-ledger';
import { loadRegister } from '../../../policies/load';
import { MemoryTable } from '../../support/memory-table';
import { noticeTo } from '../disclosure/support';
import { holdOn } from '../holds/support';
import { decisionOf, restrictionOf, transferOf } from '../transfer/records-support';

const NOW = '2026-12-01T05:30:00.000Z';
/** Stand where ids of people and of tenants are. */
const TENANT = 'canary-tenant-6f1d';
const PERSON = 'canary-person-93ab';
const { transfers } = loadRegister();

const request: RequestRecord = {
  requestId: 'er-1',
  clientName: 'crm',
  tenantId: TENANT,
  scope: 'subject',
  subjectId: PERSON,
  subjectHash: { algorithm: 'HMAC_SHA_256', keyId: 'key', value: 'e'.repeat(64) },
  reason: 'tenant-request',
  instruction: { by: PERSON, role: 'tenant-admin', authentication: 'mfa', at: NOW },
  dryRun: false,
  requestHash: 'a'.repeat(64),
  status: 'accepted',
  reasons: [],
  createdAt: NOW,
  updatedAt: NOW,
  completeBy: NOW,
  round: 0,
  firstRound: 0,
  sealed: [],
  heldBy: [],
  certificates: 0,
  revivals: 0,
  version: 1,
};
const plan: Plan = {
  type: 'digicrm.erasure-plan',
  version: 2,
  requestId: 'er-1',
  scope: 'subject',
  tenantId: TENANT,
  subject: null,
  plannedAt: NOW,
  inventoryHash: 'a'.repeat(64),
  stores: [],
  holds: [],
  processors: [],
  findings: [],
};
const termination: TerminationRecord = {
  terminationId: 'tm-1',
  tenantId: TENANT,
  state: 'RECOVERABLE',
  announced: null,
  clientName: 'crm',
  instruction: request.instruction,
  reason: 'contract-ended',
  terminatedAt: NOW,
  hidden: false,
  schedules: 'pending',
  notices: [{ id: 'last', hoursBefore: 48, dueAt: NOW, sentAt: null }],
  eraseAt: NOW,
  promiseEndsAt: NOW,
  pastRequestIds: [],
  attempt: 0,
  reasons: [],
  alarms: [],
  dueAt: null,
  updatedAt: NOW,
  version: 1,
};
const zero = { versions: 0, deleteMarkers: 0, uploads: 0, items: 0 };

/** Both tables as the functions' own adapters fill them. */
async function filled(): Promise<{ control: Item[]; transfers: Item[] }> {
  const memory = new MemoryTable();
  const { db } = memory;
  const at = new Date(NOW);
  const once = { key: 'k'.repeat(64), bodyHash: 'b'.repeat(64), expiresAt: at };
  await controlRequests(db, 'control').create(request, once, at);
  await controlPlans(db, 'control').putPlan('er-1', plan, 'c'.repeat(64));
  await controlLine(db, 'control').cross('er-1', at);
  await controlSteps(db, 'control').createSteps([
    {
      ...{ requestId: 'er-1', round: 1, storeId: 'crm-records', part: 0, action: 'erase', expected: 0 },
      ...{ state: 'waiting', found: zero, held: zero, refused: zero, updatedAt: NOW },
    },
  ]);
  await controlVerifications(db, 'control').putVerification({
    ...{ requestId: 'er-1', round: 1, storeId: 'crm-records', left: zero, held: zero },
    ...{ sealed: { vault: zero, books: zero }, startedAt: NOW, verifiedAt: NOW },
  });
  await controlCertificates(db, 'control').putCertificate('er-1', 1, `{"of":"${PERSON}"}`);
  await controlHolds(db, 'control').place(holdOn({ tenantId: TENANT, subjectId: PERSON }), 'desk');
  await controlTerminations(db, 'control').begin(termination, { ...once, key: 't' }, undefined);
  await decisionLedger(db, 'transfers', { recordDays: 1 }).record(decisionOf({ tenantId: TENANT }));
  await transferLedger(db, { table: 'transfers', payloadTable: 'payloads', recordDays: 1 }).create(
    transferOf({ tenantId: TENANT }),
    once,
    at,
  );
  await restrictionLedger(db, 'transfers').create(restrictionOf());
  const notices = noticeLedger(db, 'transfers');
  await notices.create([{ ...noticeTo(), tenantId: TENANT }], () => at);
  await notices.markAnnounced('er-1', at);
  await transferTableAccessLog(db, 'transfers', transfers).record({
    ...{ accessId: 'ac-1', at: NOW, clientName: 'crm', tenantId: TENANT, dataRole: 'tenant', caseId: null },
    ...{ by: PERSON, reason: 'support', outcome: 'resolved', field: 'phone' },
  } as never);
  return { control: memory.all('control'), transfers: memory.all('transfers') };
}

const nameOf = async () => 'd'.repeat(64);
async function eventOf(before: Item | undefined, after: Item | undefined): Promise<LedgerEvent[]> {
  const write = { before, after, expired: false, at: new Date(NOW), sequence: '100' };
  return (await eventsOf(write, { nameOf })).map(({ entry }) => {
    const event = eventIn(entry);
    if (event === undefined) throw new Error('an entry is no event');
    return event;
  });
}

describe('kinds of records', () => {
  it.each([...Object.values(PK), ...Object.values(TRANSFER_PK)])(
    'say what %s means, or that it decides nothing',
    (pk) => {
      for (const sk of pk === PK.hold ? ['HOLD#x', 'PAST#x', 'PASS#x', 'TENANT'] : ['x'])
        try {
          describeItem({ pk: `${pk}x`, sk });
        } catch (error) {
          expect(error).not.toBeInstanceOf(UnknownItemError);
        }
    },
  );

  it('refuse what nobody described', () => {
    expect(() => describeItem({ pk: 'NEW#x', sk: 'x' })).toThrow(UnknownItemError);
  });

  it('understand everything that the adapters write, and every type of event comes of it', async () => {
    const { control, transfers: others } = await filled();
    const types = [...control, ...others].flatMap(describeItem).map(({ type }) => type);
    // Earlier wordings of holds come of a change.
    expect(new Set([...types, 'hold.past'])).toEqual(new Set(eventTypes));
  });

  it('tell of no tenant, person or value by name', async () => {
    const { control, transfers: others } = await filled();
    for (const item of [...control, ...others]) {
      const events = [...(await eventOf(undefined, item)), ...(await eventOf(item, undefined))];
      expect(JSON.stringify(events)).not.toContain('canary');
    }
  });

  it('find the item of an event again, where its id is the key', async () => {
    const tables = await filled();
    for (const table of ['control', 'transfers'] as const)
      for (const item of tables[table])
        for (const { type, about } of describeItem(item)) {
          const key = itemKeyOf(type, about);
          if (key !== undefined) expect(key).toEqual({ table, pk: item.pk, sk: item.sk });
        }
  });

  it('have no event for a write that changes no fact', async () => {
    const { control } = await filled();
    const step = control.find(({ pk }) => String(pk).startsWith(PK.step));
    expect(await eventOf(step, { ...step, leaseUntil: NOW, owner: 'worker' })).toEqual([]);
    const row = control.find(({ pk }) => String(pk).startsWith(PK.request));
    expect(await eventOf(row, row)).toEqual([]);
  });

  it('hash a record the same before and after its person was taken out of it', async () => {
    const { control } = await filled();
    const row = control.find(({ pk }) => String(pk).startsWith(PK.request));
    const { subjectId, ...record } = requestSchema.parse(row?.record);
    expect(subjectId).toBe(PERSON);
    const [before, after] = [{ ...row }, { ...row, record }].map((item) => describeItem(item)[0]);
    expect(before && factHash(before)).toBe(after && factHash(after));
  });
});
