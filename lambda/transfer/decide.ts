import { randomUUID } from 'node:crypto';
import { type Clock, instant } from '../shared/clock';
import type { Meter } from '../shared/metrics-meter';
import { METRIC } from '../shared/names';
import { vocabularyOf } from './field-contract';
import type { DecidedBy, DecisionRecord, LiveFacts } from './model';
import { isStale } from './moment';
import type { DecisionLedger, LiveReader, SubjectKeys } from './ports';
import { REASONS, UNREGISTERED } from './reasons';
import { type Asked, denyFor, type TransferRules, type Weighed, weigh } from './weigh';

export type DecisionMetric =
  | typeof METRIC.transfersAllowed
  | typeof METRIC.transfersDenied
  | typeof METRIC.transfersDeniedBlind;

/** What a decision is made and recorded with. */
export interface DecideDeps {
  readonly rules: TransferRules;
  readonly live: LiveReader;
  readonly keys: Pick<SubjectKeys, 'subjectKey'>;
  readonly decisions: DecisionLedger;
  readonly meter: Meter<DecisionMetric>;
  readonly clock: Clock;
}

/** One question, by whom and for which transfer. */
export interface Question {
  readonly clientName: string;
  readonly asked: Asked;
  /** Whom it is about: by the CRM's id, by the key that a record has, or nobody. */
  readonly subject: { readonly subjectId: string } | { readonly subjectKey: string } | null;
  /** The transfer that it is made for; null where the CRM only asks. */
  readonly transferId: string | null;
  /** Fields that were set aside before asking because the register does not know them. @default 0 */
  readonly setAside?: number;
}

/** A decision that was recorded, or a denial because it could not be. */
export interface Decided {
  readonly record: DecisionRecord;
  readonly weighed: Weighed;
  /** False where nothing is recorded, and then it is a denial. */
  readonly recorded: boolean;
}

/** Decides and records before it returns, for a caller that may ask. Never throws for what it cannot read or record. */
export async function decide(question: Question, deps: DecideDeps): Promise<Decided> {
  const [live, subjectKey] = await Promise.all([factsOf(question, deps), subjectKeyOf(question, deps)]);
  // Taken last, so that it is the moment by which contracts and restrictions are weighed.
  const now = deps.clock.now();
  const weighed =
    live === undefined
      ? denyFor(REASONS.liveUnknown, question.asked, deps.rules)
      : weigh(question.asked, live, now, deps.rules);
  const record = recordOf(question, weighed, now, subjectKey ?? null, deps.rules);
  const recorded = subjectKey !== undefined && (await isRecorded(record, deps));
  const decided = recorded ? { record, weighed, recorded } : unrecorded(question, record, deps.rules);
  tell(decided, deps.meter);
  return decided;
}

/** Undefined where nothing fresh can be read. */
async function factsOf({ asked }: Question, { live, clock, rules }: DecideDeps): Promise<LiveFacts | undefined> {
  const { seconds } = rules.words.decision.cacheSeconds;
  try {
    const facts = await live.facts(asked.tenantId);
    // What a cache gave in its last millisecond may be too old by now: it is read once more.
    return isStale(facts, clock.now(), seconds) ? await live.facts(asked.tenantId) : facts;
  } catch {
    return undefined;
  }
}

/** Null where nobody was named, undefined where no key can be had: then nothing can be recorded. */
async function subjectKeyOf({ asked, subject }: Question, { keys }: DecideDeps): Promise<string | null | undefined> {
  if (subject === null) return null;
  if ('subjectKey' in subject) return subject.subjectKey;
  try {
    return await keys.subjectKey(asked.tenantId, subject.subjectId);
  } catch {
    return undefined;
  }
}

async function isRecorded(record: DecisionRecord, { decisions }: DecideDeps): Promise<boolean> {
  try {
    await decisions.record(record);
    return true;
  } catch {
    return false;
  }
}

function unrecorded(question: Question, record: DecisionRecord, rules: TransferRules): Decided {
  const weighed = denyFor(REASONS.recordFailed, question.asked, rules);
  return { record: { ...record, ...answerOf(weighed) }, weighed, recorded: false };
}

/** Denials are counted, and those among them that were given blind once more. */
function tell({ record, weighed, recorded }: Decided, meter: Meter<DecisionMetric>): void {
  const denied = weighed.outcome === 'deny';
  const blind = !recorded || weighed.decidedBy.some(({ id }) => id === REASONS.liveUnknown.id);
  meter.count(denied ? METRIC.transfersDenied : METRIC.transfersAllowed, 1, record.decisionId);
  if (blind) meter.count(METRIC.transfersDeniedBlind, 1, record.decisionId);
}

/** Only what the register knows is kept of the caller's words; ids are ids. */
function recordOf(
  { asked, clientName, transferId, setAside = 0 }: Question,
  weighed: Weighed,
  now: Date,
  subjectKey: string | null,
  { processors, words, registerHash }: TransferRules,
): DecisionRecord {
  const { purposes, bases } = vocabularyOf(words);
  const { kind, evidenceId } = asked.lawfulBasis;
  return {
    decisionId: `td-${randomUUID()}`,
    ...answerOf(weighed),
    decidedAt: instant(now),
    registerHash,
    clientName,
    tenantId: asked.tenantId,
    processorId: processors.has(asked.processorId) ? asked.processorId : UNREGISTERED,
    countries: [...weighed.countries],
    purpose: purposes.has(asked.purpose) ? asked.purpose : UNREGISTERED,
    dataRole: asked.dataRole,
    categories: [...weighed.categories],
    unknownFields: weighed.unknownFields + setAside,
    basis: { kind: bases.has(kind) ? kind : UNREGISTERED, evidenceId },
    subjectKey,
    transferId,
  };
}

/** What a weighing says, in the words of the record. */
function answerOf({ outcome, decidedBy, obligations, fields }: Weighed): {
  outcome: Weighed['outcome'];
  decidedBy: DecidedBy[];
  obligations: Weighed['obligations'];
  fields: string[];
} {
  return { outcome, decidedBy: [...decidedBy], obligations, fields: [...fields] };
}
