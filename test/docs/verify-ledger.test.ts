import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { signCertificate } from '../../lambda/certificate/sign';
import { withLedger } from '../../lambda/certificate/signed-file';
import { append, EMPTY_EDGE } from '../../lambda/ledger/append';
import { sampleCertificate, testKey } from '../lambda/certificate/samples';
import { base64, CheckpointKey, certifiedIn, certifyingEntry, SampleLog } from '../support/sample-log';

/** The second implementation of the ledger's proofs: docs/verify/*.py. */
const SCRIPTS = join(__dirname, '../../docs/verify');
const key = testKey();
const log = new SampleLog();
let made: Awaited<ReturnType<typeof certifiedIn>>;
let dir: string;

beforeAll(async () => {
  made = await certifiedIn(log, key);
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  given('key.pem', key.pem);
  given('ledger.pem', log.key.pem);
});
afterEach(() => rmSync(dir, { recursive: true }));

const given = (name: string, content: string | Buffer) => writeFileSync(join(dir, name), content);

function python(script: string, ...args: string[]): { code: number; output: string } {
  const done = spawnSync('python3', [join(SCRIPTS, script), ...args], { cwd: dir, encoding: 'utf8' });
  if (done.error) throw new Error('python3 is needed to check the documentation', { cause: done.error });
  return { code: done.status ?? -1, output: done.stdout + done.stderr };
}

const verify = (...more: string[]) => python('verify.py', 'certificate.json', 'key.pem', ...more);
const refusal = (words: string) => ({ code: 1, output: expect.stringMatching(new RegExp(`^REFUSED: .*${words}`)) });

describe('verify.py', () => {
  it('finds the place of a certificate in the ledger', () => {
    given('certificate.json', made.file);
    expect(verify('ledger.pem')).toEqual({
      code: 0,
      output: expect.stringContaining('entry 300 of ledger.digicrm.invalid/test, in a signed tree of 312 entries'),
    });
  });

  it('says so when it has no key of the ledger, or the file no proof', () => {
    given('certificate.json', made.file);
    expect(verify()).toEqual({ code: 0, output: expect.stringContaining('NOT CHECKED') });
    given('certificate.json', made.bare);
    expect(verify('ledger.pem')).toEqual({ code: 0, output: expect.stringContaining('not in the ledger yet') });
  });

  it('accepts a ledger with one entry, and one of several keys', async () => {
    const bare = await signCertificate(sampleCertificate(key.sha256), key);
    const small = new SampleLog();
    const entry = certifyingEntry(bare);
    small.add([entry]);
    given('certificate.json', withLedger(bare, { entry: Buffer.from(entry).toString(), proof: await small.proof(0) }));
    given('ledger.pem', new CheckpointKey().pem + small.key.pem);
    expect(verify('ledger.pem')).toEqual({ code: 0, output: expect.stringContaining('entry 0') });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['another place', () => made.file.replace('index 300', 'index 301'), 'the entry is not there'],
    ['a proof from another log', async () => (await certifiedIn(new SampleLog(), key, made.bare)).file, 'no known key'],
    [
      'the proof of another certificate',
      async () => withLedger(await signCertificate(sampleCertificate(key.sha256), key), JSON.parse(made.file).ledger),
      'another certificate',
    ],
    [
      'the proof of another entry',
      async () =>
        withLedger(made.bare, { entry: Buffer.from(log.entries[1] ?? []).toString(), proof: await log.proof(1) }),
      'something else',
    ],
    ['a larger tree', () => made.file.replace('\\n312\\n', '\\n313\\n'), ''],
    ['a changed root', () => made.file.replace(/(\\n312\\n)(.)/, (_, a, b) => a + (b === 'A' ? 'B' : 'A')), ''],
    ['an entry that is none', () => withLedger(made.bare, { entry: '[]', proof: '' }), 'another form'],
  ])('refuses %s', async (_, change, words) => {
    const file = await change();
    expect(file).not.toBe(made.file);
    given('certificate.json', file);
    expect(verify('ledger.pem')).toEqual(refusal(words));
  });
});

const consistent = () => python('verify_log.py', 'ledger.pem', 'older.txt', 'newer.txt', 'proof.json');

describe('verify_log.py with two checkpoints', () => {
  const grown = new SampleLog(log.key);
  for (const count of [1, 1, 2, 3, 1, 5, 19, 32, 70, 122, 1, 300]) grown.addMany(count);
  const sizes = [...grown.checkpoints.keys()];

  it('agrees with this implementation about every proof', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sizes), fc.constantFrom(...sizes), fc.nat(20), async (a, b, damage) => {
        const [from, to] = a <= b ? [a, b] : [b, a];
        const proof = await grown.consistency(from, to);
        // One hash in the proof is another one, where the number falls on one.
        const hashes = proof.hashes.map((hash, i) => (i === damage ? base64(Buffer.alloc(32)) : hash));
        given('older.txt', grown.checkpoint(from));
        given('newer.txt', grown.checkpoint(to));
        given('proof.json', JSON.stringify({ ...proof, hashes }));
        expect(consistent().code).toBe(hashes.join() === proof.hashes.join() ? 0 : 1);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('refuses an old checkpoint as the newer one, a fork and a strange key', async () => {
    given('older.txt', grown.checkpoint(64));
    given('newer.txt', grown.checkpoint(32));
    given('proof.json', JSON.stringify(await grown.consistency(32, 64)));
    expect(consistent()).toEqual(refusal('smaller tree'));
    given('older.txt', grown.checkpoint(32));
    const { root } = append(EMPTY_EDGE, [Buffer.from('a fork')]);
    given('newer.txt', log.key.sign(`${grown.origin}\n64\n${base64(root)}\n`));
    expect(consistent()).toEqual(refusal('the ledger was rewritten'));
    given('newer.txt', new CheckpointKey().sign(`${grown.origin}\n64\n${base64(root)}\n`));
    expect(consistent()).toEqual(refusal('no known key'));
  });
});

const whole = () => python('verify_log.py', 'ledger.pem', 'log');

describe('verify_log.py with a folder', () => {
  it('reads the whole log, and leaves nothing behind', () => {
    log.writeTo(join(dir, 'log'));
    expect(whole()).toEqual({ code: 0, output: expect.stringMatching(/^OK: 1012 entries/) });
    expect(readdirSync(SCRIPTS)).not.toContain('__pycache__');
  });

  it.each<[string, () => void, string]>([
    ['a missing bundle', () => rmSync(join(dir, 'log/tile/entries/001')), 'tile/entries/001 is missing'],
    ['a changed tile', () => given('log/tile/0/002', 'x'), 'tile/0/002 has other hashes'],
    ['a changed entry', () => given('log/tile/entries/001', changedBundle()), 'the signed root of 300 entries'],
    ['a cut log', () => given('log/checkpoint', log.checkpoint(300)), 'the ledger was cut'],
    ['a checkpoint of another size', () => given('log/checkpoints/7', log.checkpoint(300)), 'not what its name says'],
    ['a signed fork', () => given('log/checkpoints/7', fork(7)), 'the signed root of 7 entries is not theirs'],
  ])('refuses %s', (_, plant, words) => {
    log.writeTo(join(dir, 'log'));
    plant();
    expect(whole()).toEqual(refusal(words));
  });

  const fork = (size: number) => log.key.sign(`${log.origin}\n${size}\n${base64(Buffer.alloc(32))}\n`);
  const changedBundle = () => {
    const bundle = Buffer.from(log.files.get('tile/entries/001') ?? []);
    bundle.write('S', bundle.indexOf('standing'));
    return bundle;
  };
});
