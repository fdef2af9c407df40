import type { Secured, Vault } from '../sealing/ports';
import type { AnonymiseOutcome } from './ports';

/**
 * Lets rows go once the numbers that may stay of them are published, for one request and store.
 *
 * Nothing goes before the numbers are there, and they are published as a whole. That is what makes k true: were rows
 * published and erased one after the other, a function that died in the middle would leave fewer than k people of
 * a group, and the next one could not count those that are gone. It also settles what a retry does:
 * - published twice: no, because the numbers and the note that they are there are written in one transaction;
 * - a row that is known again by its id: no, because there are no ids of rows. People who are alike are a number,
 *   and the only id, that of the whole statistic, is random and stands in no record of the request.
 */
export class AnonymisingVault implements Vault {
  private published: Promise<AnonymiseOutcome> | undefined;

  /** @param publish publishes what may stay of all rows, once, whoever calls and however often */
  constructor(private readonly publish: () => Promise<AnonymiseOutcome>) {}

  /** @throws what `publish` throws; then nothing may go, and the next call tries again */
  async secure(): Promise<Secured> {
    this.published ??= this.publish();
    try {
      await this.published;
    } catch (error) {
      this.published = undefined;
      throw error;
    }
    return { outcome: 'kept' };
  }
}
