import type { Source } from '../../rule';

const act = (provision: string): Source => ({ law: 'DPDP Act 2023', provision });
const rules = (provision: string): Source => ({ law: 'DPDP Rules 2025', provision });

/** The privacy policy's own promise: up to 90 days after termination, then deleted. */
export const PROMISE: Source = { law: 'Privacy policy', provision: 'statement P12' };
/** Who decides about the data follows from who decides why it is processed. */
export const ROLES = act('s.2(i) and (k)');
/** The unwanted loss of data is a breach as well. */
export const LOSS = act('s.2(u)');
/** Measures that make it so. */
export const MEASURES = act('s.8(4)');
/** Reasonable safeguards. */
export const SAFEGUARDS = act('s.8(5)');
/** Erasure when the purpose is over. */
export const ERASURE = act('s.8(7)');
/** Obfuscation, masking and the like. */
export const SECURITY = rules('rule 6(1)(a)');
/** Going on after a loss. */
export const CONTINUITY = rules('rule 6(1)(d)');
/** Logs for a year. */
export const YEAR_OF_LOGS = rules('rule 6(1)(e)');
/** At least a year, and then no longer. */
export const YEAR_AND_NO_LONGER = rules('rule 8(3)');
/** Logs of all systems for 180 days. */
export const CERT_IN: Source = { law: 'CERT-In Directions 20(3)/2022', provision: 'direction (iv)' };
