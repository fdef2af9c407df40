import { type Certificate, signedCertificateSchema } from '../certificate/certificate';
import { sha256Hex } from '../shared/canonical';
import { certificateOf } from './certify';
import { totalOf } from './counts';
import { ended } from './ending';
import type { Reason, Sealed, Status } from './model';
import type { RecorderDeps } from './recorder-deps';
import type { Move, Situation } from './situation';
import { takenFrom } from './taken';
import { moveTo, nextLook, planShown, tellTermination } from './transitions';
import { unended } from './waiting';

/** Certifies what is done. What was signed before a kill is what stands, whatever was read since. */
export async function issueCertificate(
  move: Extract<Move, { move: 'certify' }>,
  s: Situation,
  deps: RecorderDeps,
): Promise<void> {
  const { requestId, certificates } = s.request;
  const [last, signed] = await Promise.all([
    certificates === 0 ? undefined : deps.certificates.getCertificate(requestId, certificates),
    deps.certificates.getCertificate(requestId, certificates + 1),
  ]);
  if (signed !== undefined) return settle(move, outcomeIn(signed), certificates + 1, s, deps);
  // Tried again, and the same is still held: there is nothing new to certify.
  if (last !== undefined && outcomeIn(last) === move.outcome && nothingTaken(s))
    return settle(move, move.outcome, certificates, s, deps);
  const supersedes = last === undefined ? null : sha256Hex(last);
  const certificate = certificateOf(s, move, supersedes, await deps.signer.key(), deps.register);
  const file = await deps.signer.sign(certificate);
  await deps.certificates.putCertificate(requestId, certificates + 1, file);
  await settle(move, move.outcome, certificates + 1, s, deps);
}

function outcomeIn(file: string): Certificate['outcome'] {
  return signedCertificateSchema.parse(JSON.parse(file)).certificate.outcome;
}

function nothingTaken(s: Situation): boolean {
  const steps = s.steps.filter((step) => step.round >= s.request.firstRound);
  return steps.every(({ storeId }) => totalOf(takenFrom(storeId, steps)) === 0);
}

/** Ends a request that is completed; any other waits, and keeps what it needs to go on. */
async function settle(
  { sealed, heldBy, outcome: computed, reasons }: Extract<Move, { move: 'certify' }>,
  outcome: Certificate['outcome'],
  certificates: number,
  s: Situation,
  deps: RecorderDeps,
): Promise<void> {
  const said = outcome === computed ? reasons : [];
  if (outcome === 'completed') await endAs(s, 'completed', said, deps, sealed, certificates);
  else await moveTo(s, outcome, { sealed, heldBy, reasons: said, certificates }, deps);
}

/** Ends a request for good. */
export async function endAs(
  s: Situation,
  status: Status,
  reasons: Reason[],
  deps: RecorderDeps,
  sealed: Sealed[] = unended(s.request.sealed),
  certificates = s.request.certificates,
): Promise<void> {
  const request = ended({ ...s.request, sealed, certificates }, status, reasons, s.now);
  // A request can end on its plan before that was shown: then people want to read it all the same.
  const unshown = status === 'refused' && request.planHash === undefined ? s.plan : undefined;
  await deps.requests.update(
    { ...request, ...(unshown && planShown(unshown)) },
    s.request.version,
    nextLook(request, s),
  );
  await tellTermination(request, deps);
}
