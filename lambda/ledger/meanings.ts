import type { EventType } from './event';

/** What each kind of event says, in a sentence: for people who read entries, docs/ledger.md and reports for a court. */
export const EVENT_MEANINGS: Readonly<Record<EventType, string>> = {
  'erasure.request': 'A request for erasure entered a state, or what is recorded of it changed.',
  'erasure.plan': 'The plan of an erasure was made; its hash is what is confirmed.',
  'erasure.line': 'The line between cancelling and erasing: crossed before the first deletion, or cancelled.',
  'erasure.step': 'The erasure of a part of a store moved on; counts are told when it is done.',
  'erasure.verification': 'A second reader read a store again and counted what is left.',
  'erasure.certificate': 'A certificate was issued; the hash is that of the signed file.',
  hold: 'A legal hold was placed, changed or lifted.',
  'hold.past': 'An earlier version of a legal hold was kept.',
  termination: "A tenant's contract ended, or its termination moved on.",
  'transfer.decision': 'It was decided whether data may go to a processor.',
  transfer: 'The delivery of data to a processor moved on.',
  'transfer.restriction': 'Transfers to a country or a processor were restricted, or a restriction was lifted.',
  'disclosure.recipient': 'A processor was allowed data of a tenant for the first time.',
  'disclosure.notice': 'Telling a processor of an erasure moved on, its answer included.',
  'token.access': 'A virtual token was turned back into what it stands for, or that was refused.',
};
