/** An object as it is stored. Its body is read once, to the end. */
export interface StoredObject {
  /** User-defined metadata, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The log archive, to read. */
export interface LogArchive {
  /** Name of the bucket, which digests repeat. */
  readonly bucket: string;
  /** Regions that have digests. */
  regions(): Promise<readonly string[]>;
  /** Keys of a Region's digests of one day, of whatever trail. */
  digestKeys(region: string, day: Date): AsyncIterable<string>;
  /** The first key of all of a Region's digests, in the order of their names: the oldest that is left. */
  oldestDigestKey(region: string): Promise<string | undefined>;
  /** The object, or undefined when it is not there. */
  read(key: string): Promise<StoredObject | undefined>;
}

/** Public keys with which CloudTrail's signatures are checked. */
export interface PublicKeys {
  /** Keys of a Region by fingerprint, DER of PKCS #1; undefined for a Region that cannot be asked from here. */
  of(region: string, from: Date, to: Date): Promise<ReadonlyMap<string, Uint8Array> | undefined>;
}
