import type { AuthorizationAnswer, EntityJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Processor } from '../../../policies/schema';
import type { TransferPolicies } from '../../../policies/transfers/load';
import { hashOf } from '../../shared/canonical';
import type { PolicyEngine, PolicyQuestion, Verdict } from '../engine';
import type { DecidedBy } from '../model';
import { REASONS } from '../reasons';
import { contextOf, processorEntity, processorUid, tenantEntity, tenantUid } from './cedar-facts';
import { type CedarWasm, cedarWasm } from './cedar-wasm';
import { ACTION, canMatter, type Reads, readsOf } from './policy-slice';

/** Parsed sets at a time. Few are needed; the number only bounds memory. */
const MAX_SETS = 64;
/** Questions whose set is known, likewise. */
const MAX_KNOWN = 1_024;

/** Policies that can matter to some questions, as Cedar has parsed them. */
interface Slice {
  /** Name of the set in Cedar; undefined where no policy is left. */
  readonly name: string | undefined;
  readonly reads: Reads;
  readonly entities: WeakMap<Processor, EntityJson>;
}

/** Cedar's sets are named in one place for all engines of a process. */
let engines = 0;

/**
 * The policies of policies/transfers, asked in this process. Each question goes to the few policies that can matter
 * to it, parsed when they are first needed, with the facts that they read: what Cedar is told costs more than what it
 * decides. Cedar skips a policy that it cannot evaluate, so that a forbidding one would allow: here that is a denial.
 *
 * @param wasm Cedar; default: loaded now
 */
export function cedarEngine(policies: TransferPolicies, wasm: CedarWasm = cedarWasm()): PolicyEngine {
  const reasons = new Map(
    policies.policies.map(({ id, statement, citation }) => [id, { id, statement, citation } satisfies DecidedBy]),
  );
  if (reasons.size < policies.policies.length) throw new Error('two policies of transfers have the same id');
  const sliceFor = slicer(policies, wasm);
  return {
    policyHash: hashOf(policies),
    ask(question) {
      try {
        return ask(question, sliceFor(question), reasons, wasm);
      } catch {
        return denial(REASONS.evaluationFailed);
      }
    },
  };
}

function ask(
  question: PolicyQuestion,
  slice: Slice,
  reasons: ReadonlyMap<string, DecidedBy>,
  wasm: CedarWasm,
): Verdict {
  if (slice.name === undefined) return denial(REASONS.noPolicyPermits);
  const { processor } = question;
  const tenant = tenantEntity(question, slice.reads);
  const entity = entityOf(processor, slice);
  const answer = wasm.statefulIsAuthorized({
    principal: tenantUid(question),
    action: ACTION,
    resource: processorUid(processor),
    context: contextOf(question, slice.reads),
    preparsedPolicySetId: slice.name,
    entities: tenant === undefined ? [entity] : [tenant, entity],
  });
  return verdictOf(answer, reasons);
}

function verdictOf(answer: AuthorizationAnswer, reasons: ReadonlyMap<string, DecidedBy>): Verdict {
  if (answer.type !== 'success' || answer.response.diagnostics.errors.length > 0)
    return denial(REASONS.evaluationFailed);
  const { decision, diagnostics } = answer.response;
  const decidedBy = diagnostics.reason.sort().map((id) => reasons.get(id));
  if (!decidedBy.every((reason) => reason !== undefined)) return denial(REASONS.evaluationFailed);
  if (decidedBy.length === 0) return denial(REASONS.noPolicyPermits);
  return { allowed: decision === 'allow', decidedBy };
}

function denial(reason: DecidedBy): Verdict {
  return { allowed: false, decidedBy: [reason] };
}

/** A processor does not change while a function runs. */
function entityOf(processor: Processor, { entities, reads }: Slice): EntityJson {
  const known = entities.get(processor);
  if (known !== undefined) return known;
  const entity = processorEntity(processor, reads);
  entities.set(processor, entity);
  return entity;
}

/** Finds the slice of a question, and has Cedar parse it where it is new. */
function slicer({ policies }: TransferPolicies, wasm: CedarWasm): (question: PolicyQuestion) => Slice {
  const engine = engines++;
  const slices = new Map<string, Slice>();
  const known = new Map<string, Slice>();
  let next = 0;

  const sliceOf = (chosen: readonly { readonly id: string; readonly json: PolicyJson }[]): Slice => {
    const key = JSON.stringify(chosen.map(({ id }) => id));
    const parsed = slices.get(key);
    if (parsed !== undefined) return parsed;
    if (slices.size === MAX_SETS) {
      slices.clear();
      known.clear();
    }
    // Names come round again, and with them the memory of sets that are no longer asked.
    const name = chosen.length === 0 ? undefined : `${engine}/${next++ % MAX_SETS}`;
    if (name !== undefined) parse(name, chosen, wasm);
    const slice = { name, reads: readsOf(chosen.map(({ json }) => json)), entities: new WeakMap() };
    slices.set(key, slice);
    return slice;
  };

  return (question) => {
    const { purpose, dataRole, basis, commercial, sensitive, categories } = question;
    const { kind } = question.processor;
    const key = JSON.stringify([kind, purpose, dataRole, basis, commercial, sensitive, categories]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const facts = { kind, purpose, dataRole, basis, commercial, sensitive, categories };
    const slice = sliceOf(policies.filter(({ json }) => canMatter(json, facts)));
    if (known.size === MAX_KNOWN) known.clear();
    known.set(key, slice);
    return slice;
  };
}

function parse(
  name: string,
  chosen: readonly { readonly id: string; readonly json: PolicyJson }[],
  wasm: CedarWasm,
): void {
  const staticPolicies = Object.fromEntries(chosen.map(({ id, json }) => [id, json]));
  const answer = wasm.preparsePolicySet(name, { staticPolicies });
  // The message would be Cedar's own; the policies were checked at synth, so this is a broken bundle.
  if (answer.type !== 'success') throw new Error('policies of transfers cannot be parsed');
}
