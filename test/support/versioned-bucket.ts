/** One version or delete marker. */
export interface StoredEntry {
  readonly key: string;
  readonly versionId: string;
  readonly deleteMarker: boolean;
  /** Whole seconds, as S3 tells them, in milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** A versioned bucket in memory that behaves as S3 does: deleting an object puts a marker on top of it. */
export class VersionedBucket {
  /** Newest first. */
  private readonly entries = new Map<string, StoredEntry[]>();
  private keys: string[] = [];
  private sorted = true;
  private written = 0;

  /**
   * @param now the bucket's own clock, in milliseconds since the epoch
   * @param letter with which the ids of its own versions begin
   */
  constructor(
    private readonly now: () => number,
    private readonly letter = 'v',
  ) {}

  put(key: string): StoredEntry {
    return this.add(key, false);
  }

  /** A DELETE without a version id. */
  mark(key: string): StoredEntry {
    return this.add(key, true);
  }

  /** What replication brings from another bucket, on top: with the id and the time that it has there. */
  receive(entry: StoredEntry): void {
    this.put(entry.key);
    this.entries.get(entry.key)?.splice(0, 1, entry);
  }

  /** A DELETE with a version id; what is not there is no error. */
  remove(key: string, versionId: string): void {
    const stored = this.entries.get(key) ?? [];
    const index = stored.findIndex((entry) => entry.versionId === versionId);
    if (index >= 0) stored.splice(index, 1);
  }

  /** Whether the object can be read without naming a version. */
  has(key: string): boolean {
    return this.entries.get(key)?.[0]?.deleteMarker === false;
  }

  /** Keys of current objects after a key, in order. */
  current(prefix: string, after: string, limit: number): { keys: string[]; truncated: boolean } {
    const keys: string[] = [];
    for (const key of this.from(prefix, after)) {
      if (!this.has(key)) continue;
      if (keys.length === limit) return { keys, truncated: true };
      keys.push(key);
    }
    return { keys, truncated: false };
  }

  /** Versions and markers by key, newest first; without a version id after all those of the key marker. */
  versions(
    prefix: string,
    keyMarker: string,
    versionIdMarker: string | undefined,
    limit: number,
  ): { entries: StoredEntry[]; truncated: boolean } {
    const entries: StoredEntry[] = [];
    const within = versionIdMarker === undefined ? [] : this.after(keyMarker, versionIdMarker);
    for (const key of this.from(prefix, keyMarker, within.length > 0)) {
      for (const entry of key === keyMarker ? within : (this.entries.get(key) ?? [])) {
        if (entries.length === limit) return { entries, truncated: true };
        entries.push(entry);
      }
    }
    return { entries, truncated: false };
  }

  /** Everything under a prefix, to compare. */
  all(prefix = ''): StoredEntry[] {
    return this.versions(prefix, '', undefined, Number.POSITIVE_INFINITY).entries;
  }

  private add(key: string, deleteMarker: boolean): StoredEntry {
    const versionId = `${this.letter}${String(this.written++).padStart(8, '0')}`;
    const entry = { key, versionId, deleteMarker, modifiedAt: Math.floor(this.now() / 1_000) * 1_000 };
    const stored = this.entries.get(key);
    if (stored !== undefined) stored.unshift(entry);
    else {
      this.entries.set(key, [entry]);
      this.keys.push(key);
      this.sorted = false;
    }
    return entry;
  }

  private after(key: string, versionId: string): StoredEntry[] {
    const stored = this.entries.get(key) ?? [];
    // Ids grow, so this also holds when the version itself has just been deleted.
    return stored.filter((entry) => entry.versionId < versionId);
  }

  private *from(prefix: string, after: string, inclusive = false): Generator<string> {
    if (!this.sorted) this.keys = this.keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    this.sorted = true;
    const start = after > prefix ? after : prefix;
    let low = 0;
    for (let high = this.keys.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (before(this.keys[middle] ?? '', start)) low = middle + 1;
      else high = middle;
    }
    for (let i = low; this.keys[i]?.startsWith(prefix); i++) {
      const key = this.keys[i] ?? '';
      if (key !== after || inclusive) yield key;
    }
  }
}

/** S3's order: by the bytes of UTF-8. */
function before(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}
