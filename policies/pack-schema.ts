import * as z from 'zod';

const days = z.int().positive();

/** policies/pack.yaml: the numbers and words that the rules of the DPDP pack go by, each with its source there. */
export const packSchema = z.strictObject({
  /** Regions in which data may be, home first. */
  regions: z.array(z.string()).min(1),
  tags: z.strictObject({
    /** Names the data role of a store. */
    dataRole: z.string(),
    /** Names the class of what a store holds. */
    dataClass: z.string(),
  }),
  /** Values of the tag `dataRole`, and whether such data is about people. */
  dataRoles: z.record(z.string(), z.strictObject({ personal: z.boolean() })),
  /** Classes that must not come back once they are gone, as keys for crypto-shredding: no recovery to a point in time. */
  unrecoverableClasses: z.array(z.string()),
  /** Longest lock of an object, in days, by data class. */
  longestLockDays: z.record(z.string(), days),
  /** Longest recovery window after termination. */
  recoveryWindowDays: days,
  /** Shortest time for which logs are kept. */
  logRetentionDays: days,
  /** Longest time for which a backup of live data is kept: it cannot be edited, so its end is the erasure. */
  longestBackupDays: days,
  /** Words that do not belong into names and tags, because what stands there reads as data about a person. */
  personalWords: z.array(z.string()),
  /** Shortest time between the order to delete a key and its end. */
  keyDeletionWaitDays: days,
  /** Data roles whose data ends with a termination. */
  terminationRoles: z.array(z.string()),
  /** Classes that are made for hours or days: they go by their age. */
  expiringClasses: z.array(z.string()),
  /** Classes that end by a decision about each piece: no lifecycle takes them. */
  sealedClasses: z.array(z.string()),
  /** Classes that may be locked in compliance mode, which nobody can end early. */
  complianceLockClasses: z.array(z.string()),
});

/** What the rules go by. */
export type PackFacts = z.infer<typeof packSchema>;
