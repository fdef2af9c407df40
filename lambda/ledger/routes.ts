import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';
import { dispatch, type Routes } from '../access/dispatch';
import { parseQuery, respond } from '../shared/http';
import { badRequest } from '../shared/problem';
import { getCheckpoint, getConsistency, getEntry, getInclusion } from './answers';
import { aboutSchema } from './event';
import type { LEDGER_ROUTES } from './paths';
import type { ProofDeps } from './proof-ports';

/** A whole number in decimal as checkpoints have it: no sign, no leading zero, exact in JSON. */
const whole = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, 'a whole number')
  .transform(Number)
  .pipe(z.int());

/** Query of a proof of inclusion; exactly one of `index` and `about`. */
export const inclusionQuerySchema = z.strictObject({
  index: whole.optional(),
  about: aboutSchema.optional(),
  size: whole.optional(),
});

/** Query of a proof of consistency. */
export const consistencyQuerySchema = z.strictObject({ from: whole, to: whole.optional() });

const ROUTES: Routes<typeof LEDGER_ROUTES, ProofDeps> = {
  '/v1/ledger/checkpoint': {
    GET: async (_, caller, deps) => respond(200, await getCheckpoint(caller, deps)),
  },
  '/v1/ledger/entries/{index}': {
    GET: async (event, caller, deps) => respond(200, await getEntry(caller, entryIndex(event), deps)),
  },
  '/v1/ledger/proofs/inclusion': {
    async GET(event, caller, deps) {
      const { index, about, size } = parseQuery(event, inclusionQuerySchema);
      if (index !== undefined && about === undefined)
        return respond(200, await getInclusion(caller, { index }, size, deps));
      if (about !== undefined && index === undefined)
        return respond(200, await getInclusion(caller, { about }, size, deps));
      throw badRequest([], { detail: 'Give either index or about: which entry is to be proved.' });
    },
  },
  '/v1/ledger/proofs/consistency': {
    async GET(event, caller, deps) {
      const { from, to } = parseQuery(event, consistencyQuerySchema);
      return respond(200, await getConsistency(caller, from, to, deps));
    },
  },
};

/** Answers one call. @throws ProblemError for every refusal, LedgerBrokenError */
export function routeLedger(event: APIGatewayProxyEvent, deps: ProofDeps): Promise<APIGatewayProxyResult> {
  return dispatch(event, ROUTES, deps);
}

function entryIndex(event: APIGatewayProxyEvent): number {
  const parsed = whole.safeParse(event.pathParameters?.index);
  if (!parsed.success) throw badRequest([], { detail: 'Name the entry by its index, a whole number from 0 on.' });
  return parsed.data;
}
