import type { Ref } from '../erasure/ports';
import type { Entry } from './ports';
import { isWithin, type Window } from './window';

/**
 * Picks hiding's own markers from a version listing: those that lie on top of their key, one above the other,
 * with a time inside the window. There can be several where a call was repeated or two workers met. Below a
 * version that somebody wrote on top nothing is touched: it is the current object and stays so.
 *
 * Holds the last key only, so pages of any number can be given to it in listing order.
 */
export class OwnMarkers {
  private key: string | undefined;
  private onTop = false;

  constructor(private readonly window: Window) {}

  /** The markers of this page to remove. */
  of(entries: readonly Entry[]): Ref[] {
    return entries.filter((entry) => this.isOwn(entry));
  }

  private isOwn({ key, kind, modifiedAt }: Entry): boolean {
    if (key !== this.key) this.onTop = true;
    this.key = key;
    this.onTop &&= kind === 'deleteMarkers' && isWithin(modifiedAt, this.window);
    return this.onTop;
  }
}
