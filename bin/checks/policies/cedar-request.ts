import type { Context, Entities, EntityUidJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { CorpusQuestion } from '../../../policies/corpus/question';
import { contractClauses } from '../../../policies/transfer-schema';

/** A question in Cedar's words. */
export interface CedarRequest {
  readonly principal: EntityUidJson;
  readonly action: EntityUidJson;
  readonly resource: EntityUidJson;
  readonly context: Context;
  readonly entities: Entities;
}

/** Says a question as policies/transfers/transfers.cedarschema has it. */
export function cedarRequest(question: CorpusQuestion): CedarRequest {
  const { processor } = question;
  const purpose = processor.purposes.find(({ id }) => id === question.purpose);
  const { processing, storage } = processor.countries;
  const principal = { type: 'Tenant', id: question.tenantId };
  const resource = { type: 'Processor', id: processor.id };
  const kind = { type: 'Kind', id: processor.kind };
  return {
    principal,
    action: { type: 'Action', id: 'transfer' },
    resource,
    context: {
      purpose: question.purpose,
      commercial: question.commercial,
      dataRole: question.dataRole,
      categories: [...question.categories],
      sensitive: question.sensitive,
      fields: [...question.fields],
      contractFields: (purpose?.fields ?? []).map(({ name }) => name),
      basis: question.basis,
      bases: [...(purpose?.bases ?? [])],
      evidenced: question.evidenced,
      today: question.today,
      contractFrom: Number((processor.contract?.signedOn ?? '0').replaceAll('-', '')),
      contractUntil: question.contractUntil,
      restrictedCountries: [...question.restrictedCountries],
      processorOpen: question.processorOpen,
      dlt: question.dlt,
    },
    entities: [
      { uid: kind, attrs: {}, parents: [] },
      { uid: principal, attrs: { active: question.tenantActive }, parents: [] },
      {
        uid: resource,
        attrs: {
          countries: [...new Set([...processing, ...storage])],
          foreignState: processor.foreignState,
          purposes: processor.purposes.map(({ id }) => id),
          dataRoles: [...processor.dataRoles],
          clausesMissing: contractClauses.filter((clause) => processor.contract?.clauses[clause] !== true),
        },
        parents: [kind],
      },
    ],
  };
}
