import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { signCertificate } from '../../../lambda/certificate/sign';
import { withLedger } from '../../../lambda/certificate/signed-file';
import { formatLogProof, parseLogProof } from '../../../lambda/ledger/proof-text';
import { sampleCertificate, testKey } from '../../lambda/certificate/samples';
import { CheckpointKey, certifiedIn, certifyingEntry, SampleLog } from '../../support/sample-log';

const key = testKey();
const log = new SampleLog();
let made: Awaited<ReturnType<typeof certifiedIn>>;
let dir: string;

beforeAll(async () => {
  made = await certifiedIn(log, key);
});
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'verify-'));
  given('key.pem', key.pem);
  given('ledger.pem', log.key.pem);
  given('certificate.json', made.file);
  given('latest.txt', log.checkpoint());
  given('own.txt', log.checkpoint(made.size));
  given('proof.json', JSON.stringify(await log.consistency(made.size)));
});
afterEach(() => rmSync(dir, { recursive: true }));

const given = (name: string, content: string) => writeFileSync(join(dir, name), content);

async function run(...args: string[]) {
  const printed = { out: '', err: '' };
  const code = await main(
    args.map((arg) => (/\.(json|pem|txt)$|^log$/.test(arg) ? join(dir, arg) : arg)),
    {
      out: (text) => {
        printed.out += text;
      },
      err: (text) => {
        printed.err += text;
      },
    },
  );
  return { code, ...printed };
}

const CERTIFICATE = ['verify', 'certificate.json', '--public-key', 'key.pem'];
const WITH_LEDGER = [...CERTIFICATE, '--ledger-key', 'ledger.pem'];
const WITH_LATEST = [...WITH_LEDGER, '--checkpoint', 'latest.txt', '--consistency', 'proof.json'];

describe('digicrm verify', () => {
  it('says in which ledger and where the certificate stands', async () => {
    const { code, out } = await run(...WITH_LEDGER);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('entry 300 of ledger.digicrm.invalid/test, in its signed tree of 312 entries');
  });

  it('says that the tree of a later checkpoint begins with that of the certificate', async () => {
    const { code, out } = await run(...WITH_LATEST);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('consistent with the checkpoint of 1012 entries');
    const { ledger } = JSON.parse((await run(...WITH_LATEST, '--json')).out);
    expect(ledger).toMatchObject({ state: 'included', index: 300, size: 312, consistentWith: 1012 });
  });

  it('takes an earlier checkpoint that somebody kept, and the API answer that holds one', async () => {
    given('proof.json', JSON.stringify(await log.consistency(300, made.size)));
    given('latest.txt', JSON.stringify({ checkpoint: log.checkpoint(300), origin: log.origin, size: 300 }));
    expect((await run(...WITH_LATEST)).out).toContain('consistent with the checkpoint of 300 entries');
  });

  it('says that inclusion was not checked when it has no key of the ledger', async () => {
    const { code, out } = await run(...CERTIFICATE);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('NOT CHECKED');
    expect(JSON.parse((await run(...CERTIFICATE, '--json')).out).ledger).toEqual({ state: 'not-checked' });
  });

  it('says of a file without a proof that it is not in the ledger yet', async () => {
    given('certificate.json', made.bare);
    const { code, out } = await run(...WITH_LEDGER);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('not in the ledger yet');
  });

  it('accepts a checkpoint of a rotated key when the file has both keys', async () => {
    const rotated = new SampleLog();
    const first = rotated.key.pem;
    rotated.addMany(5);
    rotated.key = new CheckpointKey();
    const bare = await signCertificate(sampleCertificate(key.sha256), key);
    const entry = certifyingEntry(bare);
    const { size } = rotated.add([entry]);
    given('certificate.json', withLedger(bare, { entry: text(entry), proof: await rotated.proof(5) }));
    given('latest.txt', rotated.checkpoint(5));
    given('proof.json', JSON.stringify(await rotated.consistency(5, size)));
    given('ledger.pem', first);
    expect((await run(...WITH_LATEST)).code).toBe(EXIT.invalidCertificate);
    given('ledger.pem', `the first\n${first}the second\n${rotated.key.pem}`);
    expect((await run(...WITH_LATEST)).code).toBe(EXIT.ok);
  });

  const proof = () => parseLogProof(JSON.parse(made.file).ledger.proof);
  const withProof = (change: Partial<ReturnType<typeof proof>>, entry = JSON.parse(made.file).ledger.entry) =>
    withLedger(made.bare, { entry, proof: formatLogProof({ ...proof(), ...change }) });
  const strangers = new SampleLog();

  it.each<[string, () => Promise<string> | string, string]>([
    ['another place', () => withProof({ index: 299 }), 'not in the tree of the checkpoint at this place'],
    ['a hash less', () => withProof({ hashes: proof().hashes.slice(1) }), 'not in the tree'],
    [
      'the proof of another certificate',
      async () => withLedger(await signCertificate(sampleCertificate(key.sha256), key), JSON.parse(made.file).ledger),
      'tells of another certificate',
    ],
    [
      'the proof of another entry',
      async () => withLedger(made.bare, { entry: text(log.entries[1]), proof: await log.proof(1) }),
      'tells of something else',
    ],
    [
      'an entry that was made to fit',
      () => withProof({}, text(certifyingEntry(made.bare, { sequence: '7' }))),
      'not in the tree of the checkpoint',
    ],
    ['an entry that is no event', () => withProof({}, '{}'), 'no event of a known version'],
    ['a proof from another log', async () => (await certifiedIn(strangers, key, made.bare)).file, 'no known key'],
    [
      'no proof in the proof',
      () => withLedger(made.bare, { entry: text(log.entries[300]), proof: '' }),
      'no checkpoint',
    ],
    ['another letter of the proof', () => made.file.replace('index 300', 'index 301'), 'not in the tree'],
    ['a larger tree in the checkpoint', () => made.file.replace('\\n312\\n', '\\n313\\n'), ''],
  ])('refuses %s', async (_, change, reason) => {
    given('certificate.json', await change());
    const { code, err } = await run(...WITH_LEDGER);
    expect(code).toBe(EXIT.invalidCertificate);
    expect(err).toContain(reason);
  });

  it.each<[string, () => Promise<void>, string]>([
    ['the checkpoint of another log', async () => given('latest.txt', strangers.checkpoint()), 'no known key'],
    [
      'a fork signed with the same key',
      async () => {
        const fork = new SampleLog(log.key).addMany(900).addMany(112);
        given('latest.txt', fork.checkpoint());
      },
      'the ledger was rewritten',
    ],
    [
      'a replayed checkpoint under the proof for the latest',
      async () => given('latest.txt', log.checkpoint(300)),
      'for trees of other sizes',
    ],
    ['a proof that is none', async () => given('proof.json', '{}'), 'another form'],
  ])('refuses %s', async (_, change, reason) => {
    await change();
    const { code, err } = await run(...WITH_LATEST);
    expect(code).toBe(EXIT.invalidCertificate);
    expect(err).toContain(reason);
  });

  it.each([
    [[...WITH_LEDGER, '--consistency', 'proof.json']],
    [[...WITH_LEDGER, '--checkpoint', 'latest.txt']],
    [[...CERTIFICATE, '--checkpoint', 'latest.txt']],
    [['verify-log', '--ledger-key', 'ledger.pem']],
    [['verify-log', '--ledger-key', 'ledger.pem', '--folder', 'log']],
  ])('calls %j wrong usage', async (args) => {
    expect((await run(...args)).code).toBe(EXIT.usage);
  });
});

const CHECKPOINTS = ['verify-log', '--older', 'own.txt', '--newer', 'latest.txt', '--ledger-key', 'ledger.pem'];
const TWO = [...CHECKPOINTS, '--consistency', 'proof.json'];

describe('digicrm verify-log with two checkpoints', () => {
  it('says that the newer tree begins with the older one', async () => {
    const { code, out } = await run(...TWO);
    expect([code, out]).toEqual([EXIT.ok, expect.stringContaining('begin with the older 312')]);
  });

  it('refuses an old checkpoint that is given as the newer one', async () => {
    given('own.txt', log.checkpoint());
    given('latest.txt', log.checkpoint(300));
    expect(await run(...TWO)).toMatchObject({
      code: EXIT.invalidCertificate,
      err: expect.stringContaining('smaller tree'),
    });
  });

  it('refuses another ledger than the one that is named', async () => {
    const { code, err } = await run(...TWO, '--origin', 'ledger.digicrm.invalid/other');
    expect([code, err]).toEqual([EXIT.invalidCertificate, expect.stringContaining('another ledger')]);
  });
});

const FOLDER = ['verify-log', '--folder', 'log', '--ledger-key', 'ledger.pem'];

describe('digicrm verify-log with a folder', () => {
  it('reads the whole log', async () => {
    log.writeTo(join(dir, 'log'));
    expect(await run(...FOLDER)).toMatchObject({ code: EXIT.ok, out: expect.stringContaining('Whole: 1012 entries') });
    expect((await run(...FOLDER, '--older', 'own.txt')).code).toBe(EXIT.ok);
  });

  it.each<[string, () => void, string]>([
    ['a missing bundle', () => rmSync(join(dir, 'log/tile/entries/001')), 'a file is missing (tile/entries/001)'],
    ['a changed tile', () => given('log/tile/0/002', 'x'), 'a file has other content'],
    [
      'a forged checkpoint',
      () => given('log/checkpoints/300', log.checkpoint(made.size)),
      'not one that the ledger signed',
    ],
    ['a cut log', () => given('log/checkpoint', log.checkpoint(300)), 'the ledger was cut'],
    ['nothing that is signed', () => given('log/checkpoint', 'hello\n'), 'the note has no signatures'],
  ])('refuses %s', async (_, plant, reason) => {
    log.writeTo(join(dir, 'log'));
    plant();
    const { code, err } = await run(...FOLDER);
    expect([code, err]).toEqual([EXIT.invalidCertificate, expect.stringContaining(reason)]);
  });

  it('refuses a log that a kept checkpoint does not fit, though it is whole in itself', async () => {
    new SampleLog(log.key).addMany(1013).writeTo(join(dir, 'log'));
    expect((await run(...FOLDER)).code).toBe(EXIT.ok);
    const { code, err } = await run(...FOLDER, '--older', 'own.txt');
    expect([code, err]).toEqual([EXIT.invalidCertificate, expect.stringContaining('signed root')]);
  });
});

const text = (entry: Uint8Array | undefined) => Buffer.from(entry ?? []).toString();
