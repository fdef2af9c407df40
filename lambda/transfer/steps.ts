import { UnknownWorkError } from '../erasure/errors';
import { instant } from '../shared/clock';
import type { Meter } from '../shared/metrics-meter';
import { METRIC } from '../shared/names';
import type { DecideDeps } from './decide';
import type { TransferRecord, TransferState } from './model';
import type { EgressQueue, OpenPayload, PayloadContext, PayloadRow, PayloadVault, TransferLedger } from './ports';
import { LOST_AFTER_MS, leaseMs, MAX_DELAY_SECONDS } from './retry';
import { isOver } from './view';

export type TransferMetric =
  | typeof METRIC.transfersDelivered
  | typeof METRIC.transfersStopped
  | typeof METRIC.transfersFailed;

/** What the steps of a transfer are made with. */
export interface StepDeps {
  readonly transfers: Pick<TransferLedger, 'get' | 'update' | 'end'>;
  readonly payloads: PayloadVault;
  readonly egress: EgressQueue;
  /** Decides anew with the moment's facts. */
  readonly deciding: DecideDeps;
  readonly meter: Meter<TransferMetric>;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
}

/**
 * Looks at a transfer that waits for its processor: gives it up when its time is over, and else notes that its
 * message is alive, so that no sweep sends another.
 *
 * @returns true where nothing is left to do for it
 * @throws UnknownWorkError when there is no such transfer
 */
export async function lookAtWaiting(transferId: string, deps: StepDeps): Promise<boolean> {
  const transfer = await read(transferId, deps);
  const now = deps.deciding.clock.now();
  if (isOver(transfer)) return true;
  if (isLate(transfer, now)) {
    await giveUp(transfer, now, deps);
    return true;
  }
  if (transfer.state === 'queued') await change(transfer, {}, deps);
  return false;
}

/** @throws UnknownWorkError when there is no such transfer */
export async function read(transferId: string, { transfers }: Pick<StepDeps, 'transfers'>): Promise<TransferRecord> {
  const transfer = await transfers.get(transferId);
  if (transfer === undefined) throw new UnknownWorkError(`transfer ${transferId}`);
  return transfer;
}

/** Whether its time is over. */
export function isLate({ expiresAt }: TransferRecord, now: Date): boolean {
  return now.getTime() >= Date.parse(expiresAt);
}

/** When it may be tried: after its delay, and not while another message seems to be delivering it. */
export function readyAtOf({ state, updatedAt, notBefore }: TransferRecord, { deciding }: StepDeps): number {
  if (state !== 'delivering') return Date.parse(notBefore);
  return Date.parse(updatedAt) + leaseMs(deciding.rules.words.relay.timeoutSeconds);
}

/** Its payload, not read yet. @throws where it cannot be opened */
export async function open(transfer: TransferRecord, { payloads }: StepDeps): Promise<OpenPayload | undefined> {
  return transfer.payloadKey === null ? undefined : payloads.open(transfer.payloadKey, contextOf(transfer));
}

function contextOf({ tenantId, transferId, dataRole }: TransferRecord): PayloadContext {
  return { tenantId, transferId, dataRole };
}

/** Reason of one that ended before any attempt. */
const GAVE_UP = 'gave-up';

/** Its time is over. Where the payload cannot be opened to find its row, that goes by its own time. */
export async function giveUp(transfer: TransferRecord, now: Date, deps: StepDeps): Promise<void> {
  // Whoever delivers it at this moment ends it himself.
  const leftMs = readyAtOf(transfer, deps) - now.getTime();
  if (transfer.state === 'delivering' && leftMs > 0) return sendAfter(transfer, leftMs, deps);
  const payload = await open(transfer, deps).catch(() => undefined);
  await end(transfer, 'failed', transfer.reason ?? { code: GAVE_UP, status: null }, payload?.row, deps);
}

/** Ends it, and drops its payload with that. @throws StaleRecordError */
export async function end(
  transfer: TransferRecord,
  state: Extract<TransferState, 'delivered' | 'stopped' | 'failed'>,
  reason: TransferRecord['reason'],
  row: PayloadRow | undefined,
  { transfers, deciding, meter }: StepDeps,
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

/** Records a step that is not the last. @throws StaleRecordError */
export async function change(
  transfer: TransferRecord,
  to: Partial<Pick<TransferRecord, 'state' | 'reason' | 'attempts' | 'notBefore'>>,
  { transfers, deciding }: StepDeps,
): Promise<TransferRecord> {
  const now = deciding.clock.now();
  const next: TransferRecord = { ...transfer, ...to, updatedAt: instant(now), version: transfer.version + 1 };
  const from = Math.max(now.getTime(), Date.parse(next.notBefore));
  await transfers.update(next, transfer.version, new Date(from + LOST_AFTER_MS));
  return next;
}

/** Has it looked at again. A delay that is longer than the queue's longest comes in parts. */
export async function sendAfter(
  { transferId, processorId }: TransferRecord,
  ms: number,
  { egress }: StepDeps,
): Promise<void> {
  const seconds = Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(ms / 1000)));
  await egress.send({ type: 'deliver', transferId, processorId }, seconds);
}
