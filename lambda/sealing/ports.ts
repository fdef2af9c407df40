import type { Ref, Refusal } from '../erasure/ports';
import type { Place } from './vault-layout';

/** What became of one thing that has to be secured before it may be erased. */
export type Secured =
  /** It lies there, checked, and cannot change any more: it may be erased by its id. */
  | { readonly outcome: 'kept' }
  /** It lies there as it was read; it can still change, so `erase` takes it only if it did not. */
  | { readonly outcome: 'kept-as-read'; readonly erase: () => Promise<'erased' | 'changed'> }
  /** Somebody else erased it. */
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'refused'; readonly cause: Refusal['cause'] };

/** Puts things of one store where a law keeps them: whole, by their fields, or as numbers. */
export interface Vault {
  /**
   * Secures one thing and proves it. Securing what is secured already succeeds.
   * @throws StoreBusyError, StoreFaultError when it is open whether it was secured
   */
  secure(ref: Ref): Promise<Secured>;
}

/** A version or delete marker as its bucket lists it. */
export interface ListedThing {
  readonly kind: 'versions' | 'deleteMarkers';
  /** When it was written, ISO 8601. */
  readonly lastModified: string;
  /** Ids of all versions and markers of the key with that very time, newest first; empty when it is alone. */
  readonly tied: readonly string[];
}

/** What a version holds. */
export interface Content {
  readonly size: number;
  /** SHA-256 in hex of its bytes, as they were read. */
  readonly sha256: string;
  /** SHA-256 in base64 of each part, when it is too large for one copy. */
  readonly parts: readonly string[];
  /** System headers such as `ContentType`, by the names of S3's API. */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A version in the vault's bucket. */
export interface ObjectCopy {
  readonly key: string;
  readonly versionId: string;
  readonly size: number;
  /** S3's own SHA-256 of the copy, in base64; of the parts' digests where it has a `-`. */
  readonly checksum?: string;
}

/** The bucket that is being emptied. All methods throw StoreBusyError and StoreFaultError. */
export interface ObjectSource {
  /** Undefined when it is gone. */
  describe(ref: Ref): Promise<ListedThing | undefined>;
  /** Reads the version from end to end; undefined when it is gone. */
  read(ref: Ref): Promise<Content | undefined>;
}

/** The vault's bucket. All methods throw StoreBusyError and StoreFaultError. */
export interface ObjectShelf {
  /** Copies a version. `agrees`: whether S3's checksum of the copy is that of the content; undefined when S3 gave none. */
  copy(ref: Ref, key: string, content: Content): Promise<{ copy: ObjectCopy; agrees: boolean | undefined }>;
  /** Whether the copy is there and as it was. */
  has(copy: ObjectCopy): Promise<boolean>;
  /** Reads the copy from end to end and hashes it, in hex. */
  sha256Of(copy: ObjectCopy): Promise<string | undefined>;
}

/** What the vault says about one sealed version or delete marker: proof that the source may go. */
export interface Receipt {
  readonly requestId: string;
  readonly storeId: string;
  readonly kind: 'versions' | 'deleteMarkers';
  readonly sourceKey: string;
  readonly sourceVersion: string;
  readonly lastModified: string;
  readonly tied: readonly string[];
  /** Absent for a delete marker, which has no content. */
  readonly content?: Omit<Content, 'parts'>;
  readonly copy?: ObjectCopy;
  readonly sealedAt: string;
}

/** Receipts in the vault's table. Methods throw StoreBusyError and StoreFaultError. */
export interface ReceiptBook {
  find(place: Place): Promise<Receipt | undefined>;
  /** Writes, unless something else than `instead` stands there; tells whether it wrote. */
  put(place: Place, receipt: Receipt, instead: Receipt | undefined): Promise<boolean>;
}

/** A table's row: what it holds is the adapter's business. */
export interface Row<C> {
  readonly content: C;
  /** Of the canonical form of all of it. */
  readonly sha256: string;
  /** Attributes beside the two of the key. */
  readonly attributes: number;
}

/** The table that is being emptied. Methods throw StoreBusyError and StoreFaultError. */
export interface RowSource<C> {
  /** Reads consistently; undefined when it is gone. */
  read(ref: Ref): Promise<Row<C> | undefined>;
  /**
   * Erases the row if each attribute is as it was read. DynamoDB cannot ask for "no other attribute": one that
   * was added meanwhile goes too, and the row comes back as `more`.
   */
  eraseUnchanged(ref: Ref, row: Row<C>): Promise<{ outcome: 'erased'; more?: Row<C> } | { outcome: 'changed' }>;
}

/** What stands beside a sealed row's content. */
export interface RowLabel {
  readonly requestId: string;
  readonly storeId: string;
  readonly sealedAt: string;
}

/** Sealed rows in the vault's table. Methods throw StoreBusyError, StoreFaultError and NeverSealableError. */
export interface RowShelf<C> {
  /** Writes the row unless one stands there already. */
  put(place: Place, ref: Ref, row: Row<C>, label: RowLabel): Promise<void>;
  /** Reads the row back, consistently, and hashes it anew; undefined when there is none. */
  sha256Of(place: Place): Promise<string | undefined>;
}
