import { cedarEngine } from '../../../../lambda/transfer/adapters/cedar-engine';
import { type CedarWasm, cedarWasm } from '../../../../lambda/transfer/adapters/cedar-wasm';
import type { LiveFacts, Restriction } from '../../../../lambda/transfer/model';
import { rulesOf } from '../../../../lambda/transfer/rules';
import type { Asked, TransferRules } from '../../../../lambda/transfer/weigh';
import { loadRegister } from '../../../../policies/load';
import { processorsOf } from '../../../../policies/register';
import type { Processor } from '../../../../policies/schema';
import { loadPolicies } from '../../../../policies/transfers/load';

export const register = loadRegister();
export const policies = loadPolicies();
export const words = register.transfers;
export const wasm: CedarWasm = cedarWasm();
export const engine = cedarEngine(policies, wasm);

/** Processors of the developer's stage, which have contracts. */
export const sandboxes = processorsOf(register, 'local');

/** The register's own rules, with processors as a test needs them. */
export function rulesWith(processors: readonly Processor[] = sandboxes): TransferRules {
  return rulesOf(new Map(processors.map((processor) => [processor.id, processor])), words, engine);
}

/** The SMS sandbox, changed as a test needs. */
export function smsWith(change: Partial<Processor> = {}): Processor {
  const sms = sandboxes.find(({ id }) => id === 'sandbox-sms');
  if (sms === undefined) throw new Error('the register has no sandbox-sms');
  return { ...sms, ...change };
}

export const DLT = { entityId: '1101234567890123456', header: 'DIGCRM', templateId: '1107123456789012345' };
export const NOW = new Date('2026-12-01T06:30:00.000Z');

/** A question that is allowed at NOW, changed as a test needs. */
export function askedWith(change: Partial<Asked> = {}): Asked {
  return {
    tenantId: 'tenant-1',
    processorId: 'sandbox-sms',
    purpose: 'service-messages',
    dataRole: 'tenant',
    categories: [],
    fields: ['phone', 'name', 'templateId'],
    lawfulBasis: { kind: 'consent', evidenceId: 'consent-77' },
    dlt: DLT,
    subjectNamed: true,
    ...change,
  };
}

export function liveWith(restrictions: readonly Restriction[] = [], change: Partial<LiveFacts> = {}): LiveFacts {
  return { restrictions, tenantActive: true, readAt: NOW, ...change };
}

export function restriction(scope: Restriction['scope'], from: string, change: Partial<Restriction> = {}): Restriction {
  return {
    restrictionId: 'tr-1',
    scope,
    from,
    authority: 'G.S.R. 123(E)',
    approver: 'counsel-1',
    clientName: 'legal-desk',
    createdAt: '2026-11-30T00:00:00.000Z',
    liftApprovals: [],
    liftedAt: null,
    version: 1,
    ...change,
  };
}
