import type { Source } from './rule';

/** Parts of the law that several rules serve. */
export const SOURCES = {
  /** Reasonable security safeguards. */
  safeguards: { law: 'DPDP Act 2023', provision: 's.8(5)' },
  /** Encryption and the like. */
  encryption: { law: 'DPDP Rules 2025', provision: 'rule 6(1)(a)' },
  /** Control of access to computer resources. */
  access: { law: 'DPDP Rules 2025', provision: 'rule 6(1)(b)' },
  /** Continued processing after loss. */
  continuity: { law: 'DPDP Rules 2025', provision: 'rule 6(1)(d)' },
  /** Countries to which the Government may restrict transfers. */
  transfers: { law: 'DPDP Act 2023', provision: 's.16' },
  /** Orders on what may be made available to a foreign State. */
  foreignStates: { law: 'DPDP Rules 2025', provision: 'rule 15' },
  /** Logs of all systems, kept in India. */
  logsInIndia: { law: 'CERT-In Directions 20(3)/2022', provision: 'direction (iv)' },
} as const satisfies Record<string, Source>;
