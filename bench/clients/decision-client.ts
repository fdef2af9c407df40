import { createHmac } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import { hashOf } from '../../lambda/shared/canonical';
import { cedarEngine } from '../../lambda/transfer/adapters/cedar-engine';
import {
  contextOf,
  processorEntity,
  processorUid,
  tenantEntity,
  tenantUid,
} from '../../lambda/transfer/adapters/cedar-facts';
import { type CedarWasm, cedarWasm } from '../../lambda/transfer/adapters/cedar-wasm';
import { ACTION } from '../../lambda/transfer/adapters/policy-slice';
import { type DecideDeps, decide, type Question } from '../../lambda/transfer/decide';
import type { PolicyEngine, PolicyQuestion } from '../../lambda/transfer/engine';
import { contractOf } from '../../lambda/transfer/field-contract';
import { minimise } from '../../lambda/transfer/minimise';
import { rulesOf } from '../../lambda/transfer/rules';
import type { Processor, Transfers } from '../../policies/schema';
import type { TransferPolicies } from '../../policies/transfers/load';
import { randomFrom } from '../stubs/random';
import { asPolicies, benchRules, handWritten } from './decision-rules';

/** Decides about the same transfers in three ways, in turns, and reports how long each took. */

/** What the client is asked to do. */
export interface DecisionTask {
  readonly processors: readonly Processor[];
  readonly words: Transfers;
  /** Policies to decide by; null for `count` rules of the bench's own, which are also written by hand. */
  readonly policies: TransferPolicies | null;
  readonly count: number;
  /** Every question is one that the engine has not met before. */
  readonly unmet: boolean;
  readonly seed: number;
  readonly warmUp: number;
  readonly decisions: number;
}

/** What the client reports: microseconds, sorted. */
export interface DecisionResult {
  /** Everything but the network: register, policies, minimising, subject's key, record and its hash. */
  readonly ours: number[];
  /** Pre-parsed Cedar with every policy and 50 entities, asked what the policies are asked. */
  readonly plain: number[];
  readonly byHand: number[];
  readonly allowed: number;
}

const ENTITIES = 50;
const NOW = new Date('2026-12-01T06:30:00.000Z');
const EVERYTHING = { principal: 'all', resource: 'all', context: 'all' } as const;
const TENANTS = 20;

interface Case {
  readonly question: Question;
  readonly payload: Record<string, string>;
}

/** Questions of every processor and purpose; some of them break a rule. */
function inventCases({ processors, seed }: DecisionTask): Case[] {
  const random = randomFrom(seed);
  const below = (n: number) => Math.floor(random() * n);
  return Array.from({ length: 500 }, (_, i): Case => {
    const processor = processors[i % processors.length] as Processor;
    const {
      id: purpose,
      bases,
      fields,
    } = processor.purposes[below(processor.purposes.length)] as Processor['purposes'][number];
    const names = [...fields.map(({ name }) => name), ...(random() < 0.3 ? ['invoiceNumber'] : [])];
    return {
      payload: Object.fromEntries(names.map((name) => [name, `value of ${name} ${i}`])),
      question: {
        clientName: 'crm',
        subject: { subjectId: `subject-${i}` },
        transferId: null,
        asked: {
          tenantId: `tenant-${i % TENANTS}`,
          processorId: processor.id,
          purpose,
          dataRole: processor.dataRoles[below(processor.dataRoles.length)] as 'tenant',
          categories: [],
          fields: names,
          lawfulBasis: { kind: bases[0] ?? 'consent', evidenceId: `evidence-${i}` },
          dlt:
            random() < 0.8 ? { entityId: '1101234567890', header: 'DIGCRM', templateId: '1107123456789' } : undefined,
          subjectNamed: true,
        },
      },
    };
  });
}

/** Remembers what the policies were asked last, so that the others are asked the same. */
function overheard(
  engine: PolicyEngine,
  unmet: boolean,
): PolicyEngine & { last: PolicyQuestion | undefined; allowed: boolean } {
  return {
    policyHash: engine.policyHash,
    last: undefined,
    allowed: false,
    ask(question) {
      // Answers are remembered for an entry of the register, and a copy is another one.
      const verdict = engine.ask(unmet ? { ...question, processor: { ...question.processor } } : question);
      this.last = question;
      this.allowed = verdict.allowed;
      return verdict;
    },
  };
}

function plainCedar(policies: TransferPolicies, processors: readonly Processor[], wasm: CedarWasm) {
  const staticPolicies = Object.fromEntries(policies.policies.map(({ id, json }) => [id, json]));
  const parsed = wasm.preparsePolicySet('plain', { staticPolicies });
  if (parsed.type !== 'success') throw new Error('the policies cannot be parsed');
  const kinds = [...new Set(processors.map(({ kind }) => kind))];
  return (question: PolicyQuestion): boolean => {
    const known: EntityJson[] = [
      ...processors.map((processor) => processorEntity(processor, EVERYTHING)),
      ...kinds.map((id) => ({ uid: { type: 'Kind', id }, attrs: {}, parents: [] })),
    ];
    const own = tenantEntity(question, EVERYTHING) as EntityJson;
    const others = Array.from({ length: ENTITIES - known.length - 1 }, (_, i) => ({
      uid: { type: 'Tenant', id: `other-${i}` },
      attrs: { active: true },
      parents: [],
    }));
    const call = {
      principal: tenantUid(question),
      action: ACTION,
      resource: processorUid(question.processor),
      context: contextOf(question, EVERYTHING),
      preparsedPolicySetId: 'plain',
      entities: [own, ...known, ...others],
    };
    const startedAt = performance.now();
    const answer = wasm.statefulIsAuthorized(call);
    lastPlain = (performance.now() - startedAt) * 1000;
    if (answer.type !== 'success') throw new Error('Cedar failed');
    return answer.response.decision === 'allow';
  };
}
/** Building the call is not Cedar's time. */
let lastPlain = 0;

async function main(task: DecisionTask): Promise<DecisionResult> {
  const wasm = cedarWasm();
  const rules = benchRules(task.count);
  const policies = task.policies ?? asPolicies(rules, wasm);
  const engine = overheard(cedarEngine(policies, wasm), task.unmet);
  const byHand = task.policies === null ? handWritten(rules) : undefined;
  const plain = plainCedar(policies, task.processors, wasm);
  const processors = new Map(task.processors.map((processor) => [processor.id, processor]));
  const deps: DecideDeps = {
    rules: rulesOf(processors, task.words, engine),
    live: { facts: async () => ({ restrictions: [], tenantActive: true, readAt: NOW }) },
    keys: { subjectKey: async (...of) => createHmac('sha256', 'key').update(JSON.stringify(of)).digest('hex') },
    decisions: { record: async (record) => void hashOf(record) },
    meter: { count: () => undefined },
    clock: { now: () => NOW },
  };
  const context = {
    words: task.words,
    tokens: { issue: async () => 'token' },
    hasher: { hash: async () => 'hash' },
  };
  const decideOne = async ({ question, payload }: Case) => {
    const { weighed } = await decide(question, deps);
    const { asked } = question;
    if (weighed.outcome === 'deny') return;
    const contract = contractOf(processors.get(asked.processorId) as Processor, asked.purpose) ?? [];
    await minimise(payload, contract, { ...context, tenantId: asked.tenantId, subjectId: 'subject' });
  };

  const times = { ours: [] as number[], plain: [] as number[], byHand: [] as number[] };
  const cases = inventCases(task);
  let allowed = 0;
  for (let i = 0; i < task.warmUp + task.decisions; i++) {
    const one = cases[i % cases.length] as Case;
    engine.last = undefined;
    const startedAt = performance.now();
    await decideOne(one);
    const ours = (performance.now() - startedAt) * 1000;
    const asked = engine.last as PolicyQuestion | undefined;
    if (asked === undefined) throw new Error('a case of the bench does not come to the policies');
    const plainAllows = plain(asked);
    const handAt = performance.now();
    const handAllows = byHand?.(asked) ?? plainAllows;
    const hand = (performance.now() - handAt) * 1000;
    if (plainAllows !== engine.allowed || handAllows !== engine.allowed) throw new Error('they do not agree');
    if (i < task.warmUp) continue;
    if (engine.allowed) allowed++;
    times.ours.push(ours);
    times.plain.push(lastPlain);
    times.byHand.push(hand);
  }
  for (const list of Object.values(times)) list.sort((a, b) => a - b);
  return { ...times, allowed: allowed / task.decisions };
}

main(JSON.parse(process.argv[2] ?? '{}') as DecisionTask).then(
  (result) => process.send?.(result, () => process.exit(0)),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
