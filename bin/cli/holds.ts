import type { HoldView } from '../../lambda/holds/model';
import { placeBodySchema } from '../../lambda/holds/model';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';
import { table } from './words';

type WithId = ConnectionOptions & { readonly id: string };

export interface PlaceOptions extends WithId {
  readonly tenant: string;
  readonly subject?: string;
  readonly class?: string;
  readonly matter: string;
  readonly authority: string;
  readonly approver: string;
  readonly review: string;
}

/** `digicrm hold place`: places a hold, or changes its words. */
export async function placeHold(options: PlaceOptions, { output }: CommandContext): Promise<ExitCode> {
  const { id, matter, authority, approver, review } = options;
  const scope = {
    tenantId: options.tenant,
    ...(options.subject !== undefined && { subjectId: options.subject }),
    ...(options.class !== undefined && { dataClass: options.class }),
  };
  const body = placeBodySchema.safeParse({ matter, authority, approver, reviewAt: review, scope });
  if (!body.success) throw new CliError(EXIT.usage, body.error.issues.map(({ message }) => message).join(' '));
  const view = await apiOf(asLegalDesk(options)).placeHold(id, body.data);
  output.line(holdInWords(view));
  for (const { requestId, firstDeletionAt } of view.underWay)
    output.line(
      firstDeletionAt === null
        ? `Request ${requestId} is under way and has deleted nothing yet.`
        : `Request ${requestId} has been deleting since ${firstDeletionAt}: what went before the hold is gone.`,
    );
  output.document(view);
  return EXIT.ok;
}

/** `digicrm hold show`. */
export async function showHold(options: WithId, { output }: CommandContext): Promise<ExitCode> {
  const view = await apiOf(asLegalDesk(options)).hold(options.id);
  output.line(holdInWords(view));
  output.document(view);
  return EXIT.ok;
}

/** `digicrm hold list`: standing and lifted holds of a tenant. */
export async function listHolds(
  options: ConnectionOptions & { readonly tenant: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const api = apiOf(asLegalDesk(options));
  const items: HoldView[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.holds({ tenantId: options.tenant, cursor });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const rows = items.map((hold) => [hold.holdId, hold.state, hold.reviewAt, scopeInWords(hold)]);
  output.line(items.length === 0 ? 'No legal holds.' : table(['hold', 'state', 'review', 'scope'], rows));
  output.document({ items });
  return EXIT.ok;
}

/** `digicrm hold lift`: for good. */
export async function liftHold(
  options: WithId & { readonly approver: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const view = await apiOf(asLegalDesk(options)).liftHold(options.id, options.approver);
  output.line(holdInWords(view));
  output.document(view);
  return EXIT.ok;
}

/** No other client of the register may place or lift a hold. */
function asLegalDesk(options: ConnectionOptions) {
  return connect({ ...options, client: options.client ?? process.env.DIGICRM_CLIENT ?? 'legal-desk' });
}

const LOCKS_IN_WORDS: Record<HoldView['objectLocks'], string> = {
  pending: 'S3 legal holds are being set on the objects in its scope.',
  applied: 'The objects in its scope have S3 legal holds.',
  releasing: 'S3 legal holds that no other hold needs are being removed.',
  released: 'The objects in its scope are free, unless another hold keeps them.',
};

function holdInWords(hold: HoldView): string {
  const { holdId, matter, authority, approver, lifted, reviewAt, reviewDue, objectLocks } = hold;
  const head =
    lifted === null
      ? `Hold ${holdId} stands: nothing of ${scopeInWords(hold)} is erased.`
      : `Hold ${holdId} was lifted at ${lifted.at}, approved by ${lifted.approver}.`;
  const review = reviewDue ? `Its review is due since ${reviewAt}.` : `To be reviewed on ${reviewAt}.`;
  return [
    head,
    `Matter ${matter}, on the word of ${authority}, approved by ${approver}.`,
    ...(lifted === null ? [review] : []),
    LOCKS_IN_WORDS[objectLocks],
  ].join('\n');
}

function scopeInWords({ scope: { tenantId, subjectId, dataClass } }: HoldView): string {
  const whose = subjectId === undefined ? `tenant ${tenantId}` : `${subjectId} of tenant ${tenantId}`;
  return dataClass === undefined ? whose : `${whose}, class ${dataClass}`;
}
