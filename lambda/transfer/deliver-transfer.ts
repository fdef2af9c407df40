import { UnknownWorkError } from '../erasure/errors';
import { instant, plusMs } from '../shared/clock';
import type { Meter } from '../shared/metrics-meter';
import { METRIC } from '../shared/names';
import { type DecideDeps, decide } from './decide';
import { type Deliverer, type Delivery, meaningOf } from './deliver';
import type { TransferRecord, TransferState } from './model';
import { isStale } from './moment';
import type { EgressQueue, OpenPayload, PayloadContext, PayloadRow, PayloadVault, TransferLedger } from './ports';
import { LOST_AFTER_MS, leaseMs, MAX_DELAY_SECONDS, retryDelayMs } from './retry';
import { contractHash, type Envelope, unseal } from './sealed';
import { isOver } from './view';
import { weigh } from './weigh';

export type TransferMetric =
  | typeof METRIC.transfersDelivered
  | typeof METRIC.transfersStopped
  | typeof METRIC.transfersFailed;

export interface DeliverDeps {
  readonly transfers: Pick<TransferLedger, 'get' | 'update' | 'end'>;
  readonly payloads: PayloadVault;
  readonly egress: EgressQueue;
  readonly deliverer: Deliverer;
  /** Decides anew with the moment's facts. */
  readonly deciding: DecideDeps;
  readonly meter: Meter<TransferMetric>;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
}

/** What it takes to end a transfer. */
type EndingDeps = Omit<DeliverDeps, 'deliverer'>;

/** Why a transfer was not delivered, or not yet. */
const REASON = {
  noLongerAllowed: 'no-longer-allowed',
  contractChanged: 'field-contract-changed',
  payloadGone: 'payload-gone',
  refused: 'processor-refused',
  unwell: 'processor-failed',
  gaveUp: 'gave-up',
} as const;

/** When facts of the moment cannot be read. */
const BLIND_WAIT_SECONDS = 30;

/**
 * Takes one transfer a step on: delivers it if that is still allowed, plans the next attempt, or ends it. Whoever is
 * killed on the way is followed by the next message of the same transfer, which sends again under the same
 * Idempotency-Key.
 *
 * @throws UnknownWorkError when there is no such transfer
 * @throws StaleRecordError when another message was faster
 */
export async function deliverTransfer(transferId: string, deps: DeliverDeps): Promise<void> {
  const transfer = await read(transferId, deps);
  if (isOver(transfer)) return;
  const now = deps.deciding.clock.now();
  if (isLate(transfer, now)) return giveUp(transfer, now, deps);
  const readyAt = readyAtOf(transfer, deps);
  if (readyAt > now.getTime()) return sendAfter(transfer, readyAt - now.getTime(), deps);
  if (transfer.attempts >= deps.deciding.rules.words.relay.maxAttempts) return giveUp(transfer, now, deps);

  const payload = await open(transfer, deps);
  const bytes = await payload?.read();
  if (payload === undefined || bytes === undefined)
    return end(transfer, 'stopped', { code: REASON.payloadGone, status: null }, payload?.row, deps);
  const envelope = unseal(bytes);
  const answer = await stillAllowed(transfer, envelope, deps);
  if (answer === 'unknown') return sendAfter(transfer, BLIND_WAIT_SECONDS * 1000 * (1 + deps.random()), deps);
  if (answer.endpoint === undefined)
    return end(transfer, 'stopped', { code: answer.reason, status: null }, payload.row, deps);
  await attempt(transfer, envelope, answer.endpoint, payload.row, deps);
}

/**
 * Gives a transfer up whose time is over, without asking for its processor.
 *
 * @returns true where nothing is left to do for it
 * @throws UnknownWorkError when there is no such transfer
 */
export async function endIfLate(transferId: string, deps: EndingDeps): Promise<boolean> {
  const transfer = await read(transferId, deps);
  const now = deps.deciding.clock.now();
  if (isOver(transfer)) return true;
  if (!isLate(transfer, now)) return false;
  await giveUp(transfer, now, deps);
  return true;
}

async function read(transferId: string, { transfers }: Pick<DeliverDeps, 'transfers'>): Promise<TransferRecord> {
  const transfer = await transfers.get(transferId);
  if (transfer === undefined) throw new UnknownWorkError(`transfer ${transferId}`);
  return transfer;
}

function isLate({ expiresAt }: TransferRecord, now: Date): boolean {
  return now.getTime() >= Date.parse(expiresAt);
}

/** When it may be tried: after its delay, and not while another message seems to be delivering it. */
function readyAtOf({ state, updatedAt, notBefore }: TransferRecord, { deciding }: EndingDeps): number {
  if (state !== 'delivering') return Date.parse(notBefore);
  return Date.parse(updatedAt) + leaseMs(deciding.rules.words.relay.timeoutSeconds);
}

async function open(transfer: TransferRecord, { payloads }: EndingDeps): Promise<OpenPayload | undefined> {
  return transfer.payloadKey === null ? undefined : payloads.open(transfer.payloadKey, contextOf(transfer));
}

function contextOf({ tenantId, transferId, dataRole }: TransferRecord): PayloadContext {
  return { tenantId, transferId, dataRole };
}

/**
 * Asks again, with what holds now. `unknown` where that cannot be read: then nothing is sent, and nothing ended. A
 * denial is recorded as one; it stops the transfer whether that succeeds or not.
 */
async function stillAllowed(
  transfer: TransferRecord,
  { asked, contract }: Envelope,
  { deciding }: DeliverDeps,
): Promise<'unknown' | { readonly endpoint: string } | { readonly endpoint?: undefined; readonly reason: string }> {
  const { rules, clock, live } = deciding;
  const facts = await live.facts(transfer.tenantId).catch(() => undefined);
  const now = clock.now();
  if (facts === undefined || isStale(facts, now, rules.words.decision.cacheSeconds.seconds)) return 'unknown';
  if (weigh(asked, facts, now, rules).outcome === 'deny') {
    const { clientName, transferId, subjectKey } = transfer;
    await decide({ clientName, asked, subject: subjectKey === null ? null : { subjectKey }, transferId }, deciding);
    return { reason: REASON.noLongerAllowed };
  }
  const processor = rules.processors.get(transfer.processorId);
  const endpoint = processor?.endpoint ?? undefined;
  // What was cut down to one contract does not go under another, even if the new one allows more.
  if (processor === undefined || endpoint === undefined || contractHash(processor, transfer.purpose) !== contract)
    return { reason: REASON.contractChanged };
  return { endpoint };
}

async function attempt(
  transfer: TransferRecord,
  { message }: Envelope,
  endpoint: string,
  row: PayloadRow,
  deps: DeliverDeps,
): Promise<void> {
  const trying = await change(transfer, { state: 'delivering', attempts: transfer.attempts + 1 }, deps);
  const delivery = await deps.deliverer.post({
    endpoint,
    body: Buffer.from(message),
    idempotencyKey: transfer.transferId,
  });
  switch (meaningOf(delivery)) {
    case 'taken':
      return end(trying, 'delivered', null, row, deps);
    case 'refused':
      return end(trying, 'failed', reasonOf(delivery, REASON.refused), row, deps);
    case 'again':
      return again(trying, reasonOf(delivery, REASON.unwell), row, deps);
  }
}

function reasonOf(delivery: Delivery, code: string): NonNullable<TransferRecord['reason']> {
  return delivery.outcome === 'answered' ? { code, status: delivery.status } : { code: delivery.fault, status: null };
}

/** Plans the next attempt, or ends the transfer with what came of the last. */
async function again(
  transfer: TransferRecord,
  reason: NonNullable<TransferRecord['reason']>,
  row: PayloadRow,
  deps: DeliverDeps,
): Promise<void> {
  const { clock, rules } = deps.deciding;
  const next = plusMs(clock.now(), retryDelayMs(transfer.attempts, deps.random()));
  if (transfer.attempts >= rules.words.relay.maxAttempts || next.getTime() >= Date.parse(transfer.expiresAt))
    return end(transfer, 'failed', reason, row, deps);
  const waiting = await change(transfer, { state: 'queued', reason, notBefore: instant(next) }, deps);
  await sendAfter(waiting, next.getTime() - clock.now().getTime(), deps);
}

/** Its time is over. Where the payload cannot be opened to find its row, that goes by its own time. */
async function giveUp(transfer: TransferRecord, now: Date, deps: EndingDeps): Promise<void> {
  // Whoever delivers it at this moment ends it himself.
  const leftMs = readyAtOf(transfer, deps) - now.getTime();
  if (transfer.state === 'delivering' && leftMs > 0) return sendAfter(transfer, leftMs, deps);
  const payload = await open(transfer, deps).catch(() => undefined);
  await end(transfer, 'failed', transfer.reason ?? { code: REASON.gaveUp, status: null }, payload?.row, deps);
}

async function end(
  transfer: TransferRecord,
  state: Extract<TransferState, 'delivered' | 'stopped' | 'failed'>,
  reason: TransferRecord['reason'],
  row: PayloadRow | undefined,
  { transfers, deciding, meter }: EndingDeps,
): Promise<void> {
  const at = instant(deciding.clock.now());
  const ended: TransferRecord = {
    ...transfer,
    state,
    reason,
    payloadKey: null,
    updatedAt: at,
    endedAt: at,
    version: transfer.version + 1,
  };
  await transfers.end(ended, transfer.version, row);
  meter.count(ENDS[state], 1, transfer.transferId);
}

const ENDS = {
  delivered: METRIC.transfersDelivered,
  stopped: METRIC.transfersStopped,
  failed: METRIC.transfersFailed,
} as const;

async function change(
  transfer: TransferRecord,
  to: Partial<Pick<TransferRecord, 'state' | 'reason' | 'attempts' | 'notBefore'>>,
  { transfers, deciding }: DeliverDeps,
): Promise<TransferRecord> {
  const now = deciding.clock.now();
  const next: TransferRecord = { ...transfer, ...to, updatedAt: instant(now), version: transfer.version + 1 };
  const from = Math.max(now.getTime(), Date.parse(next.notBefore));
  await transfers.update(next, transfer.version, new Date(from + LOST_AFTER_MS));
  return next;
}

/** A delay that is longer than the queue's longest comes in parts. */
async function sendAfter({ transferId, processorId }: TransferRecord, ms: number, { egress }: EndingDeps) {
  const seconds = Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(ms / 1000)));
  await egress.send({ type: 'deliver', transferId, processorId }, seconds);
}
