import { LEDGER_PK } from '../../shared/names';
import type { LedgerEvent } from '../event';

/** Digits of a sequence number in a key, so that keys sort as the numbers do. */
const SEQUENCE_DIGITS = 40;

/** Key of an event's place. */
export function placeKey({ about, sequence }: Pick<LedgerEvent, 'about' | 'sequence'>): { pk: string; sk: string } {
  return { pk: `${LEDGER_PK.place}${about}`, sk: sequence.padStart(SEQUENCE_DIGITS, '0') };
}

export const HEAD_KEY = { pk: LEDGER_PK.head, sk: 'tree' } as const;
export const SEEN_KEY = { pk: LEDGER_PK.seen, sk: 'tree' } as const;
