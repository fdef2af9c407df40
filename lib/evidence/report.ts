import { createHash } from 'node:crypto';
import { dayInIndia } from '../../lambda/retention/civil-date';
import { canonicalJson } from '../../lambda/shared/canonical-json';
import { type Clock, instant } from '../../lambda/shared/clock';
import type { Register } from '../../policies/schema';
import { compareReports } from './compare';
import { findingsOf } from './findings';
import { type EvidenceReport, FORMAT, reportSchema } from './model';
import { processorEvidence } from './processors';
import { placesOf, resourcesOf, storesOf } from './resources';
import { controlResults, obligationResults, promiseResults } from './results';
import { requirePacks, ruleResults } from './rule-results';
import type { RuleText } from './rule-texts';
import { SourcePlaces } from './source-places';
import type { SynthOutput } from './synth-output';
import { type FileCounts, testResultOf } from './test-results';
import { timelinesOf } from './timelines';

/** Everything that a report follows from. */
export interface EvidenceInputs {
  readonly register: Register;
  readonly synth: SynthOutput;
  /** Rules of the packs by their full id. */
  readonly rules: ReadonlyMap<string, RuleText>;
  /** Results of this source, by file. What is not in it was not run. */
  readonly tests: ReadonlyMap<string, FileCounts>;
  readonly origin: Pick<EvidenceReport, 'commit' | 'changed' | 'version' | 'registerHash' | 'sourceUrl'>;
  readonly live: EvidenceReport['live'];
  /** Report to compare with; null where there is none. */
  readonly before: EvidenceReport | null;
  /** Whether the repository has such a file, by its path from the root. */
  readonly exists: (path: string) => boolean;
}

/**
 * Makes the report. Whatever is not shown is unproven.
 *
 * @throws EvidenceError where what was read does not fit together: acknowledgements of nothing, packs that did not run
 */
export function makeReport(inputs: EvidenceInputs, clock: Clock): EvidenceReport {
  const { register, synth, origin } = inputs;
  const madeAt = instant(clock.now());
  const today = dayInIndia(madeAt);
  const placeOf = placesOf(synth.stacks, new SourcePlaces(inputs.exists));
  requirePacks(synth.outcomes);
  const packs = new Set(synth.outcomes.map(({ pack }) => pack));
  const { findings, acknowledgements } = findingsOf(synth.reports, synth.acknowledgements, packs, today, placeOf);
  const rules = ruleResults(inputs.rules, synth.outcomes, findings);
  const tests = namedTests(register).map((file) => testResultOf(file, inputs.tests.get(file)));
  const controls = controlResults(register, rules, tests);
  const stores = storesOf(synth.app, placeOf);
  const { commit, changed, version, registerHash, sourceUrl } = origin;
  const report: EvidenceReport = {
    ...{ format: FORMAT, madeAt, today, stage: synth.app.stage, commit, changed, version, registerHash },
    ...{ templatesHash: synth.templatesHash, sourceUrl },
    promises: promiseResults(register, controls),
    obligations: obligationResults(register, controls, today),
    ...{ controls, rules, findings: [...findings], acknowledgements: [...acknowledgements], tests },
    resources: resourcesOf(synth.stacks, synth.outcomes, placeOf),
    stores,
    processors: processorEvidence(register, synth.app.stage, today),
    retention: timelinesOf(register, stores, today),
    switches: synth.app.switches,
    live: inputs.live,
    changes: null,
    hash: '',
  };
  const compared = { ...report, changes: inputs.before === null ? null : compareReports(inputs.before, report) };
  return reportSchema.parse({ ...compared, hash: hashOf(compared) });
}

/** Files of tests that controls name, once each, in order. */
export function namedTests({ controls: { controls } }: Pick<Register, 'controls'>): string[] {
  return [...new Set(controls.flatMap(({ tests }) => tests))].sort();
}

/** SHA-256 in hex over the canonical JSON (RFC 8785) of a report without its hash. */
export function hashOf({ hash: _, ...rest }: EvidenceReport): string {
  return createHash('sha256').update(canonicalJson(rest)).digest('hex');
}
