import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { build } from '../../../bin/app';
import { sourceHash } from '../../../lib/evidence/source-hash';
import { acknowledgementsSchema, appSchema, outcomesSchema } from '../../../lib/evidence/synth-files';
import { testApp } from '../support/stages';

const ROOT = join(__dirname, '..', '..', '..');
const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
const now = { now: () => new Date('2026-12-01T00:00:00Z') };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evidence-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'out', 'evidence', `${name}.json`), 'utf8'));
}

describe('what synth leaves for the evidence report', () => {
  beforeAll(() => {
    const app = new App({
      outdir: join(folder, 'out'),
      context: { ...context, 'aws:cdk:bundling-stacks': [], stage: 'prod' },
    });
    build(app, undefined, undefined, now);
    app.synth();
  });

  it('has what both packs looked at', () => {
    const packs = outcomesSchema.parse(read('outcomes'));
    expect(packs.map(({ pack }) => pack)).toEqual(['AwsSolutions', 'Dpdp']);
    const s1 = packs[0]?.outcomes.find(({ rule }) => rule === 'AwsSolutions-S1');
    expect(s1?.compliant).toContain('Data-prod/CustomerFiles/Resource');
    expect(packs[0]?.outcomes.filter(({ rule }) => rule.includes('['))).toEqual([]);
  });

  it('has each acknowledgement once, with the place of its call and no path of a machine', () => {
    const all = acknowledgementsSchema.parse(read('acknowledgements'));
    expect(all.length).toBeGreaterThan(50);
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(all.length);
    for (const { source } of all) expect(source?.file).toMatch(/^lib\/(?!checks\/)[a-z/-]+\.ts$/);
    const queue = all.find(({ ticket }) => ticket === 'RISK-12');
    const line = readFileSync(join(ROOT, queue?.source?.file ?? ''), 'utf8').split('\n')[
      (queue?.source?.line ?? 0) - 1
    ];
    expect(line).toMatch(/\backnowledge\($/);
  });

  it('describes the stage: its stores, copies and keepers, and its switches', () => {
    const { stage, stores, switches, sourceHash: hash } = appSchema.parse(read('app'));
    expect([stage, hash]).toEqual(['prod', sourceHash(ROOT)]);
    expect(stores).toContainEqual(
      expect.objectContaining({
        id: 'customer-files',
        at: 'Data-prod/CustomerFiles',
        region: 'ap-south-1',
        copyOf: null,
      }),
    );
    expect(stores.find(({ copyOf }) => copyOf === 'customer-files')?.region).toBe('ap-south-2');
    expect(stores.map(({ id }) => id)).toContain('statutory-books');
    for (const { on, reason } of switches) expect(reason === null).toBe(on);
  });
});

it('is not written where nobody named a folder for the output', () => {
  const app = testApp({ stage: 'dev' });
  build(app);
  expect(existsSync(join(app.synth().directory, 'evidence'))).toBe(false);
});

describe('the hash over the sources', () => {
  let copy: string;
  beforeAll(() => {
    copy = join(folder, 'copy');
    for (const part of ['bin', 'lib', 'lambda', 'policies', 'cdk.json', 'package-lock.json'])
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  });

  it('is the same wherever the repository lies', () => {
    expect(sourceHash(copy)).toBe(sourceHash(ROOT));
    expect(sourceHash(copy)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    'bin/app.ts',
    'lib/run.ts',
    'lambda/shared/clock.ts',
    'policies/stages.yaml',
    'cdk.json',
    'package-lock.json',
  ])('is another one when %s changes', (file) => {
    const before = sourceHash(copy);
    const text = readFileSync(join(copy, file), 'utf8');
    writeFileSync(join(copy, file), `${text}\n`);
    expect(sourceHash(copy)).not.toBe(before);
    writeFileSync(join(copy, file), text);
    expect(sourceHash(copy)).toBe(before);
  });

  it('is not affected by what is not deployed, and is none without a part', () => {
    const before = sourceHash(copy);
    writeFileSync(join(copy, 'README.md'), 'text');
    expect(sourceHash(copy)).toBe(before);
    rmSync(join(copy, 'cdk.json'));
    expect(() => sourceHash(copy)).toThrow(/cdk\.json/);
  });
});
