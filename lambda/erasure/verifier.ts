import { heldKeys } from '../holds/cover';
import type { HoldReader } from '../holds/hold';
import { type Clock, instant } from '../shared/clock';
import type { Store } from '../shared/inventory';
import { noCounts } from './counts';
import { UnknownWorkError } from './errors';
import type { RequestRecord, Verification } from './model';
import type { RequestLedger, ResidueReader, SealReader, VerificationLedger } from './ports';

export interface VerifierDeps {
  readonly requests: Pick<RequestLedger, 'get'>;
  readonly verifications: VerificationLedger;
  readonly reader: ResidueReader;
  readonly seals: SealReader;
  readonly holds: HoldReader;
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
  const sealed = await countSealed(request, store, deps);
  const left = noCounts();
  const held = noCounts();
  const holds = await deps.holds.holdsOf(request.tenantId);
  const isHeld = holds.length > 0 ? heldKeys(holds, store) : undefined;
  for await (const page of deps.reader.read(store, request, isHeld))
    for (const residue of page) (residue.held ? held : left)[residue.kind] += 1;
  const verification: Verification = {
    ...work,
    left,
    held,
    sealed,
    startedAt,
    verifiedAt: instant(deps.clock.now()),
  };
  await deps.verifications.putVerification(verification);
  return verification;
}

/** Of what should lie there the less that is seen counts; of what should be gone, the more. */
async function countSealed(
  request: RequestRecord,
  store: Store,
  { seals }: VerifierDeps,
): Promise<Verification['sealed']> {
  const counted = { vault: noCounts(), books: noCounts() };
  for (const entry of request.sealed.filter(({ storeId, state }) => storeId === store.id && state !== 'erased')) {
    const { least, most } = await seals.count(request, store, entry.into);
    counted[entry.into] = entry.state === 'ending' ? most : least;
  }
  return counted;
}
