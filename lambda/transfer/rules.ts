import * as z from 'zod';
import type { Processor, Transfers } from '../../policies/schema';
import type { TransferPolicies } from '../../policies/transfers/load';
import { hashOf } from '../shared/canonical';
import { POLICIES_FILE } from '../shared/names';
import { processorsFromBundle } from '../shared/processors';
import { jsonFromBundle, registerFromBundle } from '../shared/register';
import { cedarEngine } from './adapters/cedar-engine';
import type { PolicyEngine } from './engine';
import type { TransferRules } from './weigh';

/** Policies in a bundle. Whether Cedar understands them was checked at synth, and is again when they are parsed. */
const policiesSchema = z.strictObject({
  policies: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        effect: z.enum(['permit', 'forbid']),
        statement: z.string().min(1),
        citation: z.string().min(1),
        kind: z.string().nullable(),
        json: z.looseObject({ effect: z.enum(['permit', 'forbid']), conditions: z.array(z.looseObject({})) }),
      }),
    )
    .min(1),
  schema: z.looseObject({}),
});

/**
 * What decisions follow from in one stage, from the bundle, checked again. Call once, at module scope. The bundle of
 * every function that imports this file carries processors, policies and Cedar (lib/control-plane/handler-bundles.ts).
 *
 * @param stage value of the STAGE variable
 * @param words words and numbers of transfers; default: those of the bundled register
 * @throws Error when the bundle lacks something; ZodError when it is wrong
 */
export function rulesFromBundle(stage: string, words: Transfers = registerFromBundle().transfers): TransferRules {
  return rulesOf(processorsFromBundle(stage), words, cedarEngine(parsePolicies(jsonFromBundle(POLICIES_FILE))));
}

export function rulesOf(
  processors: ReadonlyMap<string, Processor>,
  words: Transfers,
  engine: PolicyEngine,
): TransferRules {
  const { policyHash } = engine;
  return {
    processors,
    words,
    engine,
    registerHash: hashOf({ processors: [...processors.values()], words, policyHash }),
  };
}

/** @throws ZodError */
export function parsePolicies(json: unknown): TransferPolicies {
  return policiesSchema.parse(json) as unknown as TransferPolicies;
}
