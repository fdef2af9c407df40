/** A document as it stands in the books. */
export interface StoredDocument {
  /** The very text. */
  readonly text: string;
  /** Instant, ISO 8601, before which nobody can erase it; undefined without a lock. */
  readonly lockedUntil: string | undefined;
}

/** The bucket of the books. Methods throw StoreBusyError and StoreFaultError. */
export interface BookShelf {
  /** Adds the text, locked until that instant, unless something stands there already: then it changes nothing. */
  add(key: string, text: string, lockUntil: string): Promise<void>;
  /** Reads back what stands there; undefined when nothing does. */
  read(key: string): Promise<StoredDocument | undefined>;
}
