import type { Context, Entities, EntityUidJson } from '@cedar-policy/cedar-wasm/nodejs';
import {
  contextOf,
  processorEntity,
  processorUid,
  tenantEntity,
  tenantUid,
} from '../../../lambda/transfer/adapters/cedar-facts';
import { ACTION, type Reads } from '../../../lambda/transfer/adapters/policy-slice';
import type { PolicyQuestion } from '../../../lambda/transfer/engine';

/** A question in Cedar's words. */
export interface CedarRequest {
  readonly principal: EntityUidJson;
  readonly action: EntityUidJson;
  readonly resource: EntityUidJson;
  readonly context: Context;
  readonly entities: Entities;
}

/** A changed policy may read what the policy does not. */
const EVERYTHING: Reads = { principal: 'all', resource: 'all', context: 'all' };

/** Says a question as functions do, with everything that policies/transfers/transfers.cedarschema has. */
export function cedarRequest(question: PolicyQuestion): CedarRequest {
  const tenant = tenantEntity(question, EVERYTHING);
  return {
    principal: tenantUid(question),
    action: ACTION,
    resource: processorUid(question.processor),
    context: contextOf(question, EVERYTHING),
    entities: [...(tenant === undefined ? [] : [tenant]), processorEntity(question.processor, EVERYTHING)],
  };
}
