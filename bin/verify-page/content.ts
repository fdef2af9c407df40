import type { AnyCertificate, CertifiedProcessor } from '../../lambda/certificate/certificate';
import { countsInWords } from '../cli/words';

/** What a certificate says, as texts: the page puts them in as text and never as HTML. */
export interface Content {
  readonly summary: string;
  readonly facts: readonly (readonly [term: string, text: string])[];
  readonly stores: readonly Readonly<Record<StoreColumn, string>>[];
  /** Lists with their headings; empty ones are left out. */
  readonly lists: readonly { readonly title: string; readonly items: readonly string[] }[];
}

export const STORE_COLUMNS = ['Store', 'Outcome', 'Found', 'Erased', 'Sealed', 'Held', 'Verified'] as const;
type StoreColumn = (typeof STORE_COLUMNS)[number];

const SUMMARY: Readonly<Record<AnyCertificate['outcome'], string>> = {
  completed: 'Everything that was found was erased, and a second reader found nothing left.',
  deferred: 'What no law keeps was erased. The rest is out of use, and is erased once the law no longer keeps it.',
  held: 'A lock or a legal hold stopped a part. The rest was erased, or sealed where a law keeps it.',
};

export function contentOf(certificate: AnyCertificate, fileSha256: string): Content {
  const { retained, holds, anonymised } = certificate;
  const lists = [
    {
      title: 'Kept because a law says so',
      items: retained.map(({ storeId, into, counts, until, law, keptFields }) => {
        const place = into === 'vault' ? 'the vault' : 'the statutory books';
        const fields = keptFields.map(({ field, citation }) => `${field} (${citation})`).join(', ');
        const grounds = law.map(({ citation, effect }) => `${citation}: ${effect}`).join(' ');
        return `${countsInWords(counts)} of ${storeId}, in ${place} until ${until}. ${grounds}${fields && ` Only the fields ${fields}.`}`;
      }),
    },
    {
      title: 'Legal holds',
      items: holds.map(({ holdId, matter, reviewAt }) => `${holdId}: ${matter}, looked at again on ${reviewAt}`),
    },
    {
      title: 'Counted without names before it was erased',
      items: anonymised.map(({ storeId, rows, ruleId }) => `${rows} rows of ${storeId}, by the rule ${ruleId}`),
    },
    { title: 'Processors that have the data too', items: processorsInWords(certificate) },
  ];
  return {
    summary: SUMMARY[certificate.outcome],
    facts: factsOf(certificate, fileSha256),
    stores: certificate.stores.map((store) => ({
      Store: `${store.storeId} (${store.kind}, ${store.region})`,
      Outcome: store.outcome,
      Found: countsInWords(store.found),
      Erased: countsInWords(store.erased),
      Sealed: countsInWords(store.sealed),
      Held: countsInWords(store.held),
      Verified: time(store.verifiedAt),
    })),
    lists: lists.filter(({ items }) => items.length > 0),
  };
}

function factsOf(certificate: AnyCertificate, fileSha256: string): [string, string][] {
  const { scope, subject, tenantId, signedBy, supersedes } = certificate;
  const times: readonly (readonly [string, string | null])[] = [
    ['Contract ended', certificate.terminatedAt],
    ['Asked for', certificate.requestedAt],
    ['Confirmed', certificate.confirmedAt],
    ['First deletion', certificate.firstDeletionAt],
    ['Verified', certificate.verifiedAt],
    ['Certified', certificate.certifiedAt],
  ];
  return [
    ['Whose data', scope === 'tenant' ? `all of tenant ${tenantId}` : `one person's, in tenant ${tenantId}`],
    ...(subject === null ? [] : [['Person, as a keyed hash', subject.value] satisfies [string, string]]),
    ['Request', certificate.requestId],
    ...times.flatMap(([term, at]): [string, string][] => (at === null ? [] : [[term, time(at)]])),
    ['Backups', `hold nothing of it any more from ${certificate.backupsLapseOn} on`],
    ['Certificate', `number ${certificate.number} of this request`],
    ...(supersedes === null ? [] : [['Follows the file with SHA-256', supersedes] satisfies [string, string]]),
    ['SHA-256 of this file', fileSha256],
    ['Signed by', signedBy.keyId],
    ['SHA-256 of the public key', signedBy.publicKeySha256],
  ];
}

/** Who has answered and who has not; version 2 names processors and says no more of them. */
function processorsInWords(certificate: AnyCertificate): string[] {
  if (certificate.version === 2) return certificate.processors.map(({ processorId }) => processorId);
  return certificate.processors.map(({ processorId, state, answeredAt, deadline, evidenceSha256 }) => {
    const answer = answeredAt === null ? 'no answer yet' : `answered ${time(answeredAt)}`;
    const due = answeredAt === null && deadline !== null ? `, has until ${time(deadline)}` : '';
    const shown = evidenceSha256 === null ? '' : `, by a document with SHA-256 ${evidenceSha256}`;
    return `${processorId}: ${STATES[state]} (${answer}${due}${shown})`;
  });
}

const STATES = {
  'to-tell': 'not told yet',
  told: 'told to erase',
  acknowledged: 'says that it erased',
  refused: 'says that it will not erase',
  'by-hand': 'a person has to tell it',
  evidenced: 'told by a person, who showed that it erased',
  held: 'not told, because of a legal hold',
} as const satisfies Readonly<Record<CertifiedProcessor['state'], string>>;

/** `2026-01-05 10:00:00 UTC` */
function time(instant: string): string {
  return instant.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}
