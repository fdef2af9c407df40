import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type CfnResource } from 'aws-cdk-lib';
import { build } from '../../../bin/app';
import type { EvidenceReport } from '../../../lib/evidence/model';
import { makeReport, namedTests } from '../../../lib/evidence/report';
import { ruleTexts } from '../../../lib/evidence/rule-texts';
import { readSynth } from '../../../lib/evidence/synth-output';
import { loadRegister } from '../../../policies/load';

const ROOT = join(__dirname, '..', '..', '..');
const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
const clock = { now: () => new Date('2026-12-01T00:00:00Z') };
const register = loadRegister();
const folder = mkdtempSync(join(tmpdir(), 'broken-safeguard-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The report of stage prod after something was done to one resource, as if all tests had passed. */
function reportOf(
  name: string,
  path?: string,
  harm: (resource: CfnResource) => void = () => undefined,
): EvidenceReport {
  const outdir = join(folder, name);
  const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': [], stage: 'prod' } });
  build(app, undefined, undefined, clock);
  if (path !== undefined) harm(app.node.findAll().find(({ node }) => node.path === path) as CfnResource);
  try {
    app.synth();
  } catch (error) {
    // Broken rules fail synth; what it leaves is what counts here.
    if (path === undefined) throw error;
  }
  const tests = namedTests(register).map((file) => [file, { passed: 1, failed: 0 }] as const);
  return makeReport(
    {
      register,
      rules: ruleTexts(),
      synth: readSynth(outdir),
      tests: new Map(tests),
      origin: { commit: null, changed: false, version: '0.0.0', registerHash: 'a', sourceUrl: null },
      live: null,
      before: null,
      exists: () => true,
    },
    clock,
  );
}

const whole = reportOf('whole');

/** The bucket's lifecycle, but for the part that ends old versions. */
const WITHOUT_VERSIONS = {
  Status: 'Enabled',
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  ExpiredObjectDeleteMarker: true,
};

/** Ids of those that are red in a report and not in that of the whole app. */
function turnedRed(report: EvidenceReport, kind: 'rules' | 'controls' | 'promises'): string[] {
  const before = new Map<string, string>(whole[kind].map(({ id, result }) => [id, result]));
  return report[kind].filter(({ id, result }) => result === 'fail' && before.get(id) !== 'fail').map(({ id }) => id);
}

/** Controls that name a rule, and promises that such a control keeps. */
function standingOn(rules: readonly string[]): { controls: string[]; promises: string[] } {
  const controls = register.controls.controls
    .filter((c) => c.rules.some((rule) => rules.includes(rule)))
    .map((c) => c.id);
  const promises = register.controls.statements
    .filter((statement) => statement.controls.some((id) => controls.includes(id)))
    .map(({ id }) => id);
  return { controls, promises };
}

describe('the evidence of the app as it is', () => {
  it('has nothing red where all its tests passed: each control is shown by rules that ran', () => {
    const red = whole.controls.filter(({ result }) => result === 'fail' || result === 'unproven');
    expect(red.map(({ id, reasons }) => [id, ...reasons])).toEqual([]);
  });
});

describe.each<[string, string, (resource: CfnResource) => void, readonly string[]]>([
  [
    'a bucket whose old versions stay',
    'Data-prod/CustomerFiles/Resource',
    (bucket) => bucket.addPropertyOverride('LifecycleConfiguration', { Rules: [WITHOUT_VERSIONS] }),
    ['Dpdp-S3NoncurrentVersionsExpire'],
  ],
  [
    'a table without recovery',
    'Data-prod/CrmRecords/Resource',
    (table) => table.addPropertyOverride('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', false),
    // Not AwsSolutions-DDB3: it reads the construct, and an escape hatch goes past that.
    ['Dpdp-TablesRecoverable'],
  ],
])('%s', (name, path, harm, rules) => {
  it('turns its rules red, and what stands on them, and nothing else', () => {
    const report = reportOf(name.replaceAll(' ', '-'), path, harm);
    expect(turnedRed(report, 'rules').sort()).toEqual(rules);
    const { controls, promises } = standingOn(rules);
    expect(controls.length).toBeGreaterThan(0);
    expect(turnedRed(report, 'controls')).toEqual(controls);
    expect(turnedRed(report, 'promises')).toEqual(promises);
    expect(report.findings.filter(({ result }) => result === 'fail').map(({ at }) => at)).toEqual(
      rules.map(() => path),
    );
  });
});
