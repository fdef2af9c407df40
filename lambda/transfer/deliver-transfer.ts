import { instant, plusMs } from '../shared/clock';
import { decide } from './decide';
import { type Deliverer, type Delivery, meaningOf } from './deliver';
import type { TransferRecord } from './model';
import { isStale } from './moment';
import type { PayloadRow } from './ports';
import { retryDelayMs } from './retry';
import { contractHash, type Envelope, unseal } from './sealed';
import { change, end, giveUp, isLate, open, read, readyAtOf, type StepDeps, sendAfter } from './steps';
import { isOver } from './view';
import { weigh } from './weigh';

export interface DeliverDeps extends StepDeps {
  readonly deliverer: Deliverer;
}

/** Why a transfer was not delivered, or not yet. */
const REASON = {
  noLongerAllowed: 'no-longer-allowed',
  contractChanged: 'field-contract-changed',
  payloadGone: 'payload-gone',
  refused: 'processor-refused',
  unwell: 'processor-failed',
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
