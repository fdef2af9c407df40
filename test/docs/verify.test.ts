import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '../../lambda/certificate/certificate';
import { signCertificate } from '../../lambda/certificate/sign';
import {
  sampleCertificate,
  sampleCertificateV2,
  signAnything,
  signedWithPadding,
  testKey,
} from '../lambda/certificate/samples';
import { certifiedIn, SampleLog } from '../support/sample-log';

const docs = join(__dirname, '../../docs');
const guide = readFileSync(join(docs, 'verify.md'), 'utf8');
const key = testKey();
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'certificate-'));
  writeFileSync(join(dir, 'key.pem'), key.pem);
});
afterEach(() => rmSync(dir, { recursive: true }));

/** The fenced block of the guide with that word after its language. */
function block(name: string): string {
  const found = new RegExp(`^\`\`\`sh ${name}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(guide)?.[1];
  if (found === undefined) throw new Error(`docs/verify.md has no block "sh ${name}"`);
  return found;
}

function run(command: string, args: string[]): { code: number; output: string } {
  const done = spawnSync(command, args, { cwd: dir, encoding: 'utf8' });
  if (done.error) throw new Error(`${command} is needed to check the documentation`, { cause: done.error });
  return { code: done.status ?? -1, output: done.stdout + done.stderr };
}

const shell = (script: string) => run('sh', ['-ec', script]);
const recipes: [string, () => { code: number; output: string }][] = [
  ['openssl and jq', () => shell(block('verify'))],
  ['Python', () => run('python3', [join(docs, 'verify/verify.py'), 'certificate.json', 'key.pem'])],
];

const write = (content: string | Buffer) => writeFileSync(join(dir, 'certificate.json'), content);
const signed = (change: Partial<Certificate> = {}) =>
  signCertificate({ ...sampleCertificate(key.sha256), ...change }, key);

test.each(['sh', 'openssl', 'jq', 'python3'])('%s is here: without it the documentation cannot be checked', (tool) => {
  expect(shell(`command -v ${tool}`).code).toBe(0);
});

describe.each(recipes)('the recipe with %s', (_name, verify) => {
  it('accepts a signed certificate', async () => {
    write(await signed());
    expect(verify()).toMatchObject({ code: 0, output: expect.stringMatching(/OK/) });
  });

  it('accepts one that says where it stands in the ledger', async () => {
    write((await certifiedIn(new SampleLog(), key)).file);
    expect(verify()).toMatchObject({ code: 0 });
  });

  it('accepts one of version 2, which only names processors', async () => {
    write(await signAnything(sampleCertificateV2(key.sha256), key));
    expect(verify()).toMatchObject({ code: 0, output: expect.stringMatching(/OK/) });
  });

  it.each(['answeredAt', 'toldAt'] as const)(
    'refuses one whose processor acknowledged with %s unsaid',
    async (time) => {
      const certificate = sampleCertificate(key.sha256);
      const processors = certificate.processors.map((each) => ({ ...each, [time]: null }));
      write(await signAnything({ ...certificate, processors }, key));
      expect(verify().code).not.toBe(0);
    },
  );

  it('accepts one with letters of every script', async () => {
    write(await signed({ tenantId: 'ভারত-₹-𝒳-"\\/\n\u2028' }));
    expect(verify().code).toBe(0);
  });

  it.each<[string, (text: string) => string]>([
    ['a count', (text) => text.replace('"items":40', '"items":41')],
    ['the tenant', (text) => text.replace('tenant-a', 'tenant-b')],
    ['a trailing newline', (text) => `${text}\n`],
    ['white space', (text) => text.replace('"rounds":1', '"rounds": 1')],
    ['a repeated member', (text) => text.replace('"rounds":1', '"rounds":1,"rounds":1')],
    ['another member', (text) => text.replace(/\}$/, ',"z":1}')],
    [
      'a letter of the signature',
      (text) => text.replace(/(.)("signature":".{20})./, (all, a, b) => `${a}${b}${all.endsWith('A') ? 'B' : 'A'}`),
    ],
    [
      'an unused bit of the signature',
      (text) => text.replace(/(.)(=+"\})$/, (_all, last: string, end) => nextBase64(last) + end),
    ],
    ['the key it names', (text) => text.replace(key.sha256, testKey().sha256)],
    ['everything', () => 'hello'],
  ])('refuses a changed one: %s', async (_change, change) => {
    const text = await signedWithPadding(sampleCertificate(key.sha256), key);
    const changed = change(text);
    expect(changed).not.toBe(text);
    write(changed);
    expect(verify().code).not.toBe(0);
  });

  it('refuses another key', async () => {
    write(await signed());
    writeFileSync(join(dir, 'key.pem'), testKey().pem);
    expect(verify().code).not.toBe(0);
  });
});

test('the key as KMS gives it becomes the PEM file of the recipes', () => {
  const aws = `aws() { echo '${Buffer.from(key.spkiDer).toString('base64')}'; }\n`;
  rmSync(join(dir, 'key.pem'));
  expect(shell(aws + block('key'))).toMatchObject({ code: 0 });
  expect(readFileSync(join(dir, 'key.pem'), 'utf8')).toBe(key.pem);
  expect(shell(block('fingerprint')).output).toContain(key.sha256);
});

function nextBase64(letter: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return alphabet[alphabet.indexOf(letter) + 1] ?? 'A';
}
