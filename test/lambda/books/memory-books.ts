import type { BookShelf, StoredDocument } from '../../../lambda/books/ports';
import type { Stepper } from '../../support/stepper';

/** The bucket of the books in memory. */
export class MemoryBooks {
  readonly documents = new Map<string, StoredDocument>();
  /** What a document turns into on its way. */
  corrupt: (document: StoredDocument) => StoredDocument = (document) => document;

  shelf(process: Stepper): BookShelf {
    return {
      add: (key, text, lockUntil) =>
        process.call(() => {
          if (!this.documents.has(key)) this.documents.set(key, this.corrupt({ text, lockedUntil: lockUntil }));
        }),
      read: (key) => process.call(() => this.documents.get(key)),
    };
  }
}
