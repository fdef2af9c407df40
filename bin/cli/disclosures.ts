import type { DisclosedTo, DisclosureEntry, DisclosuresView } from '../../lambda/disclosure/disclosure-views';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';
import { table } from './words';

/** `digicrm disclosures`: who received what about a person. Names of fields, never values. */
export async function disclosures(
  options: ConnectionOptions & { readonly tenant: string; readonly subject: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const api = apiOf(connect(options));
  const who = { tenantId: options.tenant, subjectId: options.subject };
  const first = await api.disclosures(who);
  const entries = [...first.entries];
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const page = await api.disclosures({ ...who, cursor });
    entries.push(...page.entries);
    cursor = page.nextCursor;
  }
  output.line(inWords({ ...first, entries }));
  output.document({ ...who, processors: first.processors, complete: first.complete, entries });
  return EXIT.ok;
}

function inWords({ processors, complete, entries }: DisclosuresView): string {
  if (entries.length === 0) return 'Nothing about this person was allowed to go to anybody.';
  return [
    ...(processors ?? []).map(processorInWords),
    ...(complete ? [] : ['! There are more records than were summed up: the list below has all of them.']),
    table(['at', 'processor', 'purpose', 'fields', 'delivery'], entries.map(rowOf)),
  ].join('\n\n');
}

function processorInWords(of: DisclosedTo): string {
  const { delivered, possiblyDelivered, onItsWay, permitted, notDelivered } = of.times;
  const times = [
    [delivered, 'delivered'],
    [possiblyDelivered, 'possibly delivered'],
    [onItsWay, 'on its way'],
    [permitted, 'permitted to the CRM'],
    [notDelivered, 'stopped before it was sent'],
  ] as const;
  return [
    `${of.processorId}  ${of.name ?? 'no longer in the register'}${of.kind === null ? '' : ` (${of.kind})`}, ${of.countries.join(' ')}`,
    `  for     ${of.purposes.join(', ')}`,
    `  kinds   ${of.categories.join(', ')}`,
    `  fields  ${of.fields.join(', ')}`,
    `  times   ${times.flatMap(([count, how]) => (count === 0 ? [] : [`${count} ${how}`])).join(', ')}`,
    `  from    ${of.firstAt} to ${of.lastAt}`,
  ].join('\n');
}

function rowOf({ at, processorId, purpose, fields, delivery }: DisclosureEntry): string[] {
  const names = fields.map(({ name, as }) => (as === 'keep' ? name : `${name} (${as})`));
  return [at, processorId, purpose, names.join(', '), delivery];
}
