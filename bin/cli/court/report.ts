import { EVENT_MEANINGS } from '../../../lambda/ledger/meanings';
import { leafHash } from '../../../lambda/ledger/merkle';
import { sha256Hex } from '../../../lambda/shared/canonical';
import type { Collected, Selection } from './collect';

/** Where the log was read from, in the words of the form. */
export interface Source {
  readonly model: string;
  readonly id: string;
  readonly more: string;
}

/** The report as programs read it; the page shows the same. */
export interface Report {
  readonly type: 'digicrm.hash-report';
  readonly version: 1;
  readonly madeAt: string;
  readonly about: string;
  readonly source: Source;
  /** What was checked before anything was reported. */
  readonly checked: string;
  readonly ledger: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly checkpoint: string;
  };
  readonly publicKeySha256: readonly string[];
  readonly algorithm: 'SHA-256';
  readonly hashesCsvSha256: string;
  readonly records: readonly {
    readonly index: number;
    readonly at: string;
    readonly type: string;
    readonly act: string;
    readonly about: string;
    readonly state: string | null;
    readonly meaning: string;
    readonly bytes: number;
    /** SHA-256 of the record's bytes. */
    readonly sha256: string;
    /** Hash of the record as a leaf of the tree (RFC 6962): of a zero byte and its bytes. */
    readonly leafSha256: string;
  }[];
}

const CSV_HEAD = 'index,at,type,act,about,state,bytes,sha256,leaf_sha256';

/** The report and its list of hashes. @param keys public keys of the ledger in DER */
export function reportOf(
  { checkpoint, records }: Collected,
  given: {
    readonly selection: Selection;
    readonly source: Source;
    readonly keys: readonly Uint8Array[];
    readonly madeAt: Date;
  },
): { readonly report: Report; readonly csv: string } {
  const rows = records.map(({ index, event, entry, sha256 }) => ({
    index,
    at: event.at,
    type: event.type,
    act: event.act,
    about: event.about,
    state: event.state,
    meaning: EVENT_MEANINGS[event.type],
    bytes: entry.length,
    sha256,
    leafSha256: Buffer.from(leafHash(entry)).toString('hex'),
  }));
  // The schema of events leaves no commas, quotes or formulas in any of these.
  const lines = rows.map((row) =>
    [row.index, row.at, row.type, row.act, row.about, row.state ?? '', row.bytes, row.sha256, row.leafSha256].join(','),
  );
  const csv = `${[CSV_HEAD, ...lines].join('\n')}\n`;
  const { origin, size, root, note } = checkpoint;
  const report: Report = {
    type: 'digicrm.hash-report',
    version: 1,
    madeAt: given.madeAt.toISOString(),
    about: inWords(given.selection),
    source: given.source,
    checked: `All ${size} entries of the ledger were read and hashed again at ${given.madeAt.toISOString()}; every tile, every kept checkpoint and the signature of each agreed with them.`,
    ledger: { origin, size, root: Buffer.from(root).toString('base64'), checkpoint: note },
    publicKeySha256: given.keys.map((der) => sha256Hex(der)),
    algorithm: 'SHA-256',
    hashesCsvSha256: sha256Hex(csv),
    records: rows,
  };
  return { report, csv };
}

function inWords(selection: Selection): string {
  if ('requestId' in selection) return `every event of the erasure request ${selection.requestId}`;
  return `every event from ${selection.from.toISOString()} on and before ${selection.before.toISOString()}`;
}
