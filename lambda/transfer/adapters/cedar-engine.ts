import type { AuthorizationAnswer, EntityJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Processor } from '../../../policies/schema';
import type { TransferPolicies } from '../../../policies/transfers/load';
import { hashOf } from '../../shared/canonical';
import type { PolicyEngine, PolicyQuestion, Verdict } from '../engine';
import type { DecidedBy } from '../model';
import { REASONS } from '../reasons';
import { BoundedMap } from './bounded';
import { contextOf, processorEntity, processorUid, tenantEntity, tenantUid } from './cedar-facts';
import { type CedarWasm, cedarWasm } from './cedar-wasm';
import { ACTION, canMatter, type Reads, readsNames, readsOf } from './policy-slice';

/** Parsed sets at a time. Few are needed; the number only bounds memory. */
const MAX_SETS = 64;
/** Answers that are remembered for each processor: less than a megabyte. */
const MAX_ANSWERS = 1_000;
/** What Cedar is told of a tenant's name where no policy asks for it. */
const SOME_TENANT = 'any';

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
 * decides. A question that was asked before, but for the tenant's name, has the answer that it had: policies and
 * question are all that it follows from. Cedar skips a policy that it cannot evaluate, so that a forbidding one would
 * allow: here that is a denial, which is not remembered.
 *
 * @param wasm Cedar; default: loaded now
 */
export function cedarEngine(policies: TransferPolicies, wasm: CedarWasm = cedarWasm()): PolicyEngine {
  const reasons = new Map(
    policies.policies.map(({ id, statement, citation }) => [id, { id, statement, citation } satisfies DecidedBy]),
  );
  if (reasons.size < policies.policies.length) throw new Error('two policies of transfers have the same id');
  const sliceFor = slicer(policies, wasm);
  const answers = new WeakMap<Processor, BoundedMap<Verdict>>();
  let namesMatter: boolean | undefined;
  const answersOf = (processor: Processor) => {
    const known = answers.get(processor) ?? new BoundedMap<Verdict>(MAX_ANSWERS);
    answers.set(processor, known);
    return known;
  };
  return {
    policyHash: hashOf(policies),
    ask({ processor, ...rest }) {
      try {
        namesMatter ??= policies.policies.some(({ json }) => readsNames(json));
        const told = namesMatter ? rest : { ...rest, tenantId: SOME_TENANT };
        const key = JSON.stringify(told);
        const remembered = answersOf(processor).get(key);
        if (remembered !== undefined) return remembered;
        const question = { ...told, processor };
        const verdict = verdictOf(ask(question, sliceFor(question), wasm), reasons);
        answersOf(processor).set(key, verdict);
        return verdict;
      } catch {
        return denial(REASONS.evaluationFailed);
      }
    },
  };
}

/** Undefined where no policy is left to be asked. @throws whatever Cedar or its parser throws */
function ask(question: PolicyQuestion, slice: Slice, wasm: CedarWasm): AuthorizationAnswer | undefined {
  if (slice.name === undefined) return undefined;
  const { processor } = question;
  const tenant = tenantEntity(question, slice.reads);
  const entity = entityOf(processor, slice);
  return wasm.statefulIsAuthorized({
    principal: tenantUid(question),
    action: ACTION,
    resource: processorUid(processor),
    context: contextOf(question, slice.reads),
    preparsedPolicySetId: slice.name,
    entities: tenant === undefined ? [entity] : [tenant, entity],
  });
}

/** @throws Error where Cedar failed, or a policy could not be evaluated */
function verdictOf(answer: AuthorizationAnswer | undefined, reasons: ReadonlyMap<string, DecidedBy>): Verdict {
  if (answer === undefined) return denial(REASONS.noPolicyPermits);
  if (answer.type !== 'success' || answer.response.diagnostics.errors.length > 0)
    throw new Error('a policy of transfers cannot be evaluated');
  const { decision, diagnostics } = answer.response;
  const decidedBy = diagnostics.reason.sort().map((id) => {
    const reason = reasons.get(id);
    if (reason === undefined) throw new Error('Cedar names a policy that it was not given');
    return reason;
  });
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
  let next = 0;

  const sliceOf = (chosen: readonly { readonly id: string; readonly json: PolicyJson }[]): Slice => {
    const key = JSON.stringify(chosen.map(({ id }) => id));
    const parsed = slices.get(key);
    if (parsed !== undefined) return parsed;
    if (slices.size === MAX_SETS) slices.clear();
    // Names come round again, and with them the memory of sets that are no longer asked.
    const name = chosen.length === 0 ? undefined : `${engine}/${next++ % MAX_SETS}`;
    if (name !== undefined) parse(name, chosen, wasm);
    const slice = { name, reads: readsOf(chosen.map(({ json }) => json)), entities: new WeakMap() };
    slices.set(key, slice);
    return slice;
  };

  return (question) => {
    const known = { ...question, kind: question.processor.kind };
    return sliceOf(policies.filter(({ json }) => canMatter(json, known)));
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
