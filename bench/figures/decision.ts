import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { deflateRawSync } from 'node:zlib';
import { bundleOf } from '../../lib/control-plane/handler-bundles';
import { loadRegister } from '../../policies/load';
import { processorsOf } from '../../policies/register';
import { loadPolicies, type TransferPolicies } from '../../policies/transfers/load';
import type { DecisionResult, DecisionTask } from '../clients/decision-client';
import type { FirstDecisionResult, FirstDecisionTask } from '../clients/first-decision-client';
import type { ImportResult } from '../clients/import-client';
import { HANDLER_ENV } from '../harness/handlers';
import { runClient, type Surroundings } from '../harness/processes';
import { atMost, type Figure, median, note } from '../table';
import type { FigureGroup } from './figure';

const FEW = 10;
const MANY = 200;
const ENTRY = 'transfer/decide.handler.ts';
/** As `cdk deploy` compresses. */
const ZIP_LEVEL = 6;
const MB = 1e6;

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
const p50 = (sorted: readonly number[]) => at(sorted, 0.5);
const us = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} us`;

/** Rules of the bench by their number, or the policies of the register. */
type Rules = number | TransferPolicies;

/** What is decided by, and whether the engine has met the questions before. */
interface Setting {
  readonly rules: Rules;
  readonly unmet?: true;
}

/** Every set of rules in turn, as often as asked. */
async function decisionsBy(
  settings: readonly Setting[],
  rounds: number,
  decisions: number,
): Promise<DecisionResult[][]> {
  const register = loadRegister();
  const results: DecisionResult[][] = settings.map(() => []);
  for (let seed = 1; seed <= rounds; seed++)
    for (const [i, { rules: of, unmet = false }] of settings.entries()) {
      const task: DecisionTask = {
        processors: processorsOf(register, 'local'),
        words: register.transfers,
        policies: typeof of === 'number' ? null : of,
        count: typeof of === 'number' ? of : 0,
        unmet,
        seed,
        warmUp: decisions,
        decisions,
      };
      results[i]?.push(await runClient<DecisionResult>('decision-client', task, {}, 300_000));
    }
  return results;
}

/** Shares are taken within one process, and then their middle: whatever else the machine does falls on both. */
function ratio(results: readonly DecisionResult[]): number {
  return median(results.map(({ ours, plain }) => p50(ours) / p50(plain)));
}

function growth(many: readonly DecisionResult[], few: readonly DecisionResult[]): number {
  return median(many.map(({ ours }, i) => p50(ours) / p50(few[i]?.ours ?? [])));
}

function times(name: string, results: readonly DecisionResult[]): Figure {
  const of = (pick: (result: DecisionResult) => readonly number[], share: number) =>
    us(median(results.map((result) => at(pick(result), share))));
  const by = (pick: (result: DecisionResult) => readonly number[]) => `${of(pick, 0.5)} / ${of(pick, 0.99)}`;
  const hand = name.startsWith('register') ? '' : `; by hand ${by((r) => r.byHand)}`;
  return note(`${name}: p50 / p99`, `${by((r) => r.ours)}; plain Cedar ${by((r) => r.plain)}${hand}`);
}

/** Milliseconds from the start of a process to what it reports, and of processor time. */
async function clientMs(decide: FirstDecisionTask['decide'], surroundings: Surroundings): Promise<Start> {
  const task: FirstDecisionTask = { decide };
  const startedAt = performance.now();
  const { outcome, cpuMs } = await runClient<FirstDecisionResult>('first-decision-client', task, surroundings);
  const wallMs = performance.now() - startedAt;
  if (decide !== 'not' && outcome !== 'allow_with_obligations') throw new Error(`the first decision is ${outcome}`);
  return { wallMs, cpuMs };
}

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function cold(bundle: string, rounds: number): Promise<Figure[]> {
  const surroundings = { environment: { LAMBDA_TASK_ROOT: bundle } };
  const starts: Record<FirstDecisionTask['decide'], Start[]> = { not: [], trusted: [], checked: [] };
  for (let i = 0; i < rounds; i++)
    for (const decide of ['not', 'trusted', 'checked'] as const)
      starts[decide].push(await clientMs(decide, surroundings));
  const middle = (decide: FirstDecisionTask['decide'], of: keyof Start) =>
    median(starts[decide].map((start) => start[of]));
  const more = (decide: FirstDecisionTask['decide'], of: keyof Start) =>
    (middle(decide, of) - middle('not', of)) / middle('not', of);
  return [
    atMost('first decision less bare start of Node / bare start of Node', more('trusted', 'wallMs'), 1),
    note('the same in processor time', more('trusted', 'cpuMs').toFixed(2)),
    note(
      'the same with the register checked again: time, processor time',
      `${more('checked', 'wallMs').toFixed(2)}, ${more('checked', 'cpuMs').toFixed(2)}`,
    ),
    note(
      'bare start of Node',
      `${middle('not', 'wallMs').toFixed(0)} ms, ${middle('not', 'cpuMs').toFixed(0)} ms of processor time`,
    ),
  ];
}

async function size(bundle: string, rounds: number): Promise<Figure[]> {
  const bytes = readdirSync(bundle)
    .map((file) => deflateRawSync(readFileSync(join(bundle, file)), { level: ZIP_LEVEL }).length)
    .reduce((sum, length) => sum + length, 0);
  const starts: number[] = [];
  const environment = { ...HANDLER_ENV, LAMBDA_TASK_ROOT: bundle };
  for (let i = 0; i < rounds; i++)
    starts.push((await runClient<ImportResult>('import-client', join(bundle, 'index.mjs'), { environment })).importMs);
  return [
    atMost('zip of the function that decides, in MB', bytes / MB, 1.6),
    note('its import with SDK, register, policies and Cedar', `${median(starts).toFixed(0)} ms`),
  ];
}

export const decision: FigureGroup = {
  name: 'decision',
  title: 'Transfer decisions, beside plain Cedar and beside code written by hand',
  method: `Each question in three ways in turns, in fresh processes: everything but the network; pre-parsed Cedar with all policies and 50 entities; a function with the same rules. All have to agree.`,
  async measure({ quick }) {
    const rounds = quick ? 1 : 5;
    const decisions = quick ? 500 : 2_000;
    const settings: readonly Setting[] = [
      { rules: FEW },
      { rules: MANY },
      { rules: loadPolicies() },
      { rules: FEW, unmet: true },
      { rules: MANY, unmet: true },
      { rules: loadPolicies(), unmet: true },
    ];
    const [few = [], many = [], registered = [], ...unmet] = await decisionsBy(settings, rounds, decisions);
    const [unmetFew = [], unmetMany = [], unmetRegistered = []] = unmet;
    const bundle = bundleOf(ENTRY, loadRegister());
    return [
      atMost('p50 / p50 of plain Cedar, policies of the register', ratio(registered), 0.25),
      atMost(`p50 / p50 of plain Cedar, ${FEW} policies`, ratio(few), 0.25),
      atMost(`p50 / p50 of plain Cedar, ${MANY} policies`, ratio(many), 0.25),
      atMost(`p50 with ${MANY} policies / p50 with ${FEW}`, growth(many, few), 1.5),
      atMost(
        'p99 with the policies of the register, in ms',
        median(registered.map(({ ours }) => at(ours, 0.99))) / 1000,
        1,
      ),
      note(
        `questions never met before: p50 / p50 of plain Cedar for the register, ${FEW}, ${MANY} policies`,
        [unmetRegistered, unmetFew, unmetMany].map((results) => ratio(results).toFixed(2)).join(', '),
      ),
      note(`the same: p50 with ${MANY} policies / p50 with ${FEW}`, growth(unmetMany, unmetFew).toFixed(2)),
      times('register', registered),
      times(`${FEW} policies`, few),
      times(`${MANY} policies`, many),
      note(
        'share allowed',
        [registered, few, many]
          .map((r) => `${(100 * median(r.map(({ allowed }) => allowed))).toFixed(0)} %`)
          .join(', '),
      ),
      ...(await cold(bundle, quick ? 3 : 15)),
      ...(await size(bundle, quick ? 3 : 9)),
    ];
  },
};
