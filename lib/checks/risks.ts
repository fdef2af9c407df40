import type { Acknowledgement } from './acknowledgement';

/**
 * Who answers for what was accepted, until when, and where docs/accepted-risks.md explains it. The reason is said where
 * the finding is acknowledged.
 */
export const RISKS = {
  objectNames: { ticket: 'RISK-1', owner: 'security', expires: '2027-05-31' },
  namesByService: { ticket: 'RISK-2', owner: 'platform', expires: '2027-06-30' },
  noResourceToName: { ticket: 'RISK-3', owner: 'platform', expires: '2027-09-30' },
  permissionBoundary: { ticket: 'RISK-4', owner: 'security', expires: '2027-03-31' },
  restoredCopies: { ticket: 'RISK-5', owner: 'security', expires: '2027-05-31' },
  payloadsWithoutRecovery: { ticket: 'RISK-6', owner: 'data-protection', expires: '2027-04-30' },
  withoutWebAcl: { ticket: 'RISK-7', owner: 'security', expires: '2027-04-30' },
  withoutFlowLogs: { ticket: 'RISK-8', owner: 'platform', expires: '2027-10-31' },
  machineSignIn: { ticket: 'RISK-9', owner: 'security', expires: '2027-07-31' },
  ownAuthorizer: { ticket: 'RISK-10', owner: 'security', expires: '2027-07-31' },
  managedLogPolicy: { ticket: 'RISK-11', owner: 'platform', expires: '2027-11-30' },
  lastQueue: { ticket: 'RISK-12', owner: 'platform', expires: '2027-08-31' },
  scheduleNames: { ticket: 'RISK-13', owner: 'platform', expires: '2027-06-30' },
  withoutTrail: { ticket: 'RISK-14', owner: 'security', expires: '2027-10-31' },
} as const satisfies Readonly<Record<string, Omit<Acknowledgement, 'reason'>>>;
