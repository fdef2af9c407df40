import { formatDay, parseDayInIndia } from '../../lambda/retention/civil-date';
import { compileRetention, type Hold, type RetentionFacts } from '../../lambda/retention/resolve';
import { instant, systemClock } from '../../lambda/shared/clock';
import { loadRegister } from '../../policies/load';
import type { Register } from '../../policies/schema';
import { decisionInWords } from './decision-words';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';

/** What an answer can be asked for with and without a deployment. */
export interface QuestionOptions {
  readonly class?: string;
  readonly tenant?: string;
  readonly subject?: string;
  readonly asOf?: string;
  readonly reason?: string;
  readonly lastProcessed?: string;
}

/** Facts that a look-up would find by itself; given, nothing is looked up. */
export interface FactOptions {
  readonly field?: readonly string[];
  readonly terminatedAt?: string;
  readonly requestedAt?: string;
  readonly consentWithdrawnAt?: string;
  readonly financialYearEnd?: string;
  readonly annualReturnDue?: string;
  readonly entityType?: string;
  readonly hold?: readonly Hold[];
}

type OfflineOptions = QuestionOptions & FactOptions;

/**
 * What the register says may be done with each class of data on a day, and why. It reads the register
 * alone: neither network nor AWS, and nothing is looked up of the tenant or subject.
 */
export async function explainOffline(options: OfflineOptions, { output }: CommandContext): Promise<ExitCode> {
  const register = loadRegister();
  const resolve = compileRetention(register);
  const facts = factsOf(options, register);
  const tenant = options.tenant ?? null;
  const subject = options.subject ?? null;
  const answers = chosenClasses(options, register).map(({ id, role }) => {
    const asked: RetentionFacts = { ...facts, dataRole: role, dataClass: id };
    return { facts: asked, decision: resolve(asked) };
  });
  const day = parseDayInIndia(facts.asOf);
  output.line(`as of     ${day === undefined ? facts.asOf : formatDay(day)} in India`);
  if (tenant !== null) output.line(`tenant    ${tenant}`);
  if (subject !== null) output.line(`subject   ${subject}`);
  output.line(`reason    ${facts.reason ?? 'none'}`);
  if (tenant !== null) output.line('facts     from the options alone; nothing was looked up');
  for (const { facts: asked, decision } of answers) output.line(`\n${decisionInWords(asked.dataClass, decision)}`);
  output.document({ tenant, subject, answers });
  return EXIT.ok;
}

function chosenClasses(options: OfflineOptions, register: Register): Register['data']['classes'] {
  if (options.class === undefined) return register.data.classes;
  const chosen = register.data.classes.filter(({ id }) => id === options.class);
  if (chosen.length > 0) return chosen;
  const known = register.data.classes.map(({ id }) => id).join(', ');
  throw new CliError(EXIT.usage, `The register has no data class "${options.class}": use one of ${known}.`);
}

function factsOf(options: OfflineOptions, register: Register): Omit<RetentionFacts, 'dataRole' | 'dataClass'> {
  const scope = options.subject === undefined ? 'tenant' : 'subject';
  return {
    scope,
    reason: reasonOf(options, scope, register),
    fields: options.field,
    terminatedAt: options.terminatedAt,
    requestedAt: options.requestedAt,
    consentWithdrawnAt: options.consentWithdrawnAt,
    lastProcessedAt: options.lastProcessed,
    financialYearEnd: options.financialYearEnd,
    annualReturnDueDate: options.annualReturnDue,
    entityType: options.entityType,
    holds: options.hold,
    asOf: asInstant(options.asOf ?? instant(systemClock.now())),
  };
}

/** Without a reason: the end of the contract where it has ended, else a request as `digicrm erase` makes it. */
function reasonOf({ reason, terminatedAt }: OfflineOptions, scope: string, register: Register): string | null {
  if (reason === 'none') return null;
  if (reason === undefined) return terminatedAt === undefined ? `${scope}-request` : 'termination';
  const known = [...register.erasure.reasons.map(({ id }) => id), 'termination', 'none'];
  if (known.includes(reason)) return reason;
  throw new CliError(EXIT.usage, `"${reason}" is no reason: use one of ${known.join(', ')}.`);
}

/** A date stands for the first moment of that day in India. */
export function asInstant(text: string): string {
  return text.length === 10 ? `${text}T00:00:00+05:30` : text;
}
