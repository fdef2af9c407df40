import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Processor } from '../../../policies/schema';
import { countriesOf } from '../country';
import type { PolicyQuestion } from '../engine';
import { contractOf } from '../field-contract';
import { dayNumber } from '../moment';
import { KIND_TYPE, type Reads } from './policy-slice';

/** A question in the words of policies/transfers/transfers.cedarschema. */

type Values<Of> = Readonly<Record<string, (of: Of) => CedarValueJson>>;

const CONTEXT: Values<PolicyQuestion> = {
  purpose: ({ purpose }) => purpose,
  commercial: ({ commercial }) => commercial,
  dataRole: ({ dataRole }) => dataRole,
  categories: ({ categories }) => [...categories],
  sensitive: ({ sensitive }) => sensitive,
  fields: ({ fields }) => [...fields],
  contractFields: ({ processor, purpose }) => (contractOf(processor, purpose) ?? []).map(({ name }) => name),
  basis: ({ basis }) => basis,
  bases: ({ processor, purpose }) => [...(processor.purposes.find(({ id }) => id === purpose)?.bases ?? [])],
  evidenced: ({ evidenced }) => evidenced,
  today: ({ today }) => today,
  contractFrom: ({ processor: { contract } }) =>
    contract === null || contract.signedOn === null ? 0 : dayNumber(contract.signedOn),
  contractUntil: ({ contractUntil }) => contractUntil,
  restrictedCountries: ({ restrictedCountries }) => [...restrictedCountries],
  processorOpen: ({ processorOpen }) => processorOpen,
  dlt: ({ dlt }) => dlt,
};

const TENANT: Values<PolicyQuestion> = { active: ({ tenantActive }) => tenantActive };

const PROCESSOR: Values<Processor> = {
  countries: (processor) => countriesOf(processor),
  foreignState: ({ foreignState }) => foreignState,
  purposes: ({ purposes }) => purposes.map(({ id }) => id),
  dataRoles: ({ dataRoles }) => [...dataRoles],
  // Without a contract every clause is missing.
  clausesMissing: ({ contract }) =>
    contract === null
      ? ['contract']
      : Object.entries(contract.clauses).flatMap(([clause, agreed]) => (agreed ? [] : [clause])),
};

export const tenantUid = ({ tenantId }: PolicyQuestion) => ({ type: 'Tenant', id: tenantId });
export const processorUid = ({ id }: Processor) => ({ type: 'Processor', id });

export function contextOf(question: PolicyQuestion, reads: Reads): Record<string, CedarValueJson> {
  return valuesOf(question, CONTEXT, reads.context);
}

/** Undefined where no policy reads anything of the tenant. */
export function tenantEntity(question: PolicyQuestion, reads: Reads): EntityJson | undefined {
  if (reads.principal !== 'all' && reads.principal.size === 0) return undefined;
  return { uid: tenantUid(question), attrs: valuesOf(question, TENANT, reads.principal), parents: [] };
}

export function processorEntity(processor: Processor, reads: Reads): EntityJson {
  return {
    uid: processorUid(processor),
    attrs: valuesOf(processor, PROCESSOR, reads.resource),
    parents: [{ type: KIND_TYPE, id: processor.kind }],
  };
}

function valuesOf<Of>(of: Of, values: Values<Of>, wanted: Reads[keyof Reads]): Record<string, CedarValueJson> {
  const result: Record<string, CedarValueJson> = {};
  // One that the schema does not have is missing to Cedar too, which makes it an error and so a denial.
  for (const name in values)
    if (wanted === 'all' || wanted.has(name)) result[name] = (values[name] as Values<Of>[string])(of);
  return result;
}
