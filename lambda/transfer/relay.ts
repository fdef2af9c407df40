import { randomUUID } from 'node:crypto';
import type { Processor } from '../../policies/schema';
import { authorise, type Caller, canSeeTenant } from '../access/caller';
import { canonicalJson, sha256Hex } from '../shared/canonical';
import { instant, plusMs } from '../shared/clock';
import { badRequest, idempotencyConflict, notFound, transferDenied, unprocessable } from '../shared/problem';
import { NotTokenisableError } from '../tokens/issue';
import { type DecideDeps, decide } from './decide';
import type { PolicyEngine } from './engine';
import { contractOf } from './field-contract';
import { fieldsOf, type JsonObject, type Minimised, minimise } from './minimise';
import type { DecisionRecord, TransferBody, TransferRecord, TransferView } from './model';
import type { BodyHasher, EgressQueue, FieldHasher, PayloadDeposit, TokenIssuer, TransferLedger } from './ports';
import { REASONS } from './reasons';
import { LOST_AFTER_MS } from './retry';
import { contractHash, seal } from './sealed';
import { transferViewOf } from './view';
import type { Asked } from './weigh';

export interface RelayDeps {
  readonly deciding: DecideDeps;
  readonly transfers: TransferLedger;
  readonly payloads: PayloadDeposit;
  readonly egress: EgressQueue;
  readonly tokens: TokenIssuer;
  readonly fieldHasher: FieldHasher;
  readonly bodyHasher: BodyHasher;
  /** Days for which an Idempotency-Key is remembered. */
  readonly idempotencyDays: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What nobody took is gone an hour after it could have gone anywhere. */
const PAYLOAD_OUTLIVES_MS = HOUR_MS;

/**
 * Takes what is to go to a processor: decides, cuts it down to the field contract, puts that away sealed and has it
 * delivered. What is cut off is stored nowhere. The same key with the same body answers with the transfer that the
 * first call made; a denial is not kept, and asked again it is decided again.
 *
 * The payload is stored before the record that names it, and the record before the message: whatever of it a crash
 * leaves behind is finished by the sweep or ends by its time.
 *
 * @throws ProblemError 400, 403 with the decision, 409 (key used for another body), 422
 */
export async function createTransfer(
  caller: Caller,
  idempotencyKey: string,
  body: TransferBody,
  deps: RelayDeps,
): Promise<TransferView> {
  authorise(caller, 'transfer:send', body.tenantId);
  const key = sha256Hex(`${caller.clientName}\n${idempotencyKey}`);
  const bodyHash = await deps.bodyHasher.hash(body.tenantId, canonicalBody(body));
  const earlier = await deps.transfers.findByKey(key);
  if (earlier !== undefined) return repeated(earlier, bodyHash, deps);

  const transferId = `tr-${randomUUID()}`;
  const { asked, decision } = await permitted(caller, body, transferId, deps);
  const processor = processorOf(body, deps);
  const minimised = await cutDown(body, processor, deps);
  const now = deps.deciding.clock.now();
  const expiresAt = plusMs(now, deps.deciding.rules.words.relay.giveUpAfterHours * HOUR_MS);
  const { tenantId, subjectId, dataRole } = body;
  const stored = await deps.payloads.put(
    seal(asked, contractHash(processor, body.purpose) ?? '', JSON.stringify(minimised.payload)),
    { tenantId, transferId, dataRole, subjectId },
    plusMs(expiresAt, PAYLOAD_OUTLIVES_MS),
  );
  const transfer: TransferRecord = {
    ...queued(decision, transferId, now, expiresAt),
    payloadKey: stored.pointer,
    stripped: minimised.stripped,
  };
  const result = await deps.transfers.create(
    transfer,
    { key, bodyHash, expiresAt: plusMs(now, deps.idempotencyDays * DAY_MS) },
    plusMs(now, LOST_AFTER_MS),
  );
  if (result.outcome === 'existing') {
    await deps.payloads.drop(stored.row);
    return repeated(result, bodyHash, deps);
  }
  await send(transfer, deps);
  return transferViewOf(transfer);
}

/** @throws ProblemError 403, 404 */
export async function getTransfer(
  caller: Caller,
  transferId: string,
  deps: Pick<RelayDeps, 'transfers'>,
): Promise<TransferView> {
  authorise(caller, 'transfer:read');
  const transfer = await deps.transfers.get(transferId);
  // One of a tenant that the caller may not see is answered like one that does not exist.
  if (transfer === undefined || !canSeeTenant(caller, transfer.tenantId)) throw notFound();
  return transferViewOf(transfer);
}

/** What a key stands for. Sent again where nobody has begun: the first call may have died before it could send. */
async function repeated(
  existing: { readonly transferId: string; readonly bodyHash: string },
  bodyHash: string,
  deps: RelayDeps,
): Promise<TransferView> {
  if (existing.bodyHash !== bodyHash) throw idempotencyConflict();
  const transfer = await deps.transfers.get(existing.transferId);
  if (transfer === undefined) throw notFound();
  if (transfer.state === 'queued' && transfer.attempts === 0) await send(transfer, deps);
  return transferViewOf(transfer);
}

async function send({ transferId, processorId }: TransferRecord, { egress }: RelayDeps): Promise<void> {
  await egress.send({ type: 'deliver', transferId, processorId });
}

/** The question and its answer, if that is yes. @throws ProblemError 403 */
async function permitted(
  caller: Caller,
  body: TransferBody,
  transferId: string,
  { deciding }: RelayDeps,
): Promise<{ readonly asked: Asked; readonly decision: DecisionRecord }> {
  const { subjectId, payload, ...rest } = body;
  const { fields, unknown } = fieldsOf(payload as JsonObject, deciding.rules.words);
  const asked: Asked = { ...rest, fields, subjectNamed: subjectId !== undefined };
  const { record, weighed } = await decide(
    {
      clientName: caller.clientName,
      asked,
      subject: subjectId === undefined ? null : { subjectId },
      transferId,
      setAside: unknown,
    },
    deliverable(body, deciding) ? deciding : { ...deciding, rules: { ...deciding.rules, engine: NOWHERE } },
  );
  if (weighed.outcome === 'deny') throw transferDenied(record.decisionId, record.decidedBy);
  return { asked, decision: record };
}

/** Whether the register has an address for it; what it does not know is refused for that alone. */
function deliverable({ processorId }: TransferBody, { rules }: DecideDeps): boolean {
  return rules.processors.get(processorId)?.endpoint !== null;
}

/** Answers for a processor to which data may go by other ways, and not through the relay. */
const NOWHERE: PolicyEngine = {
  ask: () => ({ allowed: false, decidedBy: [REASONS.noEndpoint] }),
  policyHash: '',
};

function processorOf({ processorId }: TransferBody, { deciding }: RelayDeps): Processor {
  const processor = deciding.rules.processors.get(processorId);
  if (processor === undefined) throw new Error('a transfer to an unknown processor was not denied');
  return processor;
}

/** @throws ProblemError 422 where nothing is left, or a value cannot be replaced */
async function cutDown(body: TransferBody, processor: Processor, deps: RelayDeps): Promise<Minimised> {
  const { tenantId, subjectId, purpose } = body;
  const { words } = deps.deciding.rules;
  const context = { tenantId, subjectId, words, tokens: deps.tokens, hasher: deps.fieldHasher };
  try {
    const minimised = await minimise(body.payload as JsonObject, contractOf(processor, purpose) ?? [], context);
    if (Object.keys(minimised.payload).length > 0) return minimised;
  } catch (error) {
    if (!(error instanceof NotTokenisableError)) throw error;
    throw unprocessable('A field that is replaced by a token has to be text of 1 to 1,000 characters. Correct it.');
  }
  throw unprocessable('No declared field has a plain value, so nothing is left to send. Correct the payload.');
}

/** A transfer on which nobody has begun, but for its payload. */
function queued(
  decision: DecisionRecord,
  transferId: string,
  now: Date,
  expiresAt: Date,
): Omit<TransferRecord, 'payloadKey' | 'stripped'> {
  const { decisionId, clientName, tenantId, processorId, purpose, dataRole, subjectKey } = decision;
  const at = instant(now);
  return {
    transferId,
    decisionId,
    clientName,
    tenantId,
    processorId,
    purpose,
    dataRole,
    subjectKey,
    state: 'queued',
    reason: null,
    attempts: 0,
    createdAt: at,
    updatedAt: at,
    notBefore: at,
    expiresAt: instant(expiresAt),
    endedAt: null,
    version: 1,
  };
}

/** @throws ProblemError 400 where it has text that is none */
function canonicalBody(body: TransferBody): string {
  try {
    return canonicalJson(body);
  } catch {
    throw badRequest([], { detail: 'Send text as Unicode, without halves of surrogate pairs.' });
  }
}
