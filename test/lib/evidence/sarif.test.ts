import type { EvidenceReport } from '../../../lib/evidence/model';
import { sarifOf } from '../../../lib/evidence/sarif';
import { sampleReport } from '../../support/evidence-report';
import { complaints, sarifValidator } from './support';

interface Run {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly locations: readonly [
      {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      },
    ];
    readonly partialFingerprints: Readonly<Record<string, string>>;
    readonly suppressions?: readonly { readonly justification?: string }[];
  }[];
}

const report = sampleReport();
const validate = sarifValidator();
const runsOf = (of: EvidenceReport) => (sarifOf(of) as { runs: Run[] }).runs;
const resultsOf = (of: EvidenceReport) => runsOf(of).flatMap(({ results }) => results);

describe('the findings as SARIF', () => {
  it('fit the published schema', () => {
    expect(complaints(validate, sarifOf(report))).toEqual([]);
  });

  it('fit it also where nothing was found, and where nothing ran', () => {
    expect(complaints(validate, sarifOf({ ...report, findings: [], commit: null, sourceUrl: null }))).toEqual([]);
    expect(complaints(validate, sarifOf({ ...report, findings: [], rules: [] }))).toEqual([]);
  });

  it('would be refused by it with one word wrong', () => {
    const { runs } = sarifOf(report) as { runs: Run[] };
    expect(complaints(validate, { ...sarifOf(report), runs: [{ ...runs[0], columnKind: 'bytes' }] })).not.toEqual([]);
  });

  it('are all there, each with its rule, a file of the repository and a line', () => {
    expect(resultsOf(report)).toHaveLength(report.findings.length);
    for (const { tool, results } of runsOf(report))
      for (const { ruleId, ruleIndex, locations } of results) {
        expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        const { artifactLocation, region } = locations[0].physicalLocation;
        expect(artifactLocation.uri).toMatch(/^(?!\/|\.\.|[a-z]+:).+\.ts$/);
        expect(region.startLine).toBeGreaterThan(0);
      }
  });

  it('are told apart by what they are about, and not by the line where it stands', () => {
    const prints = (of: EvidenceReport) =>
      resultsOf(of).map((result) => Object.values(result.partialFingerprints).join());
    const moved = report.findings.map((finding) => ({ ...finding, source: { file: 'lib/x.ts', line: 9 } }));
    expect(prints({ ...report, findings: moved })).toEqual(prints(report));
    expect(new Set(prints(report)).size).toBe(
      new Set(report.findings.map(({ rule, at, detail }) => `${rule}${at}${detail}`)).size,
    );
  });

  it('are suppressed where they may stay, with who answers for it and until when', () => {
    const accepted = report.findings.filter(({ result }) => result === 'acknowledged');
    const suppressed = resultsOf(report).filter(({ suppressions }) => suppressions !== undefined);
    expect(suppressed).toHaveLength(accepted.length);
    expect(accepted.length).toBeGreaterThan(0);
    for (const { suppressions } of suppressed)
      expect(suppressions?.[0]?.justification).toMatch(/\([A-Z]+-\d+, [a-z-]+, until \d{4}-\d\d-\d\d\)$/);
  });
});
