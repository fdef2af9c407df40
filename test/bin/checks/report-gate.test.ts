import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const FINDING = 'AwsSolutions::AwsSolutions-S1';
const accepted = {
  ruleName: 'AwsSolutions-S1',
  violatingConstructs: [{ constructPath: 'Data/Files/Resource' }],
  acknowledgedId: FINDING,
  acknowledgedAt: 'Data/Files',
  reason: 'a reason that explains why the finding may stay',
};
const made = {
  at: 'Data/Files',
  findings: [FINDING],
  reason: accepted.reason,
  owner: 'platform',
  expires: '2027-06-30',
  ticket: 'RISK-7',
  source: null,
};
const outcomesOf = (pack: string) => ({ pack, outcomes: [{ rule: `${pack}-S1`, compliant: ['Data/X'], broken: [] }] });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the gate on a synth with one accepted finding, of which `parts` are other ones. */
function gate(parts: { made?: object[]; outcomes?: object[]; violations?: object[] } = {}) {
  const report = {
    pluginName: 'AwsSolutions',
    conclusion: 'success',
    violations: parts.violations ?? [],
    suppressedViolations: [accepted],
  };
  mkdirSync(join(folder, 'evidence'));
  const write = (file: string, content: unknown) => writeFileSync(join(folder, file), JSON.stringify(content));
  write('manifest.json', {});
  write('validation-report.json', { pluginReports: [report] });
  write('evidence/acknowledgements.json', parts.made ?? [made]);
  write('evidence/outcomes.json', parts.outcomes ?? ['AwsSolutions', 'Dpdp'].map(outcomesOf));
  return spawnSync(process.execPath, ['--import', 'tsx', 'bin/checks/report-gate.ts', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
}

describe('the gate behind synth', () => {
  it('prints what was accepted, by whom and until when', () => {
    const { status, stdout } = gate();
    expect(stdout).toContain(`Data/Files: ${FINDING}: ${accepted.reason} (platform, until 2027-06-30, RISK-7)`);
    expect(status).toBe(0);
  });

  it.each([
    ['Dpdp did not run', { outcomes: [outcomesOf('AwsSolutions')] }, 'no rule of Dpdp looked at anything'],
    [
      'Dpdp looked at nothing',
      { outcomes: [outcomesOf('AwsSolutions'), { pack: 'Dpdp', outcomes: [] }] },
      'no rule of Dpdp looked at anything',
    ],
    ['AwsSolutions did not run', { outcomes: [outcomesOf('Dpdp')] }, 'no rule of AwsSolutions looked at anything'],
    ['nobody owns what was accepted', { made: [] }, `Data/Files: ${FINDING} was acknowledged without an owner`],
    [
      'a rule is broken',
      { violations: [{ ruleName: 'AwsSolutions-S10', violatingConstructs: [{ constructPath: 'Data/Y' }] }] },
      'Data/Y: AwsSolutions: AwsSolutions-S10 has no acknowledgement',
    ],
  ])('fails where %s', (_, parts, message) => {
    const { status, stderr } = gate(parts);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});
