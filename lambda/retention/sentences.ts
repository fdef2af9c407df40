import { formatDay, parseDayInIndia } from './civil-date';
import type { Answer, AnswerFacts, AnswerStore } from './question';
import { outcomeInWords } from './words';

type Unspoken = Omit<Answer, 'sentences'>;

/** The answer in plain English: facts first, then each store, then what is sealed, then what the answer lacks. */
export function sentencesOf(answer: Unspoken, { now, complete }: { now: Date; complete: boolean }): string[] {
  const { facts, stores, holds, sealed, asOf } = answer;
  return [
    reasonSentence(facts),
    ...terminationSentences(facts),
    facts.lastProcessedAt === null
      ? `The last use of the data is not known and taken to be ${dayOf(asOf)}.`
      : `The data was last used on ${dayOf(facts.lastProcessedAt)}.`,
    ...stores.flatMap((store) =>
      storeSentences(store, dayOf(asOf) === dayOf(now.toISOString()) ? undefined : dayOf(asOf)),
    ),
    ...holds.map(
      ({ holdId, reviewAt, dataClass, oneSubject }) =>
        `Hold ${holdId} keeps ${dataClass === null ? 'data of every class' : dataClass}${oneSubject ? ' of one person' : ''} until it is lifted; its review is due on ${reviewAt}.`,
    ),
    ...sealed.map((entry) => sealedSentence(entry, asOf)),
    ...shortcomings(asOf, now, complete),
  ];
}

function reasonSentence({ reason, reasonFrom, requests, requestedAt }: AnswerFacts): string {
  if (reason === null) return 'The question supposes that nobody asks for erasure.';
  switch (reasonFrom) {
    case 'question':
      return requestedAt === null
        ? `The question gives the reason ${reason}.`
        : `Erasure was asked for on ${dayOf(requestedAt)}, for the reason ${reason}.`;
    case 'request': {
      const waits = requests.some(({ status, scope }) => scope === 'tenant' && status === 'planned');
      const unconfirmed = waits ? ' Its plan still waits for confirmation.' : '';
      return `Erasure was asked for on ${dayOf(requestedAt ?? '')}, for the reason ${reason}.${unconfirmed}`;
    }
    case 'termination':
      return 'Nobody has asked for erasure; the contract has ended.';
    case 'supposed':
      return `Nobody has asked for erasure; the answer supposes a request on that day (${reason}).`;
    default:
      return reasonFrom satisfies never;
  }
}

function terminationSentences({ termination }: AnswerFacts): string[] {
  if (termination === null) return [];
  const ended = `The contract ended on ${dayOf(termination.terminatedAt)}`;
  switch (termination.state) {
    case 'RECOVERABLE':
    case 'CEASED':
      return [
        `${ended}; the erasure begins on ${dayOf(termination.eraseAt)}, and the tenant can be restored until then.`,
      ];
    case 'VAULT':
      return [`${ended}; what no law keeps is erased, and the rest is sealed.`];
    default:
      return [`${ended}, and the data is erased.`];
  }
}

const PARTS: Readonly<Record<AnswerStore['part'], string>> = {
  all: '',
  'statutory-fields': ', the fields that laws name, of a document issued that day',
  'other-fields': ', everything else',
};

function storeSentences({ storeId, part, decision, partlyHeldBy }: AnswerStore, day: string | undefined): string[] {
  const kept = partlyHeldBy.map((holdId) => `${storeId}: hold ${holdId} keeps a part of it all the same.`);
  const conflict = decision.conflict === null ? [] : [decision.conflict];
  return [
    [`${storeId}${PARTS[part]}: ${outcomeInWords(decision, day)}`, ...conflict].join(' '),
    ...(part === 'statutory-fields' ? [] : kept),
  ];
}

function sealedSentence(
  { requestId, storeId, into, freeOn, until, law }: Answer['sealed'][number],
  asOf: string,
): string {
  const laws = [...new Set(law.map(({ citation }) => citation))].join('; ');
  const free = (parseDayInIndia(until) ?? Number.POSITIVE_INFINITY) <= (parseDayInIndia(asOf) ?? 0);
  const part = freeOn === until ? '' : `, a part of it until ${freeOn}`;
  const when = free ? `is kept by no law from ${until} on` : `is kept until ${until}${part}`;
  return `What ${requestId} sealed of ${storeId} in the ${into} ${when} (${laws}).`;
}

function shortcomings(asOf: string, now: Date, complete: boolean): string[] {
  const [day = 0, today = 0] = [parseDayInIndia(asOf), parseDayInIndia(now.toISOString())];
  return [
    ...(day > today ? ['The day lies ahead: what happens until then can change the answer.'] : []),
    ...(day < today
      ? ['The day has passed: holds that were lifted and erasures that ended since are not counted.']
      : []),
    ...(complete ? [] : ['There are more requests than were read: an older one may be missing here.']),
  ];
}

/** Day in India of an instant. */
function dayOf(at: string): string {
  const day = parseDayInIndia(at);
  return day === undefined ? at : formatDay(day);
}
