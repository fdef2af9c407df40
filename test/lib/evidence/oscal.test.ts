import { type EvidenceReport, RESULTS } from '../../../lib/evidence/model';
import { assessmentResultsOf, componentDefinitionOf } from '../../../lib/evidence/oscal';
import { sampleReport } from '../../support/evidence-report';
import { complaints, oscalValidator } from './support';

const report = sampleReport();
const validate = oscalValidator();
const nothing: EvidenceReport = {
  ...report,
  commit: null,
  promises: [],
  obligations: [],
  controls: report.controls.slice(0, 1).map((control) => ({ ...control, rules: [], tests: [], keptBy: [] })),
  rules: [],
  tests: [],
  findings: [],
  acknowledgements: [],
};

interface Finding {
  readonly title: string;
  readonly target: { readonly status: { readonly state: string; readonly reason: string } };
  readonly 'related-observations'?: readonly { readonly 'observation-uuid': string }[];
}

function resultOf(of: EvidenceReport) {
  const { 'assessment-results': document } = assessmentResultsOf(of) as {
    'assessment-results': { results: [{ findings: Finding[]; observations: { uuid: string }[] }] };
  };
  return document.results[0];
}

describe('the evidence as OSCAL', () => {
  it.each([
    ['the component definition', componentDefinitionOf],
    ['the assessment results', assessmentResultsOf],
  ])('fits the published schema: %s', (_, documentOf) => {
    expect(complaints(validate, documentOf(report))).toEqual([]);
    expect(complaints(validate, documentOf(nothing))).toEqual([]);
  });

  it('would be refused by it with an id that is none', () => {
    const { 'component-definition': definition } = componentDefinitionOf(report) as { 'component-definition': object };
    expect(complaints(validate, { 'component-definition': { ...definition, uuid: '1' } })).not.toEqual([]);
  });

  it('is the same for the same report, with ids of their own', () => {
    expect(assessmentResultsOf(report)).toEqual(assessmentResultsOf(structuredClone(report)));
    const text = JSON.stringify([componentDefinitionOf(report), resultOf(report).observations]);
    const ids = [...text.matchAll(/"uuid":"([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(RESULTS)('calls a control satisfied only where it is shown: %s', (result) => {
    const [control] = report.controls;
    if (control === undefined) throw new Error('the sample has controls');
    const { findings } = resultOf({ ...report, controls: [{ ...control, result }] });
    const satisfied = result === 'pass' || result === 'acknowledged';
    expect(findings[0]?.target.status).toEqual({ state: satisfied ? 'satisfied' : 'not-satisfied', reason: result });
  });

  it('leads from each control to the rules and tests that ran', () => {
    const { findings, observations } = resultOf(report);
    const known = new Set(observations.map(({ uuid }) => uuid));
    const named = findings.flatMap((finding) => finding['related-observations'] ?? []);
    expect(named.length).toBeGreaterThan(0);
    for (const { 'observation-uuid': id } of named) expect(known).toContain(id);
  });
});
