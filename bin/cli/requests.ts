import type { RequestView } from '../../lambda/erasure/view';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { EXIT, type ExitCode } from './exit';
import { type InstructionOptions, instructedBy } from './instruction';
import type { CommandContext } from './program';
import { requestInWords, table } from './words';

/** Exit code that goes with a request's state: 4 where it ended without having erased everything. */
export function exitCodeOf(view: Pick<RequestView, 'status'>): ExitCode {
  const notCompleted = ['held', 'failed', 'cancelled', 'deferred', 'refused'].includes(view.status);
  return notCompleted ? EXIT.notCompleted : EXIT.ok;
}

type WithId = ConnectionOptions & { readonly id: string };

/** `digicrm status`: where a request stands. */
export async function status(options: WithId, { output }: CommandContext): Promise<ExitCode> {
  const view = await apiOf(connect(options)).get(options.id);
  output.line(requestInWords(view));
  output.document(view);
  return exitCodeOf(view);
}

/** `digicrm list`: all requests of a tenant, newest first. */
export async function list(
  options: ConnectionOptions & { readonly tenant: string; readonly status?: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const api = apiOf(connect(options));
  const items: Omit<RequestView, 'stores'>[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.list({ tenantId: options.tenant, status: options.status, cursor });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const rows = items.map((each) => [each.requestId, each.scope, each.status, each.createdAt]);
  output.line(items.length === 0 ? 'No requests.' : table(['request', 'scope', 'status', 'created'], rows));
  output.document({ items });
  return EXIT.ok;
}

/** `digicrm confirm`: confirms the plan with this hash and no other. */
export async function confirm(
  options: WithId & InstructionOptions & { readonly planHash: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const connection = connect(options);
  const by = instructedBy(options, connection);
  const view = await apiOf(connection).confirm(options.id, { planHash: options.planHash, by });
  output.line(requestInWords(view));
  output.document(view);
  return EXIT.ok;
}

/** `digicrm cancel`: possible until the first deletion. */
export async function cancel(options: WithId & InstructionOptions, { output }: CommandContext): Promise<ExitCode> {
  const connection = connect(options);
  const view = await apiOf(connection).cancel(options.id, { by: instructedBy(options, connection) });
  output.line(requestInWords(view));
  output.document(view);
  return EXIT.ok;
}
