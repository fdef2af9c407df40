import type { Processor, Register } from '../schema';
import { contractClauses } from '../transfer-schema';
import type { PolicyQuestion } from '../transfers/question';
import type { Facts, Stated } from './case-schema';

/** Day on which cases stand that name none. */
const TODAY = '2026-12-01';

/**
 * What follows from the facts of a case by the register's words.
 *
 * @param processor that of the register
 * @param words its words; those of the case have been found among them
 */
export function questionOf(facts: Facts, processor: Processor, words: Register['transfers']): PolicyQuestion {
  const subject = withStated(processor, facts.stated ?? {});
  const fromFields = words.fields.filter(({ name }) => facts.fields.includes(name)).map(({ category }) => category);
  const categories = [...new Set([...(facts.categories ?? []), ...fromFields])].sort();
  // Functions say 0 of a contract that is not signed. Here it keeps its last day, so that one policy has to stop it.
  const until = subject.contract?.validUntil;
  return {
    tenantId: 'tenant-of-the-corpus',
    tenantActive: facts.tenantTerminated !== true,
    processor: subject,
    purpose: facts.purpose,
    commercial: words.purposes.find(({ id }) => id === facts.purpose)?.commercial ?? true,
    dataRole: facts.dataRole,
    categories,
    sensitive: words.categories.some(({ id, sensitive }) => sensitive && categories.includes(id)),
    fields: facts.fields,
    basis: facts.basis,
    evidenced: facts.evidence ?? true,
    today: dayNumber(facts.today ?? TODAY),
    contractUntil: until === undefined ? 0 : dayNumber(earlier(until, facts.contractEndedOn ?? until)),
    restrictedCountries: facts.restrictedCountries ?? [],
    processorOpen: facts.processorClosed !== true,
    dlt: facts.dlt ?? false,
  };
}

function withStated(processor: Processor, stated: Stated): Processor {
  const purposes = (stated.purposes ?? []).map(({ id, bases, fields }) => ({
    id,
    bases,
    fields: fields.map((name) => ({ name, transform: 'keep' as const })),
  }));
  const { countries } = processor;
  return {
    ...processor,
    contract: stated.contract === undefined ? processor.contract : contractOf(stated.contract),
    countries: {
      processing: stated.processing ?? countries.processing,
      storage: stated.storage ?? countries.storage,
    },
    foreignState: stated.foreignState ?? processor.foreignState,
    dataRoles: stated.dataRoles ?? processor.dataRoles,
    purposes: [...processor.purposes.filter(({ id }) => !purposes.some((other) => other.id === id)), ...purposes],
  };
}

function contractOf(stated: NonNullable<Stated['contract']> | null): Processor['contract'] {
  if (stated === null) return null;
  const { signedOn, validUntil, lacks = [] } = stated;
  const clauses = Object.fromEntries(contractClauses.map((clause) => [clause, !lacks.includes(clause)]));
  return {
    reference: 'Contract of the corpus',
    signedOn,
    validUntil,
    clauses: clauses as NonNullable<Processor['contract']>['clauses'],
  };
}

/** `2026-12-01` as 20261201. */
function dayNumber(date: string): number {
  return Number(date.replaceAll('-', ''));
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
