import type { Source } from '../../rule';

/** Reasonable safeguards. */
export const SAFEGUARDS: Source = { law: 'DPDP Act 2023', provision: 's.8(5)' };
/** Visibility of access by logs, monitoring and review. */
export const VISIBILITY: Source = { law: 'DPDP Rules 2025', provision: 'rule 6(1)(c)' };
/** Measures that see to it that safeguards are followed. */
export const OBSERVANCE: Source = { law: 'DPDP Rules 2025', provision: 'rule 6(1)(g)' };
/** Logs of all systems. */
export const CERT_IN: Source = { law: 'CERT-In Directions 20(3)/2022', provision: 'direction (iv)' };
