import { type Clock, instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { noCounts } from './counts';
import { UnknownWorkError } from './errors';
import type { Verification } from './model';
import type { RequestLedger, ResidueReader, VerificationLedger } from './ports';

export interface VerifierDeps {
  readonly requests: Pick<RequestLedger, 'get'>;
  readonly verifications: VerificationLedger;
  readonly reader: ResidueReader;
  readonly inventory: readonly Store[];
  readonly clock: Clock;
}

/**
 * Reads one store again, as one who does not trust the eraser, and writes down what is left.
 * Repeating it for the same round replaces the earlier reading.
 *
 * @throws UnknownWorkError when request or store does not exist
 */
export async function verifyStore(
  work: { requestId: string; round: number; storeId: string },
  deps: VerifierDeps,
): Promise<Verification | undefined> {
  const request = await deps.requests.get(work.requestId);
  const store = deps.inventory.find((s) => s.id === work.storeId);
  if (request === undefined) throw new UnknownWorkError(`request ${work.requestId}`);
  if (store === undefined) throw new UnknownWorkError(`store ${work.storeId}`);
  // A late message of an earlier round, or of a request that has ended, has nothing to add. The
  // message may overtake the request's own step from executing to verifying.
  const underWay = request.status === 'verifying' || request.status === 'executing';
  if (!underWay || request.round !== work.round) return undefined;

  const startedAt = instant(deps.clock.now());
  const left = noCounts();
  const held = noCounts();
  for await (const page of deps.reader.read(store, request))
    for (const residue of page) (residue.held ? held : left)[residue.kind] += 1;
  const verification: Verification = {
    ...work,
    left,
    held,
    sealed: noCounts(),
    startedAt,
    verifiedAt: instant(deps.clock.now()),
  };
  await deps.verifications.putVerification(verification);
  return verification;
}
