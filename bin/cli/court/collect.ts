import { eventIn, type LedgerEvent } from '../../../lambda/ledger/event';
import { formatLogProof } from '../../../lambda/ledger/proof-text';
import { proveInclusion, type Signed } from '../../../lambda/ledger/proofs';
import { type TileName, tilePath } from '../../../lambda/ledger/tiles';
import { openCheckpoint } from '../../../lambda/ledger/verify';
import { type LogReader, readAgain } from '../../../lambda/ledger/watchman';
import { sha256Hex } from '../../../lambda/shared/canonical';
import { CliError, EXIT } from '../exit';
import { refusedAsInvalid, type Trust } from '../ledger-files';
import { findingsInWords } from '../verify-log';

/** Records that a report names; a person has to be able to read it. */
export const MAX_RECORDS = 5_000;
/** Files of the log that are kept in memory. */
const KEPT_FILES = 512;

/** Which events a report is about. */
export type Selection =
  | { readonly requestId: string }
  /** From the first instant on, and before the second. */
  | { readonly from: Date; readonly before: Date };

/** An event as the report shows it, with the proof that it is in the tree. */
export interface CourtRecord {
  readonly index: number;
  readonly event: LedgerEvent;
  readonly entry: Uint8Array;
  /** SHA-256 of `entry`, lower-case hex. */
  readonly sha256: string;
  /** C2SP tlog-proof. */
  readonly proof: string;
}

/** What was found in a log that holds as a whole. */
export interface Collected {
  readonly checkpoint: Signed;
  readonly records: readonly CourtRecord[];
}

/**
 * Reads the whole log again, and proves the chosen events. Nothing is reported of a log that does not hold.
 *
 * @param onRead hears how many entries of how many have been read
 * @throws CliError
 */
export async function collect(
  log: LogReader,
  trust: Trust,
  selection: Selection,
  onRead: (entries: number, of: number) => void = () => {},
): Promise<Collected> {
  const note = await log.latest();
  if (note === undefined) throw new CliError(EXIT.usage, 'There is no checkpoint: check where the log is.');
  const opened = refusedAsInvalid(() => openCheckpoint(note, trust.keys, trust.origin));
  const checkpoint = { ...opened, note };
  const chosen: number[] = [];
  const { findings } = await readAgain({
    keys: trust.keys,
    origin: checkpoint.origin,
    log: asOf(checkpoint, log),
    seen: undefined,
    onEvents(events) {
      for (const { event, index } of events) if (isChosen(event, selection)) chosen.push(index);
      onRead((events.at(-1)?.index ?? 0) + 1, checkpoint.size);
      if (chosen.length > MAX_RECORDS)
        throw new CliError(EXIT.usage, `There are more than ${MAX_RECORDS} events: choose a shorter period.`);
    },
  });
  if (findings.length > 0) throw new CliError(EXIT.invalidCertificate, findingsInWords(findings));
  return { checkpoint, records: await proved(chosen, checkpoint, log, trust) };
}

/** The log at its latest checkpoint: it may grow while it is read. */
function asOf({ note, size }: Signed, log: LogReader): LogReader {
  return {
    latest: async () => note,
    read: (tile) => log.read(tile),
    async *checkpoints() {
      for await (const kept of log.checkpoints()) if (kept.size <= size) yield kept;
    },
  };
}

async function proved(
  indexes: readonly number[],
  checkpoint: Signed,
  log: LogReader,
  { keys }: Trust,
): Promise<CourtRecord[]> {
  const deps = {
    log: { latest: log.latest, checkpointOf: async () => undefined, read: remembering(log) },
    places: { latestOf: async () => undefined },
    keys: async () => keys,
    origin: checkpoint.origin,
  };
  const records: CourtRecord[] = [];
  for (const index of indexes) {
    const { entry, hashes } = await proveInclusion(index, checkpoint, deps);
    const event = eventIn(entry);
    if (event === undefined) throw new CliError(EXIT.invalidCertificate, `Not valid: entry ${index} is no event`);
    const proof = formatLogProof({ index, hashes, checkpoint: checkpoint.note });
    records.push({ index, event, entry, sha256: sha256Hex(entry), proof });
  }
  return records;
}

/** Events that belong together lie close together. */
function remembering(log: LogReader): LogReader['read'] {
  const known = new Map<string, Promise<Uint8Array | undefined>>();
  return (tile: TileName) => {
    const path = tilePath(tile);
    const found = known.get(path);
    if (found !== undefined) return found;
    if (known.size >= KEPT_FILES) known.clear();
    const read = log.read(tile);
    known.set(path, read);
    return read;
  };
}

function isChosen({ about, at }: LedgerEvent, selection: Selection): boolean {
  if ('requestId' in selection) return about === selection.requestId || about.startsWith(`${selection.requestId}/`);
  const time = Date.parse(at);
  return time >= selection.from.getTime() && time < selection.before.getTime();
}
