import type { AnyCertificate } from './certificate';
import { contradictionInProcessors } from './processors';

type CertifiedStore = AnyCertificate['stores'][number];
type Kind = keyof CertifiedStore['found'];

const KINDS: Record<CertifiedStore['kind'], readonly Kind[]> = {
  s3: ['versions', 'deleteMarkers', 'uploads'],
  dynamodb: ['items'],
};
const ALL_KINDS: readonly Kind[] = [...KINDS.s3, ...KINDS.dynamodb];

/**
 * Why a certificate contradicts itself, or undefined if it does not.
 * The recorder asks before it signs and the verifier after it has checked the signature.
 */
export function contradiction(certificate: AnyCertificate): string | undefined {
  return (
    certificate.stores.map(contradictionInStore).find((reason) => reason !== undefined) ??
    contradictionInOutcome(certificate) ??
    contradictionInTimes(certificate) ??
    contradictionInProcessors(certificate)
  );
}

function contradictionInStore(store: CertifiedStore): string | undefined {
  for (const kind of ALL_KINDS) {
    if (store.found[kind] !== store.erased[kind] + store.sealed[kind] + store.held[kind] + store.left[kind])
      return `${store.storeId}: ${kind} found are not those erased, sealed, held and left`;
    if (store.left[kind] !== 0) return `${store.storeId}: ${kind} are left`;
    if (store.found[kind] !== 0 && !KINDS[store.kind].includes(kind))
      return `${store.storeId}: a ${store.kind} store has no ${kind}`;
  }
  const expected = expectedOutcome(store);
  if (store.outcome !== expected) return `${store.storeId}: the counts say ${expected}, the outcome ${store.outcome}`;
  return undefined;
}

function expectedOutcome(store: CertifiedStore): CertifiedStore['outcome'] {
  if (sum(store.held) > 0) return 'held';
  if (sum(store.sealed) > 0) return 'sealed';
  return sum(store.found) > 0 ? 'erased' : 'none-found';
}

function contradictionInOutcome(certificate: AnyCertificate): string | undefined {
  const { stores, scope, subject } = certificate;
  if (new Set(stores.map((store) => store.storeId)).size !== stores.length) return 'a store is listed twice';
  const held = stores.some((store) => sum(store.held) > 0) || certificate.holds.length > 0;
  const expected = held ? 'held' : certificate.retained.length > 0 ? 'deferred' : 'completed';
  if (certificate.outcome !== expected) return `the counts say ${expected}, the outcome ${certificate.outcome}`;
  const unexplained = stores.find((store) => sum(store.sealed) > 0 && !isRetained(store.storeId, certificate));
  if (unexplained !== undefined) return `${unexplained.storeId}: sealed, and no law is named`;
  if ((scope === 'subject') !== (subject !== null)) return `scope ${scope} and subject do not go together`;
  if (scope === 'tenant' && certificate.confirmedAt === null && certificate.terminatedAt === null)
    return 'a tenant was erased without a confirmation';
  if (certificate.firstDeletionAt === null && stores.some((store) => sum(store.erased) + sum(store.sealed) > 0))
    return 'something was erased, yet there is no time of the first deletion';
  return undefined;
}

function contradictionInTimes(certificate: AnyCertificate): string | undefined {
  const { requestedAt, confirmedAt, firstDeletionAt, verifiedAt, certifiedAt } = certificate;
  const line = [requestedAt, confirmedAt, firstDeletionAt, verifiedAt, certifiedAt].filter((time) => time !== null);
  // All instants have one form (UTC, milliseconds), so the order of the strings is the order in time.
  if (line.some((time, i) => time < (line[i - 1] ?? time))) return 'the times are out of order';
  if (certificate.retained.some(({ since }) => since < requestedAt || since > certifiedAt))
    return 'something was sealed outside the time of the request';
  if (certificate.backupsLapseOn < verifiedAt.slice(0, 10)) return 'the backups lapse before the erasure';
  if ((certificate.number === 1) !== (certificate.supersedes === null)) return 'the first certificate supersedes none';
  if (certificate.stores.some((store) => store.verifiedAt < requestedAt || store.verifiedAt > verifiedAt))
    return 'a store was verified outside the time of the request';
  return undefined;
}

function isRetained(storeId: string, { retained }: AnyCertificate): boolean {
  return retained.some((entry) => entry.storeId === storeId);
}

function sum(counts: CertifiedStore['found']): number {
  return ALL_KINDS.reduce((total, kind) => total + counts[kind], 0);
}
