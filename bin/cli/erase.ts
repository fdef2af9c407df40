import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { createBodySchema } from '../../lambda/erasure/model';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import { type InstructionOptions, instructionOf } from './instruction';
import type { CommandContext } from './program';
import { follow } from './progress';
import { exitCodeOf } from './requests';
import { isOver, isPlanned, poll } from './watch';
import { planInWords, requestInWords } from './words';

export interface EraseOptions extends ConnectionOptions, InstructionOptions {
  readonly tenant: string;
  readonly subject?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly watch?: boolean;
  readonly timeout: number;
  readonly idempotencyKey?: string;
  readonly json?: boolean;
}

/** Lets a person type the tenant's id; anything else is a no. */
async function typedTenant(tenantId: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = terminal.question(`This erases all data of ${tenantId}. Type the tenant id to confirm: `);
    // Ctrl-D and Ctrl-C close the terminal, and the question would never be answered.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    return (await Promise.race([question, closed])).trim() === tenantId;
  } finally {
    terminal.close();
  }
}

async function mayConfirm(options: EraseOptions, requestId: string, planHash: string): Promise<boolean> {
  if (options.yes) return true;
  if (!process.stdin.isTTY || options.json)
    throw new CliError(
      EXIT.usage,
      `${requestId} waits for its confirmation: run digicrm confirm ${requestId} --plan-hash ${planHash}, or repeat with --yes.`,
    );
  return typedTenant(options.tenant);
}

/**
 * `digicrm erase`: asks for an erasure and shows its plan. One person's starts at once; a tenant's
 * starts when its id has been typed or `--yes` was given, and then only the plan that was shown.
 */
export async function erase(options: EraseOptions, { output }: CommandContext): Promise<ExitCode> {
  const connection = connect(options);
  const scope = options.subject === undefined ? 'tenant' : 'subject';
  const body = createBodySchema.safeParse({
    scope,
    tenantId: options.tenant,
    ...(options.subject !== undefined && { subjectId: options.subject }),
    reason: options.reason ?? `${scope}-request`,
    instruction: instructionOf(options, connection),
    ...(options.dryRun && { dryRun: true }),
  });
  if (!body.success) {
    const issues = body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new CliError(EXIT.usage, issues.join('; '));
  }
  const api = apiOf(connection);
  const timeoutMs = options.timeout * 1000;
  const { requestId } = await api.create(body.data, options.idempotencyKey ?? randomUUID());
  output.line(`request   ${requestId}`);

  const planned = await poll(api, requestId, { until: isPlanned, timeoutMs });
  const plan = planned.planHash === null ? null : await api.plan(requestId);
  if (plan !== null) output.line(planInWords(plan.plan, plan.planHash));

  let view = planned;
  if (plan !== null && scope === 'tenant' && !isOver(planned) && planned.status === 'planned') {
    if (!(await mayConfirm(options, requestId, plan.planHash))) {
      view = await api.cancel(requestId, { by: body.data.instruction.by });
      output.line('Not confirmed: the request is cancelled and nothing was erased.');
    } else {
      view = await api.confirm(requestId, { planHash: plan.planHash, by: body.data.instruction.by });
    }
  }
  if (options.watch && !isOver(view)) view = await follow(api, requestId, { timeoutMs, quiet: output.json });
  output.line(requestInWords(view));
  if (plan !== null && plan.plan.processors.length > 0 && !options.dryRun)
    output.line(`Which processors have answered: digicrm processors ${requestId}`);
  if (!isOver(view)) output.line(`Follow it with: digicrm status ${requestId}`);
  output.document({ request: view, plan: plan?.plan ?? null });
  return exitCodeOf(view);
}
