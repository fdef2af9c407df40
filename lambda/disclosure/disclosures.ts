import type { Processor } from '../../policies/schema';
import { authorise, type Caller } from '../access/caller';
import { countriesOf } from '../transfer/country';
import type { DecisionRecord } from '../transfer/model';
import type { SubjectKeys } from '../transfer/ports';
import type { Delivery, DisclosedTo, DisclosureEntry, DisclosureQuery, DisclosuresView } from './disclosure-views';
import { entryOf } from './entries';
import type { DisclosureReader } from './ports';

/** What the answer is made from. */
export interface DisclosureDeps {
  readonly disclosures: DisclosureReader;
  readonly keys: Pick<SubjectKeys, 'subjectKey'>;
  /** Processors of the stage, by id. */
  readonly processors: ReadonlyMap<string, Processor>;
}

/** Decisions that one answer sums up: some megabytes, and less time than a call may take. */
const MOST_DECISIONS = 5_000;
/** Decisions read at once for a further page; some of them may be no entries. */
const BATCH = 200;

/**
 * Who received what about a person (section 11 of the Act): a summary by processor, and each time by itself, newest
 * first. A person that nothing is known of has an empty answer, so ids cannot be probed.
 *
 * @throws ProblemError 403
 */
export async function disclosures(
  caller: Caller,
  query: DisclosureQuery,
  deps: DisclosureDeps,
): Promise<DisclosuresView> {
  const { tenantId, subjectId, cursor, limit } = query;
  authorise(caller, 'disclosure:read', tenantId);
  const subjectKey = await deps.keys.subjectKey(tenantId, subjectId);
  const first = cursor === undefined;
  const read = await entriesOf(subjectKey, cursor, first ? undefined : limit, tenantId, deps);
  const page = read.entries.slice(0, limit);
  const last = page.at(-1);
  const left = read.more || read.entries.length > page.length;
  return {
    tenantId,
    subjectId,
    processors: first ? byProcessor(read.entries, deps.processors) : null,
    complete: !first || !read.more,
    entries: page,
    nextCursor: left && last !== undefined ? `${last.at}#${last.decisionId}` : null,
  };
}

/** Entries before a list key, newest first: all of them (up to `MOST_DECISIONS`), or more than `enough`. */
async function entriesOf(
  subjectKey: string,
  cursor: string | undefined,
  enough: number | undefined,
  tenantId: string,
  { disclosures: reader }: DisclosureDeps,
): Promise<{ entries: DisclosureEntry[]; more: boolean }> {
  const entries: DisclosureEntry[] = [];
  let before = cursor;
  for (;;) {
    const { items, more } = await reader.decisions(subjectKey, before, enough === undefined ? MOST_DECISIONS : BATCH);
    entries.push(...(await entriesFrom(items, tenantId, reader)));
    const last = items.at(-1);
    if (!more || last === undefined) return { entries, more: false };
    if (enough === undefined || entries.length > enough) return { entries, more: true };
    before = `${last.decidedAt}#${last.decisionId}`;
  }
}

async function entriesFrom(
  decisions: readonly DecisionRecord[],
  tenantId: string,
  reader: DisclosureReader,
): Promise<DisclosureEntry[]> {
  // Her key is the tenant's alone; a record that says otherwise is wrong, and shown to nobody.
  const own = decisions.filter((decision) => decision.outcome !== 'deny' && decision.tenantId === tenantId);
  const ids = [...new Set(own.flatMap(({ transferId }) => (transferId === null ? [] : [transferId])))];
  const transfers = ids.length === 0 ? new Map() : await reader.transfers(ids);
  return own.flatMap((decision) => {
    const transfer = decision.transferId === null ? undefined : transfers.get(decision.transferId);
    return entryOf(decision, transfer) ?? [];
  });
}

const TIMES: Readonly<Record<Delivery, keyof DisclosedTo['times']>> = {
  permitted: 'permitted',
  delivered: 'delivered',
  'possibly-delivered': 'possiblyDelivered',
  'on-its-way': 'onItsWay',
  'not-delivered': 'notDelivered',
};

function byProcessor(entries: readonly DisclosureEntry[], processors: ReadonlyMap<string, Processor>): DisclosedTo[] {
  return sorted(entries.map(({ processorId }) => processorId)).map((id) =>
    disclosedTo(
      id,
      entries.filter(({ processorId }) => processorId === id),
      processors.get(id),
    ),
  );
}

function disclosedTo(
  processorId: string,
  entries: readonly DisclosureEntry[],
  processor: Processor | undefined,
): DisclosedTo {
  const times = { permitted: 0, delivered: 0, possiblyDelivered: 0, onItsWay: 0, notDelivered: 0 };
  for (const { delivery } of entries) times[TIMES[delivery]]++;
  const instants = sorted(entries.map(({ at }) => at));
  return {
    processorId,
    name: processor?.name ?? null,
    kind: processor?.kind ?? null,
    countries: sorted([...countriesOf(processor), ...entries.flatMap(({ countries }) => countries)]),
    purposes: sorted(entries.map(({ purpose }) => purpose)),
    categories: sorted(entries.flatMap(({ categories }) => categories)),
    fields: sorted(entries.flatMap(({ fields }) => fields.map(({ name }) => name))),
    firstAt: instants[0] ?? '',
    lastAt: instants.at(-1) ?? '',
    times,
  };
}

/** Each once, in order. */
function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
