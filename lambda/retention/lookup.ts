import type { BundledRegister } from '../../policies/schema';
import { booksDecision, restDecision } from '../books/decision';
import type { Target } from '../erasure/ports';
import { coversAny, coversTarget } from '../holds/cover';
import type { LegalHold } from '../holds/hold';
import { instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { unprocessable } from '../shared/problem';
import { type Circumstances, circumstancesOf } from './circumstances';
import { formatDay, parseDayInIndia } from './civil-date';
import { type RetentionFacts, TERMINATION } from './facts';
import type { Known } from './known';
import type { Answer, AnswerStore, Question } from './question';
import type { ResolveRetention } from './resolve';
import { sentencesOf } from './sentences';

/** What an answer is made with beside the question and what is known. */
export interface LookupContext {
  /** The live stores. */
  readonly inventory: readonly Store[];
  readonly register: BundledRegister;
  /** Resolver of that register. */
  readonly resolve: ResolveRetention;
  readonly now: Date;
}

/** The reason that stands for no reason at all. */
const NO_REASON = 'none';

/**
 * What is to be done with a tenant's or one person's data on a day, store by store, by what is known today.
 * Pure: a day to come gets the answer that it would get if nothing more happened until then.
 *
 * @throws ProblemError 422 on a reason or class that is not known, or a last use after the day in question
 */
export function lookUp(question: Question, known: Known, context: LookupContext): Answer {
  refuseUnknownReason(question.reason, context.register);
  const asOf = asInstant(question.asOf ?? instant(context.now));
  refuseLaterUse(question.lastProcessedAt, asOf);
  const target: Target = {
    scope: question.subjectId === undefined ? 'tenant' : 'subject',
    tenantId: question.tenantId,
    subjectId: question.subjectId,
  };
  const circumstances = circumstancesOf(question, target, known, asOf);
  const asked = storesOf(question.dataClass, context.inventory);
  const stores = asked.flatMap((store) => answersFor(store, target, circumstances, context));
  const holds = circumstances.holds.filter((hold) => asked.some((store) => coversAny(hold, store, target)));
  const { facts, sealed } = circumstances;
  const answer = {
    asOf,
    facts,
    stores,
    sealed: [...sealed],
    holds: holds.map(({ holdId, matter, reviewAt, scope }) => ({
      holdId,
      matter,
      reviewAt,
      dataClass: scope.dataClass ?? null,
      oneSubject: scope.subjectId !== undefined,
    })),
  };
  return { ...answer, sentences: sentencesOf(answer, { now: context.now, complete: known.complete }) };
}

/** The stores of a class, or all. @throws ProblemError 422 when none holds it */
function storesOf(dataClass: string | undefined, inventory: readonly Store[]): readonly Store[] {
  if (dataClass === undefined) return inventory;
  const stores = inventory.filter((store) => store.dataClass === dataClass);
  if (stores.length > 0) return stores;
  const known = [...new Set(inventory.map((store) => store.dataClass))].join(', ');
  throw unprocessable('Use a class that a store holds.', [{ pointer: '/dataClass', message: `one of ${known}` }]);
}

/** One answer for a store; two where laws keep certain fields of its documents. */
function answersFor(
  store: Store,
  target: Target,
  { facts, holds, asOf }: Circumstances,
  { resolve, register }: LookupContext,
): AnswerStore[] {
  const { id: storeId, dataClass, dataRole } = store;
  const whole = holds.filter((hold) => coversTarget(hold, store, target));
  const partly = holds.filter((hold) => !whole.includes(hold) && coversAny(hold, store, target));
  const asked: RetentionFacts = {
    dataRole,
    dataClass,
    scope: target.scope,
    reason: facts.reason,
    terminatedAt: facts.terminatedAt ?? undefined,
    requestedAt: facts.requestedAt ?? undefined,
    lastProcessedAt: facts.lastProcessedAt ?? undefined,
    holds: whole.map(({ holdId, reviewAt }: LegalHold) => ({ holdId, reviewAt })),
    asOf,
  };
  const answer = { storeId, dataClass, dataRole, partlyHeldBy: partly.map(({ holdId }) => holdId) };
  if (store.documents === null) return [{ ...answer, part: 'all', decision: resolve(asked) }];
  // No row is read here, so the fields are those of a document issued on the day in question: none stays longer.
  const today = parseDayInIndia(asOf);
  const issuedOn = today === undefined ? undefined : formatDay(today);
  const statutory = booksDecision(issuedOn, store.documents, asked, resolve, register);
  return [
    { ...answer, part: 'statutory-fields', decision: statutory },
    { ...answer, part: 'other-fields', decision: restDecision(asked, resolve) },
  ];
}

function refuseUnknownReason(reason: string | undefined, register: BundledRegister): void {
  const known = [...register.erasure.reasons.map(({ id }) => id), TERMINATION, NO_REASON];
  if (reason !== undefined && !known.includes(reason))
    throw unprocessable('Use one of the reasons that the register knows.', [
      { pointer: '/reason', message: `one of ${known.join(', ')}` },
    ]);
}

function refuseLaterUse(lastProcessedAt: string | undefined, asOf: string): void {
  if (lastProcessedAt === undefined) return;
  if ((parseDayInIndia(lastProcessedAt) ?? Number.POSITIVE_INFINITY) > (parseDayInIndia(asOf) ?? 0))
    throw unprocessable('Send a last use that does not lie after the day in question.', [
      { pointer: '/lastProcessedAt', message: 'not after asOf' },
    ]);
}

/** A date stands for the first moment of that day in India. */
function asInstant(text: string): string {
  return text.length === 10 ? `${text}T00:00:00+05:30` : text;
}
