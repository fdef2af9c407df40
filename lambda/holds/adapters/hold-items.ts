import { PK } from '../../shared/names';

/** First part of the sort key of a tenant's items of holds, and the item that finds a hold by its id alone. */
export const HOLD_ITEM = {
  hold: 'HOLD#',
  /** Earlier wordings, by id and version. */
  past: 'PAST#',
  /** Progress of a pass, by id and instant. */
  pass: 'PASS#',
  /** No tenant is called so: an id has no slash. */
  finder: `${PK.hold}id/`,
  finderSortKey: 'TENANT',
} as const;

/** Partitions of the due index: holds that stand, and lifted ones whose objects are not released yet. */
export const STANDING = 'hold';
export const LIFTED = 'hold-lifted';
