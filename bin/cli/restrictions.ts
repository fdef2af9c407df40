import type { Restriction } from '../../lambda/transfer/model';
import { type Impact, type RestrictionView, restrictBodySchema } from '../../lambda/transfer/restriction-views';
import type { ApiClient } from './api';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';
import { table } from './words';

export interface RestrictOptions extends ConnectionOptions {
  readonly country?: string;
  readonly processor?: string;
  readonly contract?: string;
  readonly from: string;
  readonly authority: string;
  readonly approver: string;
  readonly yes?: boolean;
}

/** `digicrm restrict`: says what it would close, and closes it with `--yes`. */
export async function restrict(options: RestrictOptions, { output }: CommandContext): Promise<ExitCode> {
  const { from, authority, approver, yes = false } = options;
  const body = restrictBodySchema.safeParse({ scope: scopeOf(options), from, authority, approver, dryRun: !yes });
  if (!body.success)
    throw new CliError(
      EXIT.usage,
      body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  const view = await deskApi(options).restrict(body.data);
  output.line(impactInWords(view.impact));
  output.line(
    view.restriction === null
      ? 'Nothing is closed yet. Give --yes to close it.'
      : `${restrictionInWords(view.restriction)}\nIt holds everywhere within a minute of ${view.restriction.createdAt}.`,
  );
  output.document(view);
  return EXIT.ok;
}

/** `digicrm restrictions`: those that stand, then those that were lifted. */
export async function listRestrictions(options: ConnectionOptions, { output }: CommandContext): Promise<ExitCode> {
  const list = await deskApi(options).restrictions();
  const rows = list.items.map((item) => [
    item.restrictionId,
    item.inForce || item.state === 'lifted' ? item.state : 'to come',
    scopeInWords(item.scope),
    item.from,
    item.authority,
    item.liftedAt ?? item.liftApprovals.map(({ approver }) => `${approver} agrees to lift it`).join(', '),
  ]);
  const headings = ['restriction', 'state', 'closes', 'from', 'authority', 'lifted'];
  output.line(rows.length === 0 ? 'No restrictions.' : table(headings, rows));
  output.document(list);
  return EXIT.ok;
}

/** `digicrm lift`: a person agrees that a restriction ends; it does with the second. */
export async function liftRestriction(
  options: ConnectionOptions & { readonly id: string; readonly approver: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const view = await deskApi(options).liftRestriction(options.id, options.approver);
  output.line(restrictionInWords(view));
  output.document(view);
  return EXIT.ok;
}

/** No other client of the register may restrict or lift. */
function deskApi(options: ConnectionOptions): ApiClient {
  const client = options.client ?? process.env.DIGICRM_CLIENT ?? 'legal-desk';
  return apiOf(connect({ ...options, client }));
}

function scopeOf({ country, processor, contract }: RestrictOptions): Restriction['scope'] {
  const scopes: Restriction['scope'][] = [
    ...(country === undefined ? [] : [{ kind: 'country' as const, country }]),
    ...(processor === undefined ? [] : [{ kind: 'processor' as const, processorId: processor }]),
    ...(contract === undefined ? [] : [{ kind: 'contract' as const, processorId: contract }]),
  ];
  const [scope] = scopes;
  if (scope === undefined || scopes.length > 1)
    throw new CliError(EXIT.usage, 'Give one of --country XX, --processor ID and --contract ID.');
  return scope;
}

function scopeInWords(scope: Restriction['scope']): string {
  switch (scope.kind) {
    case 'country':
      return `country ${scope.country}`;
    case 'processor':
      return `processor ${scope.processorId}`;
    case 'contract':
      return `contract of ${scope.processorId}`;
  }
}

function restrictionInWords(view: RestrictionView): string {
  const { restrictionId, scope, from, authority, approver, liftApprovals, liftedAt, inForce } = view;
  const agreed = liftApprovals.map((approval) => approval.approver).join(' and ');
  const head = `Restriction ${restrictionId} (${scopeInWords(scope)}, from ${from})`;
  if (liftedAt !== null) return `${head} was lifted at ${liftedAt}, approved by ${agreed}.`;
  return [
    `${head} stands${inForce ? ' and is in force' : ', and is not in force yet'}.`,
    `On the word of ${authority}, approved by ${approver}.`,
    ...(agreed === '' ? [] : [`${agreed} agrees to lift it; it ends when another person does, too.`]),
  ].join('\n');
}

function impactInWords({ processors, tenants, pastTransfers }: Impact): string {
  const { decisions, since, complete } = pastTransfers;
  const unnamed = tenants.count - tenants.ids.length;
  const named =
    tenants.ids.length === 0 ? '' : `: ${tenants.ids.join(', ')}${unnamed > 0 ? ` and ${unnamed} more` : ''}`;
  return [
    ...(processors.length === 0
      ? ['processor   none in the register now']
      : processors.map(
          ({ processorId, name, countries }) => `processor   ${processorId} (${name}), ${countries.join(' ')}`,
        )),
    `tenants     ${complete ? '' : 'at least '}${tenants.count}${named}`,
    `transfers   ${complete ? '' : 'at least '}${decisions.toLocaleString('en-IN')} allowed since ${since} would have been stopped`,
  ].join('\n');
}
