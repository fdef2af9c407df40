import { withBackoff } from '../erasure/backoff';
import { StoreFaultError } from '../erasure/errors';
import type { Ref } from '../erasure/ports';
import type { ResolveRetention, RetentionFacts } from '../retention/resolve';
import { NeverSealableError } from '../sealing/errors';
import type { Row, RowSource, Secured, Vault } from '../sealing/ports';
import { MOST_ATTRIBUTES } from '../sealing/row-vault';
import { placeOf, type SealingOf } from '../sealing/vault-layout';
import { sha256Hex } from '../shared/canonical';
import type { Sleep } from '../shared/clock';
import { ACCESS_FLAG } from '../shared/names';
import { bookEntryText, startOfDayInIndia } from './book-entry';
import { bookKey } from './book-layout';
import { booksDecision, fateOf, type RowFate, restDecision } from './decision';
import { type BooksRegister, type DocumentKey, documentOf } from './document';
import { extract } from './extract';
import type { BookShelf } from './ports';

export interface BooksVaultDeps<C> {
  readonly source: RowSource<C>;
  /** A row's attributes as plain values; numbers as numbers, lists and maps as they are. */
  readonly attributesOf: (content: C) => Readonly<Record<string, unknown>>;
  readonly shelf: BookShelf;
  /** What seals whole rows of the source it is given, where a law wants all of a row for some time. */
  readonly vaultOf: (source: RowSource<C>) => Vault;
  /** What is known of the request and the store at this time. */
  readonly facts: RetentionFacts;
  readonly resolve: ResolveRetention;
  readonly register: BooksRegister;
  readonly sleep: Sleep;
}

type End = Extract<RowFate, { fate: 'end' }>;

/**
 * Secures rows that are documents: the fields that laws name go into the books, locked to the document's own day,
 * and the whole row into the vault where another law wants it. Where no law keeps anything the row simply goes.
 *
 * A row that is not what its key says, or lacks what the law demands, stays for a person to look at: nothing is
 * made up, and nothing brings an erased invoice back.
 */
export class BooksVault<C> implements Vault {
  constructor(
    /** `keepers.vaultBucket` gives the layout, which the books share. */
    private readonly of: SealingOf,
    private readonly deps: BooksVaultDeps<C>,
  ) {}

  /** @throws NeverSealableError where the row is in doubt; StoreBusyError, StoreFaultError */
  async secure(ref: Ref): Promise<Secured> {
    // Our own mark on the tenant says nothing of a person, and goes with the tenant's rows.
    if (ref.part === ACCESS_FLAG.sortKey) return { outcome: 'kept' };
    const row = await this.deps.source.read(ref);
    if (row === undefined) return { outcome: 'gone' };
    const { document, fate } = this.judge(ref, row);
    if (fate.books !== null && !(await this.keep(ref, row, document, fate.books, 'complete')))
      return { outcome: 'refused', cause: 'fault' };
    const asRead = this.asRead(row, document, fate);
    if (fate.vault !== null) return this.deps.vaultOf(asRead).secure(ref);
    return {
      outcome: 'kept-as-read',
      erase: async () => ((await asRead.eraseUnchanged(ref, row)).outcome === 'changed' ? 'changed' : 'erased'),
    };
  }

  private judge(ref: Ref, row: Row<C>): { document: DocumentKey; fate: End } {
    const { source } = this.of;
    const { facts, resolve, register } = this.deps;
    if (row.attributes > MOST_ATTRIBUTES)
      throw new NeverSealableError(source.id, `a row of more than ${MOST_ATTRIBUTES} attributes`);
    const document = documentOf(ref.part);
    if (document === undefined || document.kind !== source.documents)
      throw new NeverSealableError(source.id, 'a row whose key is not that of a document');
    const statutory = booksDecision(document.issuedOn, document.kind, facts, resolve, register);
    const fate = fateOf(statutory, restDecision(facts, resolve));
    if (fate.fate === 'hold') throw new NeverSealableError(source.id, 'a document about which the facts are in doubt');
    return { document, fate };
  }

  /** Writes the document and reads it back: whether the very text lies there, under a lock that lasts. */
  private async keep(
    ref: Ref,
    row: Row<C>,
    document: DocumentKey,
    books: NonNullable<End['books']>,
    demand: 'complete' | 'whatever-there-is',
  ): Promise<boolean> {
    const { attributesOf, register, shelf } = this.deps;
    const cut = extract(attributesOf(row.content), document, register);
    if (demand === 'complete' && cut.findings.length > 0) {
      const what = cut.findings.map(({ code, field }) => `${field} ${code}`).join(', ');
      throw new NeverSealableError(this.of.source.id, `a document that the law would not recognise: ${what}`);
    }
    const text = bookEntryText(document, cut, books, register);
    const key = bookKey(placeOf(ref, this.of, sha256Hex(text)).objectKey, books.until);
    const lockUntil = startOfDayInIndia(books.until);
    await shelf.add(key, text, lockUntil);
    const stored = await shelf.read(key);
    return stored?.text === text && Date.parse(stored.lockedUntil ?? '') >= Date.parse(lockUntil);
  }

  /** The source with the row as it was read, so that books and vault keep the same state of it. */
  private asRead(row: Row<C>, document: DocumentKey, { books }: End): RowSource<C> {
    const { source, sleep } = this.deps;
    return {
      read: () => Promise.resolve(row),
      eraseUnchanged: async (ref, read) => {
        const result = await source.eraseUnchanged(ref, read);
        if (result.outcome === 'changed' || result.more === undefined || books === null) return result;
        const { more } = result;
        // The row is in memory alone now, so what there is of it has to do.
        await withBackoff(async () => {
          if (!(await this.keep(ref, more, document, books, 'whatever-there-is')))
            throw new StoreFaultError(this.of.source.id);
        }, sleep);
        return result;
      },
    };
  }
}
