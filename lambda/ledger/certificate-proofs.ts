import type { CertificateProofs } from '../erasure/ports';
import { describeError, type ProblemLogger } from '../shared/http';
import { withProof } from './certified';
import type { ProofDeps } from './proof-ports';

/**
 * Proofs for certificates. A certificate stands by its own signature: where the ledger cannot be read or does not
 * hold, it is given without a proof, and the error is in the log.
 */
export function certificateProofs(deps: ProofDeps, logger: Pick<ProblemLogger, 'error'>): CertificateProofs {
  return {
    withProof: (file) =>
      withProof(file, deps).catch((error: unknown) => {
        logger.error('no proof for a certificate', { error: describeError(error) });
        return undefined;
      }),
  };
}
