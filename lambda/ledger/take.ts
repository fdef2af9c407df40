import { ZodError } from 'zod';
import { sha256Hex } from '../shared/canonical';
import { eventsOf, type TableWrite, type TenantNames } from './derive';
import { UnknownItemError } from './kinds';
import type { Waiting } from './ports';

/** A write that nobody could describe. Neither keys nor content: they might name somebody. */
export interface PutAside {
  /** Hash of the item's key and the write's sequence number: the same for each delivery. */
  readonly name: string;
  readonly reason: 'unknown-kind' | 'not-understood';
  /** First part of the item's key up to the first `#`, which tells its kind; null where it is none of ours. */
  readonly kind: string | null;
  readonly sequence: string;
  readonly at: Date;
}

export interface Quarantine {
  /** Keeps it for a person. Again is harmless. @returns false where it was there already */
  put(aside: PutAside): Promise<boolean>;
}

/** Our prefixes are short and in capitals; anything else might be somebody's name. */
const PREFIX = /^([A-Z]{2,12})#/;

/**
 * Events of a batch of writes, in their order. A write that is not understood is put aside; those behind it go on.
 *
 * @param onAside hears of each that was put aside for the first time
 */
export async function takeWrites(
  writes: readonly TableWrite[],
  names: TenantNames,
  quarantine: Quarantine,
  onAside: () => void,
): Promise<Waiting[]> {
  const waiting: Waiting[][] = await Promise.all(
    writes.map(async (write) => {
      try {
        return await eventsOf(write, names);
      } catch (error) {
        const reason = reasonOf(error);
        // Whatever else went wrong, KMS for one, may go well at the next delivery.
        if (reason === undefined) throw error;
        if (await quarantine.put(aside(write, reason))) onAside();
        return [];
      }
    }),
  );
  return waiting.flat();
}

function reasonOf(error: unknown): PutAside['reason'] | undefined {
  if (error instanceof UnknownItemError) return 'unknown-kind';
  if (error instanceof ZodError) return 'not-understood';
  return undefined;
}

function aside({ before, after, sequence, at }: TableWrite, reason: PutAside['reason']): PutAside {
  const { pk, sk } = after ?? before ?? {};
  return {
    name: sha256Hex(JSON.stringify([pk, sk, sequence])),
    reason,
    kind: PREFIX.exec(String(pk))?.[1] ?? null,
    sequence,
    at,
  };
}
