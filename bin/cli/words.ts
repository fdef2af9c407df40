import type { Counts, Plan } from '../../lambda/erasure/model';
import type { RequestView, StoreProgress } from '../../lambda/erasure/view';

const NAMES: Readonly<Record<keyof Counts, readonly [string, string]>> = {
  versions: ['version', 'versions'],
  deleteMarkers: ['delete marker', 'delete markers'],
  uploads: ['unfinished upload', 'unfinished uploads'],
  items: ['item', 'items'],
};

/** `12 versions, 3 delete markers`; `nothing` when all are zero. */
export function countsInWords(counts: Counts): string {
  const parts = (Object.keys(NAMES) as (keyof Counts)[])
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind].toLocaleString('en-IN')} ${NAMES[kind][counts[kind] === 1 ? 0 : 1]}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** How far one store is, as a sentence without its name. */
export function progressInWords(store: StoreProgress): string {
  switch (store.state) {
    case 'planned':
      return `waiting, ${countsInWords(store.planned)} found`;
    case 'erasing':
      return Object.values(store.erased).some((count) => count > 0)
        ? `erasing: ${countsInWords(store.erased)} gone so far`
        : 'erasing';
    case 'erased':
      return `${countsInWords(store.erased)} erased${store.left === null ? '' : `, ${countsInWords(store.left)} left`}`;
    case 'sealed':
      return `${countsInWords(store.sealed)} out of use and sealed, as a law demands`;
    case 'held':
      return `${countsInWords(store.erased)} erased, ${countsInWords(store.held)} held by a lock or a legal hold`;
    case 'none-found':
      return 'nothing was there';
    case 'failed':
      return 'failed';
  }
}

/** Rows below their headings, columns as wide as their longest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The action, and the day on which a law lets go; or what stops it. */
function decisionInWords({ action, decision }: Plan['stores'][number]): string {
  if (action === null) return 'in doubt';
  const what = action === 'seal' ? `seal, erase on ${decision.notBefore ?? 'a day of its own'}` : action;
  return decision.outcome === 'hold' ? `${what}, once no hold stops it` : what;
}

/** What would be done, store by store, and on what grounds. */
export function planInWords(plan: Plan, planHash: string): string {
  const rows = plan.stores.map((store) => [
    store.storeId,
    countsInWords(store.counts),
    decisionInWords(store),
    store.decision.rules.map((rule) => rule.citation).join('; '),
  ]);
  const holds = plan.holds.map(
    ({ holdId, matter, reviewAt }) => `! legal hold ${holdId} (${matter}), review ${reviewAt}`,
  );
  const told = plan.processors.map(({ processorId }) => `${processorId} is told to erase what it received`);
  const findings = plan.findings.map((finding) => `! ${finding.message}`);
  return [
    table(['store', 'found', 'decision', 'law'], rows),
    ...holds,
    ...told,
    ...findings,
    `plan hash ${planHash}`,
  ].join('\n');
}

/** A request in a few lines: where it stands, why, and until when. */
export function requestInWords(view: RequestView): string {
  const { deadlines } = view;
  // Nothing was or will be erased, so neither a date nor a store has anything to tell.
  const withoutWork = ['cancelled', 'refused'].includes(view.status);
  const waits = ['deferred', 'held'].includes(view.status);
  const lines = [
    `request   ${view.requestId} (${view.scope} of ${view.tenantId}${view.dryRun ? ', dry run' : ''})`,
    `status    ${view.status}`,
    ...view.reasons.map((reason) => `because   ${reason.message}`),
    ...(deadlines.executeAfter === null || deadlines.endedAt !== null || withoutWork || waits
      ? []
      : [`erases    not before ${deadlines.executeAfter}`]),
    ...(deadlines.endedAt === null && !withoutWork && !waits ? [`due       ${deadlines.completeBy}`] : []),
    ...(deadlines.endedAt === null ? [] : [`ended     ${deadlines.endedAt}`]),
    ...(withoutWork ? [] : view.stores.map((store) => `  ${store.storeId}: ${progressInWords(store)}`)),
  ];
  return lines.join('\n');
}
