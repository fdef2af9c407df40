import { ZodError } from 'zod';
import type { Sleep } from '../shared/clock';
import { inParallel } from '../shared/in-parallel';
import { factHash } from './derive';
import type { EventType, LedgerEvent } from './event';
import { type Described, describeItem, type Item, UnknownItemError } from './kinds';
import { type ItemKey, itemKeyOf, type TableName } from './locate';
import type { Finding, Heard } from './watchman';

/** What the last event about something says. */
export interface LastEvent {
  readonly act: LedgerEvent['act'];
  readonly sequence: string;
  /** Hash of the record that it tells of; null where it tells that it is gone. */
  readonly record: string | null;
}

export interface Records {
  /** Every item of a table, some at a time, no faster than the table can spare. */
  scan(table: TableName): AsyncIterable<readonly Item[]>;
  /** As it stands now. */
  get(key: ItemKey): Promise<Item | undefined>;
}

export interface ReconcileDeps {
  readonly records: Records;
  readonly last: (about: string) => Promise<LastEvent | undefined>;
  readonly sleep: Sleep;
  /** Milliseconds in which an event has its place: what differs for longer is a finding. */
  readonly settleMs: number;
}

/** Questions at the same time. */
const AT_ONCE = 16;
/** Differences that are looked at again; with more of them something is wrong at large, and is said at once. */
const MOST_SUSPECTS = 1_000;

/** Something that did not agree when it was looked at: what asks again answers whether it agrees now. */
interface Suspect {
  readonly finding: Finding;
  readonly agrees: () => Promise<boolean>;
}

/**
 * Compares records with events, in both directions. What is on its way looks like a difference, so each is looked at
 * again when everything that was written before must have its place.
 */
export class Reconciliation {
  private readonly suspects: Suspect[] = [];
  private readonly unknown: Finding[] = [];
  private tooMany = 0;
  /** Events of kinds whose items are found by reading the tables alone: a few for each tenant. */
  private readonly unlocated = new Map<string, { readonly type: EventType; readonly gone: boolean }>();
  private readonly present = new Set<string>();

  constructor(private readonly deps: ReconcileDeps) {}

  /** Takes events as the log is read. @param since - index of the first that was not compared before */
  async hear(events: readonly Heard[], since: number): Promise<void> {
    for (const { event } of events)
      if (itemKeyOf(event.type, event.about) === undefined)
        this.unlocated.set(event.about, { type: event.type, gone: event.act !== 'written' });
    const fresh = events.filter(({ event, index }) => index >= since && event.act === 'written');
    await inParallel(fresh, AT_ONCE, async ({ event, index }) => {
      const key = itemKeyOf(event.type, event.about);
      if (key === undefined) return;
      const agrees = () => this.eventHasItem(event, key);
      if (!(await agrees()))
        this.suspect({ finding: { code: 'event-without-state', at: `entry ${index}, ${event.about}` }, agrees });
    });
  }

  /** Reads both tables: every fact in them has to be what its last event says. */
  async readTables(): Promise<void> {
    for (const table of ['control', 'transfers'] as const)
      for await (const items of this.deps.records.scan(table))
        await inParallel(items, AT_ONCE, (item) => this.itemHasEvents(item, table));
    // After the whole log and both tables were read: what was told and never taken back has to be there.
    for (const [about, { gone }] of this.unlocated)
      if (!gone && !this.present.has(about))
        this.suspect({
          finding: { code: 'event-without-state', at: about },
          // It may have gone while the tables were read, which is an event that follows.
          agrees: async () => (await this.deps.last(about))?.act !== 'written',
        });
  }

  /** What does not agree after all. Waits if there is anything to wait for. */
  async findings(): Promise<Finding[]> {
    const found = [...this.unknown];
    if (this.suspects.length > 0) await this.deps.sleep(this.deps.settleMs);
    await inParallel(this.suspects, AT_ONCE, async ({ finding, agrees }) => {
      if (!(await agrees())) found.push(finding);
    });
    if (this.tooMany > 0)
      found.push({ code: 'state-without-event', at: `${this.tooMany} more were not looked at again` });
    return found;
  }

  private async itemHasEvents(item: Item, table: TableName): Promise<void> {
    const described = this.understood(item);
    for (const { type, about } of described) if (itemKeyOf(type, about) === undefined) this.present.add(about);
    await inParallel(described, 1, async (one) => {
      if (await this.hasEvent(one)) return;
      const key: ItemKey = { table, pk: String(item.pk), sk: String(item.sk) };
      const agrees = async () => {
        const now = await this.deps.records.get(key);
        const same = now && describeItem(now).find(({ about }) => about === one.about);
        // Gone or changed since: that is another write, with an event of its own.
        return same === undefined || factHash(same) !== factHash(one) || (await this.hasEvent(same));
      };
      this.suspect({ finding: { code: 'state-without-event', at: one.about }, agrees });
    });
  }

  private async hasEvent(described: Described): Promise<boolean> {
    const last = await this.deps.last(described.about);
    return last?.act === 'written' && last.record === factHash(described);
  }

  private async eventHasItem({ about, sequence, hashes }: LedgerEvent, key: ItemKey): Promise<boolean> {
    const last = await this.deps.last(about);
    // A later event says what stands now, or that nothing does.
    if (last !== undefined && last.sequence !== sequence) return true;
    const item = await this.deps.records.get(key);
    const described = item && describeItem(item).find((one) => one.about === about);
    return described !== undefined && factHash(described) === hashes.record;
  }

  private understood(item: Item): Described[] {
    try {
      return describeItem(item);
    } catch (error) {
      if (!(error instanceof UnknownItemError || error instanceof ZodError)) throw error;
      this.unknown.push({ code: 'item-unknown', at: 'an item that nobody can describe; see what was put aside' });
      return [];
    }
  }

  private suspect(suspect: Suspect): void {
    if (this.suspects.length < MOST_SUSPECTS) this.suspects.push(suspect);
    else this.tooMany += 1;
  }
}
