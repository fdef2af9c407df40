import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildChecksPackage } from '../../bin/checks-package/build';

const NODE_MODULES = join(__dirname, '..', '..', 'node_modules');

/** What another team has. */
const APP = `
const { App, Stack, Validations } = require('aws-cdk-lib');
const { Bucket } = require('aws-cdk-lib/aws-s3');
const { DpdpChecks } = require('digicrm-compliance/checks');
const app = new App({ outdir: 'cdk.out' });
Validations.of(app).addPlugins(new DpdpChecks());
new Bucket(new Stack(app, 'Shop', { env: { region: 'eu-west-1' } }), 'Orders');
app.synth();
`;

describe('the package of the rule pack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'checks-package-'));
  const modules = join(folder, 'node_modules');

  beforeAll(() => {
    mkdirSync(modules);
    buildChecksPackage(join(modules, 'digicrm-compliance'));
    for (const name of ['aws-cdk-lib', 'cdk-nag', 'constructs', 'yaml', 'zod'])
      symlinkSync(join(NODE_MODULES, name), join(modules, name));
    writeFileSync(join(folder, 'app.cjs'), APP);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('fails the synth of an app that has nothing of this repository but the package', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['app.cjs'], { cwd: folder, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toContain('Dpdp-');
    expect(status).not.toBe(0);
    const report = JSON.parse(readFileSync(join(folder, 'cdk.out', 'validation-report.json'), 'utf8'));
    expect(report.pluginReports.map(({ pluginName }: { pluginName: string }) => pluginName)).toEqual(['Dpdp']);
  });

  it('has types, and holds nothing that the pack does not need', () => {
    const root = join(modules, 'digicrm-compliance');
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const file of Object.values<string>(exports['./checks'])) expect(existsSync(join(root, file))).toBe(true);
    expect(readdirSync(root).sort()).toEqual(['LICENSE', 'README.md', 'lambda', 'lib', 'package.json', 'policies']);
    expect(readdirSync(join(root, 'lib'))).toEqual(['checks']);
  });

  it('can be packed', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', join(modules, 'digicrm-compliance')], {
      cwd: folder,
    });
    expect(JSON.parse(packed.toString())[0].files.map(({ path }: { path: string }) => path)).toContain(
      'policies/pack.yaml',
    );
  });
});
