import { formatDay, parseDayInIndia } from '../../lambda/retention/civil-date';
import type { Answer } from '../../lambda/retention/question';
import { ApiRefusal } from './api';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { rulesInWords } from './decision-words';
import { CliError, EXIT, type ExitCode } from './exit';
import { asInstant, explainOffline, type FactOptions, type QuestionOptions } from './explain-offline';
import { describe } from './output';
import type { CommandContext } from './program';

export type ExplainOptions = ConnectionOptions &
  QuestionOptions &
  FactOptions & { readonly all?: boolean; readonly offline?: boolean };

/** Options that only an answer without a look-up can take. */
const FACTS = [
  'field',
  'terminatedAt',
  'requestedAt',
  'consentWithdrawnAt',
  'financialYearEnd',
  'annualReturnDue',
  'entityType',
  'hold',
] as const satisfies readonly (keyof FactOptions)[];

/**
 * `digicrm explain`: what may be done with data on a day, and why. Of a tenant the deployment is asked, which
 * knows its termination, holds and erasures; without a tenant, with facts of one's own or with `--offline` the
 * register alone answers.
 */
export async function explain(options: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  if (options.class !== undefined && options.all === true)
    throw new CliError(EXIT.usage, 'Give --class or --all, not both.');
  const { tenant, offline } = options;
  if (tenant === undefined || offline === true || FACTS.some((fact) => options[fact] !== undefined))
    return explainOffline(options, context);
  return explainLookedUp(tenant, options, context);
}

async function explainLookedUp(tenant: string, options: ExplainOptions, { output }: CommandContext): Promise<ExitCode> {
  const { subject = null } = options;
  const answer = await ask(tenant, options);
  const day = parseDayInIndia(answer.asOf);
  output.line(`as of     ${day === undefined ? answer.asOf : formatDay(day)} in India`);
  output.line(`tenant    ${tenant}`);
  if (subject !== null) output.line(`subject   ${subject}`);
  output.line(`reason    ${answer.facts.reason ?? 'none'}\n`);
  for (const sentence of answer.sentences) output.line(`- ${sentence}`);
  output.line('\nBy these rules:');
  for (const { storeId, part, decision } of answer.stores)
    output.line(`\n${storeId}${part === 'all' ? '' : ` (${part})`}\n${rulesInWords(decision).join('\n')}`);
  output.document({ tenant, subject, answer });
  return EXIT.ok;
}

async function ask(tenant: string, options: ExplainOptions): Promise<Answer> {
  try {
    return await apiOf(connect(options)).decideRetention({
      tenantId: tenant,
      subjectId: options.subject,
      dataClass: options.class,
      reason: options.reason,
      asOf: options.asOf,
      lastProcessedAt: options.lastProcessed === undefined ? undefined : asInstant(options.lastProcessed),
    });
  } catch (error) {
    const { exitCode, message } = describe(error);
    // What the deployment refused or could not do is no matter of where it is.
    if (error instanceof ApiRefusal || (exitCode !== EXIT.usage && exitCode !== EXIT.unreachable)) throw error;
    throw new CliError(exitCode, `${message} Or give --offline, which looks nothing up.`, { cause: error });
  }
}
