import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathText, problemsOf } from '../problems';
import { RegisterError } from '../register';
import type { Register } from '../schema';
import type { TransferPolicies } from '../transfers/load';
import type { PolicyQuestion } from '../transfers/question';
import { type CorpusFile, caseSchema, type Facts } from './case-schema';
import { questionOf } from './question';

/** One case of the corpus. */
export interface CorpusCase {
  /** `deny/nothing-goes-to-a-restricted-country` */
  readonly name: string;
  readonly question: PolicyQuestion;
  readonly expect: 'allow' | 'deny';
  /** Ids of all policies that are the reason, in alphabetical order. */
  readonly reasons: readonly string[];
}

/** Stands for a policy where none permits. */
export const NO_POLICY_PERMITS = 'engine.no-policy-permits';

const FOLDERS = ['allow', 'deny'] as const;

/**
 * Reads the corpus of policies/transfers: cases that say how a question is decided and why.
 *
 * @param dir folder with `allow` and `deny`; default: the folder of this module
 * @throws RegisterError with one line per problem: `policies/corpus/deny/….json: question.purpose: expected …`
 */
export function loadCorpus(register: Register, { policies }: TransferPolicies, dir: string = __dirname): CorpusCase[] {
  const ids = policies.map(({ id }) => id);
  const problems: string[] = [];
  const cases = FOLDERS.flatMap((folder) =>
    readdirSync(join(dir, folder))
      .sort()
      .flatMap((file) => {
        const label = `policies/corpus/${folder}/${file}`;
        const read = readCase(join(dir, folder, file));
        const found = 'problem' in read ? [read.problem] : [...nameOf(file), ...agreement(read, folder, register, ids)];
        problems.push(...found.map((problem) => `${label}: ${problem}`));
        if ('problem' in read || found.length > 0) return [];
        const processor = processorOf(read.question, register);
        if (processor === undefined) return [];
        const question = questionOf(read.question, processor, register.transfers);
        const name = `${folder}/${file.slice(0, -'.json'.length)}`;
        return [{ name, question, expect: read.expect, reasons: [...read.reasons].sort() }];
      }),
  );
  if (problems.length > 0) throw new RegisterError(problems);
  return cases;
}

function readCase(path: string): CorpusFile | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { problem: '(file): expected JSON' };
  }
  const parsed = caseSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first] = problemsOf(parsed.error, json);
  return { problem: first === undefined ? '(file): expected a case' : `${pathText(first.path)}: ${first.message}` };
}

/** The name of the file is the sentence. */
function nameOf(file: string): string[] {
  return /^[a-z0-9]+(-[a-z0-9]+){3,24}\.json$/.test(file)
    ? []
    : ['(name): expected a sentence of at least four words with dashes, in small letters, and .json'];
}

function agreement(read: CorpusFile, folder: string, register: Register, ids: readonly string[]): string[] {
  const { question, expect, reasons } = read;
  const wanted = expect === 'allow' ? 'permit.' : 'never.';
  return [
    ...(expect === folder ? [] : [`expect: expected "${folder}" as the folder says, got "${expect}"`]),
    ...words(question, register),
    ...reasons.flatMap((reason, i) => [
      ...(ids.includes(reason) || reason === NO_POLICY_PERMITS
        ? []
        : [`reasons[${i}]: expected the @id of a policy, got "${reason}"`]),
      ...(reason.startsWith(wanted) || (reason === NO_POLICY_PERMITS && expect === 'deny')
        ? []
        : [`reasons[${i}]: expected a policy that begins with "${wanted}" as reason to ${expect}, got "${reason}"`]),
    ]),
    ...(new Set(reasons).size === reasons.length ? [] : ['reasons: expected each policy once']),
  ];
}

/** A misspelt word would make a case that tests something else. */
function words(question: Facts, register: Register): string[] {
  const { transfers } = register;
  const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);
  const fields = transfers.fields.map(({ name }) => name);
  const known = (place: string, list: readonly string[], value: string) =>
    list.includes(value) ? [] : [`question.${place}: expected a word of the register, got "${value}"`];
  const stated = question.stated ?? {};
  return [
    ...processorIn(question, register),
    ...known('purpose', ids(transfers.purposes), question.purpose),
    ...known('basis', ids(transfers.bases), question.basis),
    ...question.fields.flatMap((name, i) => known(`fields[${i}]`, fields, name)),
    ...(question.categories ?? []).flatMap((id, i) => known(`categories[${i}]`, ids(transfers.categories), id)),
    ...(stated.purposes ?? []).flatMap((purpose, i) => [
      ...known(`stated.purposes[${i}].id`, ids(transfers.purposes), purpose.id),
      ...purpose.bases.flatMap((id, j) => known(`stated.purposes[${i}].bases[${j}]`, ids(transfers.bases), id)),
      ...purpose.fields.flatMap((name, j) => known(`stated.purposes[${i}].fields[${j}]`, fields, name)),
    ]),
  ];
}

function processorOf({ processor }: Facts, register: Register) {
  return register.processors.processors.find(({ id }) => id === processor);
}

/** A real processor's contract may be shown, and end, on any day; a case must not change with it. */
function processorIn(question: Facts, register: Register): string[] {
  const processor = processorOf(question, register);
  if (processor === undefined)
    return [`question.processor: expected a processor of the register, got "${question.processor}"`];
  const real = processor.stages.some((stage) => stage !== 'local');
  if (!real || question.stated?.contract !== undefined) return [];
  return [
    `question.stated.contract: expected the contract that the case is about, as "${processor.id}" is a real processor`,
  ];
}
