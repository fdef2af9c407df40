import { StoreFaultError } from '../../lambda/erasure/errors';
import type { ErasableStore, Lane, Ref } from '../../lambda/erasure/ports';
import type {
  Content,
  ObjectCopy,
  ObjectShelf,
  ObjectSource,
  Receipt,
  ReceiptBook,
  Row,
  RowShelf,
  RowSource,
} from '../../lambda/sealing/ports';
import type { Place } from '../../lambda/sealing/vault-layout';
import { hashOf, sha256Hex } from '../../lambda/shared/canonical';
import type { Store } from '../../lambda/shared/inventory';
import type { Stepper } from './stepper';

interface Version {
  readonly ref: Ref;
  readonly lastModified: string;
  readonly bytes: string;
  readonly metadata: Record<string, string>;
}

type Fields = Record<string, string>;

/** A bucket, a table and the vault in memory, with everything that a sealer does to them. */
export class MemoryVault {
  /** Newest first within a key, as S3 lists them. */
  versions: Version[] = [];
  rows = new Map<string, { ref: Ref; fields: Fields }>();
  readonly copies: { key: string; versionId: string; bytes: string }[] = [];
  readonly receipts = new Map<string, Receipt>();
  readonly sealedRows = new Map<string, Fields>();
  /** What a copy turns into on its way. */
  corrupt: (bytes: string) => string = (bytes) => bytes;
  /** Whether S3 says what the checksum of a copy is. */
  tellsChecksums = true;
  /** What happens to a row between the reading and the erasing. */
  meanwhile: (row: { ref: Ref; fields: Fields }) => void = () => undefined;
  /** Thrown by every use of the vault's key. */
  keyFailure: Error | undefined;
  private made = 0;

  /** Writes a version, newest of its key; without bytes a delete marker. */
  put(key: string, bytes: string | undefined, lastModified: string, metadata: Record<string, string> = {}): Ref {
    const kind = bytes === undefined ? 'deleteMarkers' : 'versions';
    const ref: Ref = { kind, key, part: `v${this.made++}`, partition: 'p' };
    this.versions.unshift({ ref, lastModified, bytes: bytes ?? '', metadata });
    return ref;
  }

  upload(key: string): Ref {
    const ref: Ref = { kind: 'uploads', key, part: `u${this.made++}`, partition: 'p' };
    this.versions.unshift({ ref, lastModified: '', bytes: 'parts', metadata: {} });
    return ref;
  }

  putRow(pk: string, sk: string, fields: Fields): Ref {
    const ref: Ref = { kind: 'items', key: pk, part: sk, partition: pk };
    this.rows.set(idOf(ref), { ref, fields });
    return ref;
  }

  /** The live store within one process. */
  inner(store: Store, process: Stepper): ErasableStore {
    return {
      store,
      batchSize: 100,
      list: (lane: Lane) =>
        process.call(() => ({
          refs:
            lane.kind === 'items'
              ? [...this.rows.values()].map((row) => row.ref)
              : this.versions.map((v) => v.ref).filter((ref) => (lane.kind === 'uploads') === (ref.kind === 'uploads')),
        })),
      erase: (batch) =>
        process.call(() => {
          const gone = new Set(batch.map(idOf));
          this.versions = this.versions.filter((v) => !gone.has(idOf(v.ref)));
          return [];
        }),
      isLocked: () => Promise.resolve(false),
    };
  }

  source(process: Stepper): ObjectSource {
    const find = (ref: Ref) => this.versions.find((v) => idOf(v.ref) === idOf(ref));
    return {
      describe: (ref) =>
        process.call(() => {
          const found = find(ref);
          if (found === undefined || ref.kind === 'items' || ref.kind === 'uploads') return undefined;
          const tied = this.versions
            .filter((v) => v.ref.key === ref.key && v.lastModified === found.lastModified)
            .map((v) => v.ref.part);
          return { kind: ref.kind, lastModified: found.lastModified, tied: tied.length > 1 ? tied : [] };
        }),
      read: (ref) =>
        process.call(() => {
          const found = find(ref);
          return found && contentOf(found.bytes, found.metadata);
        }),
    };
  }

  shelf(process: Stepper): ObjectShelf {
    const find = (copy: ObjectCopy) => this.copies.find((c) => c.key === copy.key && c.versionId === copy.versionId);
    return {
      copy: (ref, key, content) =>
        process.call(() => {
          this.useKey();
          const found = this.versions.find((v) => idOf(v.ref) === idOf(ref));
          if (found === undefined) throw new StoreFaultError('gone meanwhile');
          const bytes = this.corrupt(found.bytes);
          const copy = { key, versionId: `c${this.made++}`, bytes };
          this.copies.push(copy);
          const agrees = this.tellsChecksums ? sha256Hex(bytes) === content.sha256 : undefined;
          return { copy: { key, versionId: copy.versionId, size: bytes.length }, agrees };
        }),
      has: (copy) => process.call(() => find(copy)?.bytes.length === copy.size),
      sha256Of: (copy) =>
        process.call(() => {
          const found = find(copy);
          return found && sha256Hex(found.bytes);
        }),
    };
  }

  book(process: Stepper): ReceiptBook {
    return {
      find: (place) => process.call(() => structuredClone(this.receipts.get(rowKey(place)))),
      put: (place, receipt, instead) =>
        process.call(() => {
          this.useKey();
          const standing = this.receipts.get(rowKey(place));
          if (standing !== undefined && standing.copy?.versionId !== instead?.copy?.versionId) return false;
          this.receipts.set(rowKey(place), structuredClone(receipt));
          return true;
        }),
    };
  }

  rowSource(process: Stepper): RowSource<Fields> {
    return {
      read: (ref) =>
        process.call(() => {
          const row = this.rows.get(idOf(ref));
          if (row === undefined) return undefined;
          const read = rowOf(row.fields);
          this.meanwhile(row);
          return read;
        }),
      eraseUnchanged: (ref, row) =>
        process.call(() => {
          const standing = this.rows.get(idOf(ref));
          if (standing === undefined) return { outcome: 'erased' as const };
          const same = Object.entries(row.content).every(([name, value]) => standing.fields[name] === value);
          if (!same) return { outcome: 'changed' as const };
          this.rows.delete(idOf(ref));
          const now = rowOf(standing.fields);
          return now.sha256 === row.sha256 ? { outcome: 'erased' as const } : { outcome: 'erased' as const, more: now };
        }),
    };
  }

  rowShelf(process: Stepper): RowShelf<Fields> {
    return {
      put: (place, _ref, row) =>
        process.call(() => {
          this.useKey();
          if (!this.sealedRows.has(rowKey(place))) this.sealedRows.set(rowKey(place), { ...row.content });
        }),
      sha256Of: (place) =>
        process.call(() => {
          const found = this.sealedRows.get(rowKey(place));
          return found && hashOf(found);
        }),
    };
  }

  private useKey(): void {
    if (this.keyFailure !== undefined) throw this.keyFailure;
  }
}

function contentOf(bytes: string, metadata: Record<string, string>): Content {
  return { size: bytes.length, sha256: sha256Hex(bytes), parts: [], headers: {}, metadata, tags: {} };
}

function rowOf(fields: Fields): Row<Fields> {
  return { content: { ...fields }, sha256: hashOf(fields), attributes: Object.keys(fields).length };
}

function idOf(ref: Ref): string {
  return `${ref.kind}\0${ref.key}\0${ref.part}`;
}

function rowKey({ pk, sk }: Place): string {
  return `${pk}\0${sk}`;
}
