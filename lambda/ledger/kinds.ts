import * as z from 'zod';
import { sha256Hex } from '../shared/canonical';
import { PK, TRANSFER_PK } from '../shared/names';
import type { EventType } from './event';

/** An item of a table as a stream or a scan gives it, unmarshalled. */
export type Item = Readonly<Record<string, unknown>>;

/** What the ledger says of an item, before people's ids become keyed hashes. */
export interface Described {
  readonly type: EventType;
  readonly about: string;
  readonly state: string | null;
  readonly tenantId: string | null;
  /** Keyed hash of the person, where the record has one. */
  readonly subject: string | null;
  readonly hashes: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, number>>;
  /** The part of the item of which each change is an event; ids of people are left out before it is hashed. */
  readonly fact: unknown;
}

/** How items of one key are described. An item that it does not understand is an error, never nothing. */
interface Kind {
  readonly pk: string;
  /** What the sort key begins with. @default - any */
  readonly sk?: string;
  /** @throws ZodError when the item is not what stands under such a key */
  describe(item: Item): Described[];
}

const nothing = { state: null, tenantId: null, subject: null, hashes: {}, counts: {} } as const;
const keys = z.object({ pk: z.string(), sk: z.string() });
const totals = z.record(z.string(), z.int());

function keyParts(item: Item, prefix: string): { readonly id: string; readonly sk: string } {
  const { pk, sk } = keys.parse(item);
  return { id: pk.slice(prefix.length), sk };
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

const request = z.object({
  requestId: z.string(),
  tenantId: z.string(),
  subjectHash: z.object({ value: z.string() }).optional(),
  status: z.string(),
  requestHash: z.string(),
  planHash: z.string().optional(),
  round: z.int(),
  certificates: z.int(),
  version: z.int(),
});

const step = z.object({ state: z.string(), found: totals, held: totals, refused: totals });
const verification = z.object({ left: totals, held: totals });
const hold = z.object({ holdId: z.string(), version: z.int(), scope: z.object({ tenantId: z.string() }) });
const termination = z.object({
  terminationId: z.string(),
  tenantId: z.string(),
  state: z.string(),
  version: z.int(),
});
const decision = z.object({
  decisionId: z.string(),
  tenantId: z.string(),
  subjectKey: z.string().nullable(),
  outcome: z.string(),
  registerHash: z.string(),
  fields: z.array(z.string()),
});
const transfer = z.object({
  transferId: z.string(),
  tenantId: z.string(),
  subjectKey: z.string().nullable(),
  state: z.string(),
  attempts: z.int(),
  version: z.int(),
});
const restriction = z.object({ restrictionId: z.string(), version: z.int(), liftedAt: z.string().nullable() });
const notice = z.object({ tenantId: z.string(), state: z.string(), attempts: z.int(), version: z.int() });
const access = z.object({ accessId: z.string(), tenantId: z.string(), outcome: z.string() });

function restrictionEvent(record: z.output<typeof restriction>): Described {
  return {
    ...nothing,
    type: 'transfer.restriction',
    about: record.restrictionId,
    state: record.liftedAt === null ? 'standing' : 'lifted',
    counts: { version: record.version },
    fact: record,
  };
}

/** Whole records: the schema above names what is told, and the fact is the item's record as it stands. */
const recordOf = (item: Item) => z.object({ record: z.looseObject({}) }).parse(item).record;

const KINDS: readonly Kind[] = [
  {
    pk: PK.request,
    describe(item) {
      const record = request.parse(item.record);
      return [
        {
          type: 'erasure.request',
          about: record.requestId,
          state: record.status,
          tenantId: record.tenantId,
          subject: record.subjectHash?.value ?? null,
          hashes: { request: record.requestHash, ...(record.planHash && { plan: record.planHash }) },
          counts: { round: record.round, certificates: record.certificates, version: record.version },
          fact: recordOf(item),
        },
      ];
    },
  },
  {
    pk: PK.plan,
    describe(item) {
      const { planHash } = z.object({ planHash: z.string() }).parse(item);
      const about = `${keyParts(item, PK.plan).id}/plan`;
      return [{ ...nothing, type: 'erasure.plan', about, hashes: { plan: planHash }, fact: { planHash } }];
    },
  },
  {
    pk: PK.line,
    describe(item) {
      const line = z.object({ state: z.string(), at: z.string() }).parse(item);
      return [
        {
          ...nothing,
          type: 'erasure.line',
          about: `${keyParts(item, PK.line).id}/line`,
          state: line.state,
          fact: line,
        },
      ];
    },
  },
  {
    pk: PK.step,
    describe(item) {
      const { state, found, held, refused } = step.parse(item.record);
      const { id, sk } = keyParts(item, PK.step);
      const done = state === 'done';
      // While it runs its counts change with each window; they are told when it is done.
      const counts: Record<string, number> = done
        ? { found: sumOf(found), held: sumOf(held), refused: sumOf(refused) }
        : {};
      const about = `${id}/step/${sk}`;
      return [{ ...nothing, type: 'erasure.step', about, state, counts, fact: done ? recordOf(item) : { state } }];
    },
  },
  {
    pk: PK.verification,
    describe(item) {
      const { left, held } = verification.parse(item.record);
      const { id, sk } = keyParts(item, PK.verification);
      const about = `${id}/verification/${sk}`;
      const counts = { left: sumOf(left), held: sumOf(held) };
      return [{ ...nothing, type: 'erasure.verification', about, counts, fact: recordOf(item) }];
    },
  },
  {
    pk: PK.certificate,
    describe(item) {
      const { file } = z.object({ file: z.string() }).parse(item);
      const { id, sk } = keyParts(item, PK.certificate);
      const certificate = sha256Hex(file);
      const about = `${id}/certificate/${sk.slice(PK.certificate.length)}`;
      return [{ ...nothing, type: 'erasure.certificate', about, hashes: { certificate }, fact: { certificate } }];
    },
  },
  {
    pk: PK.hold,
    sk: 'HOLD#',
    describe(item) {
      const { holdId, version, scope } = hold.parse(item.record);
      const lifted = item.lifted !== undefined;
      const state = lifted ? 'lifted' : 'standing';
      const fact = { record: recordOf(item), lifted };
      return [{ ...nothing, type: 'hold', about: holdId, state, tenantId: scope.tenantId, counts: { version }, fact }];
    },
  },
  {
    pk: PK.hold,
    sk: 'PAST#',
    describe(item) {
      const { holdId, version, scope } = hold.parse(item.record);
      const about = `${holdId}/past/${version}`;
      return [
        { ...nothing, type: 'hold.past', about, tenantId: scope.tenantId, counts: { version }, fact: recordOf(item) },
      ];
    },
  },
  // Progress of the worker that sets S3 legal holds, and the item that finds a hold's tenant.
  { pk: PK.hold, sk: 'PASS#', describe: () => [] },
  { pk: PK.hold, sk: 'TENANT', describe: () => [] },
  {
    pk: PK.termination,
    describe(item) {
      const record = termination.parse(item.record);
      const { sk } = keyParts(item, PK.termination);
      const about = sk === 'META' ? record.terminationId : `${record.terminationId}/past`;
      const { state, tenantId, version } = record;
      const named = { state: state.toLowerCase(), tenantId, counts: { version } };
      return [{ ...nothing, type: 'termination', about, ...named, fact: recordOf(item) }];
    },
  },
  {
    pk: TRANSFER_PK.decision,
    describe(item) {
      const { decisionId, tenantId, subjectKey, outcome, registerHash, fields } = decision.parse(item.record);
      return [
        {
          type: 'transfer.decision',
          about: decisionId,
          state: outcome.replaceAll('_', '-'),
          tenantId,
          subject: subjectKey,
          hashes: { register: registerHash },
          counts: { fields: fields.length },
          fact: recordOf(item),
        },
      ];
    },
  },
  {
    pk: TRANSFER_PK.recipient,
    describe(item) {
      const { id, sk } = keyParts(item, TRANSFER_PK.recipient);
      // Named by a hash: the key has the tenant's id in it, and an event has not.
      const about = `rc-${sha256Hex(`recipient\n${id}`).slice(0, 24)}/${sk}`;
      return [{ ...nothing, type: 'disclosure.recipient', about, tenantId: id, fact: { processorId: sk } }];
    },
  },
  {
    pk: TRANSFER_PK.transfer,
    describe(item) {
      const { transferId, tenantId, subjectKey, state, attempts, version } = transfer.parse(item.record);
      const counts = { attempts, version };
      return [
        {
          ...nothing,
          type: 'transfer',
          about: transferId,
          state,
          tenantId,
          subject: subjectKey,
          counts,
          fact: recordOf(item),
        },
      ];
    },
  },
  {
    pk: TRANSFER_PK.restriction,
    describe(item) {
      const { records, record } = z
        .object({
          records: z.array(z.looseObject(restriction.shape)).optional(),
          record: z.looseObject(restriction.shape).optional(),
        })
        .parse(item);
      return [...(records ?? []), ...(record ? [record] : [])].map(restrictionEvent);
    },
  },
  {
    pk: TRANSFER_PK.notice,
    describe(item) {
      const { id, sk } = keyParts(item, TRANSFER_PK.notice);
      if (item.record === undefined)
        return [
          { ...nothing, type: 'disclosure.notice', about: `${id}/announced`, fact: { at: z.string().parse(item.at) } },
        ];
      const { tenantId, state, attempts, version } = notice.parse(item.record);
      const counts = { attempts, version };
      return [
        {
          ...nothing,
          type: 'disclosure.notice',
          about: `${id}/notice/${sk}`,
          state,
          tenantId,
          counts,
          fact: recordOf(item),
        },
      ];
    },
  },
  {
    pk: TRANSFER_PK.access,
    describe(item) {
      const { accessId, tenantId, outcome } = access.parse(item.access);
      return [{ ...nothing, type: 'token.access', about: accessId, state: outcome, tenantId, fact: item.access }];
    },
  },
  // Leases, keys of calls and progress of workers: they decide nothing, and what comes of them is told elsewhere.
  { pk: PK.idempotency, describe: () => [] },
  { pk: PK.anonymised, describe: () => [] },
  { pk: PK.hiding, describe: () => [] },
  { pk: TRANSFER_PK.slot, describe: () => [] },
];

/** Nobody said what an item under such a key means. */
export class UnknownItemError extends Error {
  override readonly name = 'UnknownItemError';
}

/** What the ledger says of an item; nothing for one that decides nothing. @throws UnknownItemError, ZodError */
export function describeItem(item: Item): Described[] {
  const { pk, sk } = keys.parse(item);
  const kind = KINDS.find((one) => pk.startsWith(one.pk) && sk.startsWith(one.sk ?? ''));
  if (kind === undefined) throw new UnknownItemError('nobody said what an item under this key means');
  return kind.describe(item);
}
