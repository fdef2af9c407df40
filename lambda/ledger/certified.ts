import type { SignedCertificate } from '../certificate/certificate';
import { certifyingEvent, readSignedFile, withLedger } from '../certificate/signed-file';
import { sha256Hex } from '../shared/canonical';
import type { ProofDeps } from './proof-ports';
import { formatLogProof } from './proof-text';
import { LedgerBrokenError, latestCheckpoint, proveInclusion } from './proofs';

/** What the ledger calls the n-th certificate of a request. */
export function certificateAbout(requestId: string, number: number): string {
  return `${requestId}/certificate/${String(number).padStart(4, '0')}`;
}

/**
 * A certificate's file with the proof that the ledger has it; undefined while its event has no place under a signed
 * checkpoint. The proof is checked before it is handed out. @throws LedgerBrokenError
 *
 * @param file as it was signed and stored
 */
export async function withProof(file: string, deps: ProofDeps): Promise<string | undefined> {
  const { certificate } = JSON.parse(file) as SignedCertificate;
  const about = certificateAbout(certificate.requestId, certificate.number);
  // The checkpoint last: it then covers every place that was found, unless it is still being signed.
  const index = await deps.places.latestOf(about);
  const checkpoint = index === undefined ? undefined : await latestCheckpoint(deps);
  if (index === undefined || checkpoint === undefined || index >= checkpoint.size) return undefined;
  const { entry, hashes } = await proveInclusion(index, checkpoint, deps);
  const proof = formatLogProof({ index, hashes, checkpoint: checkpoint.note });
  const text = Buffer.from(entry).toString('utf8');
  const read = readSignedFile(Buffer.from(file));
  try {
    certifyingEvent(text, read, sha256Hex(read.bare));
  } catch (cause) {
    throw new LedgerBrokenError('the ledger tells of another certificate', { cause });
  }
  return withLedger(file, { entry: text, proof });
}
