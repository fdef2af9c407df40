import { processorsOf } from '../../policies/register';
import type { Register } from '../../policies/schema';
import type { EvidenceReport } from './model';

/** Third parties of a stage. A contract holds from its signature to its last day. */
export function processorEvidence(
  register: Pick<Register, 'processors'>,
  stage: string,
  today: string,
): EvidenceReport['processors'] {
  return processorsOf(register, stage).map(({ id, name, countries, purposes, contract }) => ({
    id,
    name,
    countries: [...new Set([...countries.processing, ...countries.storage])].sort(),
    purposes: purposes.map((purpose) => purpose.id),
    contract:
      contract !== null && contract.signedOn !== null && contract.signedOn <= today && today <= contract.validUntil,
  }));
}
