import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import { crossCheckBundled } from './checks';
import { pathText, problemsOf } from './problems';
import type { BundledRegister, Client, Processor, Register, StageConfig } from './schema';
import { bundledFiles } from './schema';

const MS_PER_HOUR = 3_600_000;

const bundledSchema = z.strictObject(bundledFiles);

/** The register is wrong; `problems` has one line for each thing to mend, as has the message: a single one stands alone. */
export class RegisterError extends Error {
  override readonly name = 'RegisterError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const [only] = problems;
    super(
      problems.length === 1
        ? `the register is wrong: ${only}`
        : `the register is wrong in ${problems.length} places:\n${problems.join('\n')}`,
    );
    this.problems = problems;
  }
}

/** The part of the register that functions carry. */
export function bundledRegister({ processors: _, controls: __, pack: ___, ...bundled }: Register): BundledRegister {
  return bundled;
}

/**
 * Checks a register that was already read, i.e. the JSON in a function's bundle: the shape of every
 * file and what they say about each other. Throws RegisterError.
 */
export function parseRegister(json: unknown): BundledRegister {
  const parsed = bundledSchema.safeParse(json);
  if (!parsed.success)
    throw new RegisterError(problemsOf(parsed.error, json).map((p) => `${pathText(p.path)}: ${p.message}`));
  const problems = crossCheckBundled(parsed.data);
  if (problems.length > 0)
    throw new RegisterError(problems.map((p) => `${pathText([p.file, ...p.path])}: ${p.message}`));
  return parsed.data;
}

/**
 * Milliseconds between the confirmation of a tenant's erasure and the first deletion, in one stage:
 * the stage's own number where it has one, else the register's. Throws on an unknown stage.
 */
export function coolingOffMs(register: Pick<Register, 'stages' | 'erasure'>, stage: string): number {
  const { hours } = configOf(register, stage).coolingOffHours ?? register.erasure.coolingOffHours;
  return Math.round(hours * MS_PER_HOUR);
}

/**
 * Milliseconds between the last reading of a store and that of its copy, in one stage: none where nothing is ever
 * copied, because the stage's cloud cannot or the stage has no second Region. Throws on an unknown stage.
 */
export function replicaSettleMs(register: Pick<Register, 'stages' | 'erasure'>, stage: string): number {
  const { lacks, switches } = configOf(register, stage);
  const copies = switches.replicaRegion.enabled && !lacks.some(({ service }) => service === 'replication');
  return copies ? register.erasure.replicaSettleMinutes.minutes * 60_000 : 0;
}

function configOf(register: Pick<Register, 'stages'>, stage: string): StageConfig {
  const config = Object.hasOwn(register.stages.stages, stage) ? register.stages.stages[stage] : undefined;
  if (config === undefined)
    throw new RegisterError([`unknown stage "${stage}", expected ${Object.keys(register.stages.stages).join(' or ')}`]);
  return config;
}

/** The client of that name; undefined where the register has none, which means: refuse. */
export function clientByName(register: Pick<Register, 'clients'>, name: string): Client | undefined {
  return register.clients.clients.find((client) => client.name === name);
}

/** The clients that exist in one stage, in the register's order. */
export function clientsOf(register: Pick<Register, 'clients'>, stage: string): Client[] {
  return register.clients.clients.filter((client) => client.stages.includes(stage));
}

/** The processors that exist in one stage, in the register's order. */
export function processorsOf(register: Pick<Register, 'processors'>, stage: string): Processor[] {
  return register.processors.processors.filter((processor) => processor.stages.includes(stage));
}

/** SHA-256 in hex of the register's canonical JSON (RFC 8785): two registers that say the same have the same. */
export function registerHash(register: BundledRegister): string {
  const bytes = canonicalize(register);
  if (bytes === undefined) throw new TypeError('a register has a canonical form');
  return createHash('sha256').update(bytes).digest('hex');
}

/** Days after the end of a contract in which the tenant can be restored. @throws RegisterError where there is no such rule */
export function recoveryWindowDays({ retention: { rules } }: Pick<Register, 'retention'>): number {
  const window = rules.find((rule) => rule.kind === 'ceiling' && rule.countsFrom === 'terminatedAt');
  if (window?.period?.unit !== 'days')
    throw new RegisterError(['retention: expected a ceiling from terminatedAt in days']);
  return window.period.value;
}
