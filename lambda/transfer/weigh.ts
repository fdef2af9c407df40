import type { Processor, Transfers } from '../../policies/schema';
import { countriesOf } from './country';
import type { PolicyEngine } from './engine';
import { contractOf, isBound, obligationsOf, type SortedFields, sortFields, vocabularyOf } from './field-contract';
import type { DecidedBy, DecisionBody, LiveFacts, Obligations, Outcome } from './model';
import { isStale, momentOf, todayInIndia } from './moment';
import { REASONS } from './reasons';

/** What is asked, without whom it is about. */
export type Asked = Omit<DecisionBody, 'subjectId'> & {
  /** A person was named, so that fields can be replaced by tokens. */
  readonly subjectNamed: boolean;
};

/** What a decision follows from beside the question and the moment. */
export interface TransferRules {
  /** Processors of the stage, by id. */
  readonly processors: ReadonlyMap<string, Processor>;
  readonly words: Transfers;
  readonly engine: PolicyEngine;
  /** SHA-256 of processors, words and policies. */
  readonly registerHash: string;
}

/** A decision before it is recorded. */
export interface Weighed {
  readonly outcome: Outcome;
  readonly decidedBy: readonly DecidedBy[];
  /** Null on a denial. */
  readonly obligations: Obligations | null;
  /** Fields that may go, by the register's names; empty on a denial. */
  readonly fields: readonly string[];
  /** Fields asked for that the register does not know. */
  readonly unknownFields: number;
  /** Those that were named and those that follow from the fields that would go; only such as the register has. */
  readonly categories: readonly string[];
  /** Countries of the processor; empty where it is unknown. */
  readonly countries: readonly string[];
}

/** Weighs a question: pure and total, so that relay and egress ask again with the moment's facts. */
export type Weigh = (asked: Asked, live: LiveFacts, now: Date, rules: TransferRules) => Weighed;

export const weigh: Weigh = (asked, live, now, rules) => {
  const before = survey(asked, rules);
  const today = isStale(live, now, rules.words.decision.cacheSeconds.seconds) ? undefined : todayInIndia(now);
  const { processor } = before;
  if (today === undefined) return denied(before, [REASONS.liveUnknown]);
  const problems = problemsOf(asked, before, rules);
  if (processor === undefined || problems.length > 0) return denied(before, problems);

  const verdict = rules.engine.ask({
    tenantId: asked.tenantId,
    tenantActive: live.tenantActive,
    processor,
    purpose: asked.purpose,
    commercial: vocabularyOf(rules.words).purposes.get(asked.purpose) ?? true,
    dataRole: asked.dataRole,
    categories: before.categories,
    sensitive: before.sensitive,
    fields: before.fields.going.map(({ name }) => name),
    basis: asked.lawfulBasis.kind,
    evidenced: asked.lawfulBasis.evidenceId !== '',
    ...momentOf(processor, live, today),
    dlt: asked.dlt !== undefined,
  });
  if (!verdict.allowed) return denied(before, verdict.decidedBy);
  // Whatever policies say: without a field contract there is nothing that may go.
  if (!before.hasContract) return denied(before, [REASONS.outsideContract]);
  return allowed(before, processor, verdict.decidedBy);
};

/** A weighing that ends in a denial for a reason that lies outside the question, e.g. facts that cannot be read. */
export function denyFor(reason: DecidedBy, asked: Asked, rules: TransferRules): Weighed {
  return denied(survey(asked, rules), [reason]);
}

/** What the register says of a question. */
interface Survey {
  readonly processor: Processor | undefined;
  readonly hasContract: boolean;
  readonly fields: SortedFields;
  readonly categories: readonly string[];
  readonly sensitive: boolean;
}

function survey(asked: Asked, { processors, words }: TransferRules): Survey {
  const vocabulary = vocabularyOf(words);
  const processor = processors.get(asked.processorId);
  const contract = processor && contractOf(processor, asked.purpose);
  const fields = sortFields(asked.fields, contract ?? [], vocabulary);
  const derived = fields.going.flatMap(({ name }) => vocabulary.fields.get(name) ?? []);
  const categories = [...new Set([...asked.categories, ...derived])].filter((id) => vocabulary.categories.has(id));
  return {
    processor,
    hasContract: contract !== undefined,
    fields,
    categories: categories.sort(),
    sensitive: categories.some((id) => vocabulary.categories.get(id) === true),
  };
}

/** What the register refuses by itself; empty where the policies have to be asked. */
function problemsOf(asked: Asked, { processor, hasContract, fields }: Survey, { words }: TransferRules): DecidedBy[] {
  const vocabulary = vocabularyOf(words);
  const { going, unknown } = fields;
  const purposeKnown = vocabulary.purposes.has(asked.purpose);
  return [
    ...(processor === undefined ? [REASONS.unknownProcessor] : []),
    ...(purposeKnown ? [] : [REASONS.unknownPurpose]),
    ...(vocabulary.bases.has(asked.lawfulBasis.kind) ? [] : [REASONS.unknownBasis]),
    ...(asked.categories.every((id) => vocabulary.categories.has(id)) ? [] : [REASONS.unknownCategory]),
    ...(unknown > 0 ? [REASONS.unknownField] : []),
    ...(hasContract && going.length === 0 ? [REASONS.nothingLeft] : []),
    ...(!asked.subjectNamed && going.some(({ transform }) => transform === 'tokenise')
      ? [REASONS.tokenWithoutSubject]
      : []),
  ];
}

function denied({ processor, fields, categories }: Survey, decidedBy: readonly DecidedBy[]): Weighed {
  return {
    outcome: 'deny',
    decidedBy: decidedBy.length > 0 ? decidedBy : [REASONS.noPolicyPermits],
    obligations: null,
    fields: [],
    unknownFields: fields.unknown,
    categories,
    countries: countriesOf(processor),
  };
}

function allowed({ fields, categories }: Survey, processor: Processor, decidedBy: readonly DecidedBy[]): Weighed {
  const obligations = obligationsOf(fields, processor);
  return {
    outcome: isBound(obligations) ? 'allow_with_obligations' : 'allow',
    decidedBy,
    obligations,
    fields: fields.going.map(({ name }) => name),
    unknownFields: 0,
    categories,
    countries: countriesOf(processor),
  };
}
