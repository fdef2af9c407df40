/** What other teams' CDK apps import: `import { DpdpChecks } from 'digicrm-compliance/checks'` (docs/checks.md). */
export { acknowledge, acknowledgeWildcard } from './acknowledge';
export type { Acknowledgement, FindingId } from './acknowledgement';
export { type Facts, loadFacts } from './dpdp/facts';
export { type Outcome, Outcomes } from './dpdp/outcomes';
export { DpdpChecks, type DpdpChecksProps } from './dpdp/pack';
export type { Area, Rule, Source, Verdict } from './dpdp/rule';
export { RULES } from './dpdp/rules';
export type { Template, TemplateResource } from './dpdp/template';
export { guardAcknowledgements } from './guard-acknowledgements';
export { RecordedSolutions } from './recorded-solutions';
