import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidence } from '../../../bin/evidence/evidence';
import { type EvidenceReport, reportSchema } from '../../../lib/evidence/model';
import { sourceHash } from '../../../lib/evidence/source-hash';
import type { Register } from '../../../policies/schema';
import { CANARY, type Fixture, registerWith, writeFixture } from '../../lib/evidence/synth-fixture';

const ROOT = join(__dirname, '..', '..', '..');
const NOW = sourceHash(ROOT);
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'evidence-out-'));
  folders.push(made);
  return made;
}

function synth(fixture: Fixture = {}): string {
  const made = writeFixture({ sourceHash: NOW, ...fixture });
  folders.push(made);
  return made;
}

async function run(args: readonly string[], register: Register = registerWith({ tests: [] })) {
  const [out, err] = [[] as string[], [] as string[]];
  const code = await evidence(args, {
    root: ROOT,
    clock: { now: () => new Date('2026-11-29T10:00:00.000Z') },
    loadRegister: () => register,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join(''), err: err.join('') };
}

const written = (out: string): EvidenceReport =>
  reportSchema.parse(JSON.parse(readFileSync(join(out, 'evidence.json'), 'utf8')));

describe('npm run evidence', () => {
  it('writes the report and its views, none with a path of a machine, and ends in a short summary', async () => {
    const out = folder();
    const result = await run(['--synth', synth(), '--out', out, '--no-tests']);
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(result.out).toContain('Controls:     1 pass');
    expect(result.out.trim().split('\n').length).toBeLessThanOrEqual(15);
    const views = ['evidence.json', 'evidence.html', 'evidence.sarif', 'matrix.csv', 'validation-report.json'];
    for (const view of [...views, 'oscal/component-definition.json', 'oscal/assessment-results.json']) {
      const text = readFileSync(join(out, view), 'utf8');
      expect(text).not.toContain(ROOT);
      expect(text).not.toContain(CANARY);
    }
    expect(readFileSync(join(out, 'validation-report.json'), 'utf8')).toContain(
      '(lib/checks/acknowledge.ts:21:29)\\n at elsewhere',
    );
  });

  it('compares with the last report, and fails only where it was asked to compare and something says less', async () => {
    const out = folder();
    const old = join(folder(), 'old.json');
    await run(['--synth', synth(), '--out', out, '--no-tests']);
    copyFileSync(join(out, 'evidence.json'), old);
    const worse = ['--synth', synth({ failing: ['Data-prod/Logs/Resource'] }), '--out', out, '--no-tests'];
    expect(await run(worse)).toMatchObject({ code: 0 });
    expect(written(out).changes).toContainEqual({
      kind: 'control',
      id: 'tls',
      before: 'pass',
      after: 'fail',
      worse: true,
    });
    const compared = await run([...worse, '--compare', old]);
    expect(compared.code).toBe(3);
    expect(compared.out).toContain('worse: control tls: pass before, fail now');
  });

  it('verifies a report, and not one that was changed', async () => {
    const out = folder();
    await run(['--synth', synth(), '--out', out, '--no-tests']);
    const file = join(out, 'evidence.json');
    expect((await run(['--verify', file])).code).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"pass"', '"fail"'));
    expect(await run(['--verify', file])).toMatchObject({ code: 1, err: expect.stringContaining('was changed') });
  });

  it('takes results of tests from a report of jest', async () => {
    const register = registerWith({});
    const [out, report] = [folder(), join(folder(), 'tests.json')];
    const test = { name: '/x/test/lib/stage.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] };
    writeFileSync(report, JSON.stringify({ testResults: [test] }));
    await run(['--synth', synth(), '--out', out, '--tests', report], register);
    expect(written(out).controls[0]?.result).toBe('pass');
    writeFileSync(report, 'PASS');
    const refused = await run(['--synth', synth(), '--out', out, '--tests', report], register);
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/^evidence: [^\n]*not JSON[^\n]*\n$/) });
  });

  it.each<[string, () => string[], string]>([
    ['a folder without an app', () => ['--synth', folder()], 'holds no synthesised app'],
    ['a stale app', () => ['--synth', synth({ sourceHash: 'old' })], 'is stale'],
    ['an app of another stage', () => ['--synth', synth({ stage: 'dev' })], 'is of stage dev'],
    [
      'an old report that is none',
      () => ['--synth', synth(), '--compare', join(ROOT, 'package.json')],
      'another format',
    ],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, err } = await run([...args(), '--out', folder(), '--no-tests']);
    expect(code).toBe(1);
    expect(err).toMatch(/^evidence: [^\n]*\n$/);
    expect(err).toContain(message);
  });

  it('refuses a validation report that is not JSON', async () => {
    const broken = synth();
    writeFileSync(join(broken, 'validation-report.json'), '<html>');
    const { code, err } = await run(['--synth', broken, '--out', folder(), '--no-tests']);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'evidence: validation-report.json of the synthesised app is not JSON: synthesise it again.\n',
    });
  });

  it('has a line for each thing that the register names and that is not there', async () => {
    const register = registerWith({ rules: ['Dpdp-NoSuchRule'], tests: ['test/no-such.test.ts'] });
    const { code, err } = await run(['--synth', synth(), '--out', folder(), '--no-tests'], register);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(2);
    expect(err).toContain('Dpdp-NoSuchRule');
    expect(err).toContain('test/no-such.test.ts');
  });

  it('refuses ids that stand twice', async () => {
    const register = registerWith({ tests: [] });
    const twice = { ...register.controls, controls: register.controls.controls.flatMap((one) => [one, one]) };
    const { code, err } = await run(['--synth', synth(), '--out', folder(), '--no-tests'], {
      ...register,
      controls: twice,
    });
    expect({ code, lines: err.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
    expect(err).toContain('"tls" stands there twice');
  });

  it('says how it is used', async () => {
    expect((await run(['--stage', 'nowhere'])).code).toBe(2);
    expect((await run(['--help'])).out).toContain('Exit codes');
  });
});
