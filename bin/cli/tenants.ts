import { randomUUID } from 'node:crypto';
import { type State, terminateBodySchema } from '../../lambda/termination/model';
import type { TerminationView } from '../../lambda/termination/view';
import type { ApiClient } from './api';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import { type InstructionOptions, instructionOf } from './instruction';
import type { CommandContext } from './program';
import { table } from './words';

interface TenantOptions extends ConnectionOptions {
  readonly tenant: string;
}

interface WatchOptions {
  readonly watch?: boolean;
  readonly timeout: number;
}

/** One sentence for each state. */
const STATES: Readonly<Record<State, string>> = {
  RECOVERABLE: 'terminated: nothing is usable, all of it can be restored',
  CEASED: 'the recovery window is over, the erasure runs',
  VAULT: 'erased where no law keeps it, the rest is sealed',
  ERASED: 'erased; backups have not all lapsed yet',
  PROVEN: 'erased, and no backup is left',
  RESTORING: 'being restored',
  RESTORED: 'restored: as if it had never been terminated',
};

/** A termination in a few lines. */
export function terminationInWords(view: TerminationView): string {
  const { sealedUntil, erasedAt, backupsLapseOn, restoredAt } = view;
  const pending = view.state === 'RECOVERABLE' || view.state === 'CEASED';
  return [
    `termination ${view.terminationId} of ${view.tenantId}`,
    `state       ${view.state}, ${STATES[view.state]}`,
    ...(view.state === 'RECOVERABLE' && !view.hidden ? ['            not all stores have hidden the data yet'] : []),
    ...view.reasons.map((reason) => `because     ${reason.message}`),
    `terminated  ${view.terminatedAt}`,
    ...(pending ? [`erases      not before ${view.eraseAt}, and by ${view.promiseEndsAt}`] : []),
    ...(sealedUntil === null ? [] : [`sealed      until ${sealedUntil} (India)`]),
    ...(erasedAt === null ? [] : [`erased      ${erasedAt}; last backup gone on ${backupsLapseOn} (India)`]),
    ...(restoredAt === null ? [] : [`restored    ${restoredAt} (${view.restoreCause})`]),
    ...(view.requestId === null ? [] : [`request     ${view.requestId}`]),
    ...view.alarms.map((code) => `! ${code}: see docs/runbooks/termination.md`),
    table(
      ['warning', 'due', 'sent'],
      view.notices.map((notice) => [`${notice.hoursBefore} hours`, notice.dueAt, notice.sentAt ?? '']),
    ),
  ].join('\n');
}

/** `digicrm terminate`: the recovery window begins. */
export async function terminate(
  options: TenantOptions &
    InstructionOptions & {
      readonly reason?: string;
      readonly lastProcessed?: string;
      readonly idempotencyKey?: string;
    },
  { output }: CommandContext,
): Promise<ExitCode> {
  const connection = connect(options);
  const body = terminateBodySchema.safeParse({
    ...(options.reason !== undefined && { reason: options.reason }),
    instruction: instructionOf(options, connection),
    ...(options.lastProcessed !== undefined && { lastProcessedAt: options.lastProcessed }),
  });
  if (!body.success)
    throw new CliError(
      EXIT.usage,
      body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  const view = await apiOf(connection).terminate(options.tenant, body.data, options.idempotencyKey ?? randomUUID());
  output.line(terminationInWords(view));
  output.document(view);
  return EXIT.ok;
}

/** `digicrm termination`: where it stands; with `--watch`, when it has come to rest. */
export async function termination(
  options: TenantOptions & WatchOptions,
  { output }: CommandContext,
): Promise<ExitCode> {
  const api = apiOf(connect(options));
  const view = options.watch
    ? await atRest(api, options.tenant, options.timeout)
    : await api.termination(options.tenant);
  output.line(terminationInWords(view));
  output.document(view);
  return EXIT.ok;
}

/** `digicrm restore`: possible until the first deletion. */
export async function restore(
  options: TenantOptions & InstructionOptions & WatchOptions & { readonly login?: boolean },
  { output }: CommandContext,
): Promise<ExitCode> {
  const connection = connect(options);
  const api = apiOf(connection);
  const begun = await api.restore(options.tenant, {
    cause: options.login ? 'login' : 'restore',
    instruction: instructionOf(options, connection),
  });
  const view = options.watch ? await atRest(api, options.tenant, options.timeout) : begun;
  output.line(terminationInWords(view));
  output.document(view);
  return EXIT.ok;
}

/** Whether nothing is under way: what is left to come waits for a day or a person. */
function isAtRest({ state, hidden, reasons }: TerminationView): boolean {
  if (state === 'RECOVERABLE') return hidden;
  return state !== 'RESTORING' && !(state === 'CEASED' && reasons.length === 0);
}

async function atRest(api: ApiClient, tenantId: string, timeoutSeconds: number): Promise<TerminationView> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const view = await api.termination(tenantId);
    if (isAtRest(view)) return view;
    if (Date.now() > deadline)
      throw new CliError(
        EXIT.unreachable,
        `${tenantId} is still ${view.state} after ${timeoutSeconds} s: look again with digicrm termination --tenant ${tenantId}.`,
      );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
