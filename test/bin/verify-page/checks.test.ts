import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { examine, type Given } from '../../../bin/verify-page/checks';
import * as web from '../../../bin/verify-page/web-crypto';
import { verifyCertificate } from '../../../lambda/certificate/verify';
import * as merkle from '../../../lambda/ledger/merkle';
import { logKeys } from '../../../lambda/ledger/verify';
import { testKey } from '../../lambda/certificate/samples';
import { certifiedIn, SampleLog } from '../../support/sample-log';

const key = testKey();
const log = new SampleLog();
let made: Awaited<ReturnType<typeof certifiedIn>>;

beforeAll(async () => {
  made = await certifiedIn(log, key);
});

const given = (certificate: string | Uint8Array): Given => ({
  certificate: Buffer.from(certificate),
  key: key.pem,
  ledgerKey: log.key.pem,
});

/** What both say: the reason, or that it holds and where. */
async function bothSay(certificate: string | Uint8Array): Promise<[page: unknown, command: unknown]> {
  const { reason, checks } = await examine(given(certificate));
  const verdict = verifyCertificate(Buffer.from(certificate), key.pem, { keys: logKeys(log.key.pem) });
  const included = checks.some(({ id, result }) => id === 'inclusion' && result === 'holds');
  return [reason ?? included, verdict.ok ? verdict.inclusion.state === 'included' : verdict.reason];
}

describe('the checks of the page', () => {
  it('accept what the command accepts', async () => {
    expect(await bothSay(made.file)).toEqual([true, true]);
    expect(await bothSay(made.bare)).toEqual([false, false]);
  });

  it('give the reason that the command gives, whatever was changed', async () => {
    const file = Buffer.from(made.file);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ bits;
        const [page, command] = await bothSay(changed);
        expect(page).toEqual(command);
        expect(typeof page).toBe('string');
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('cryptography in the browser', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

  it('follows the same inclusion proofs as Node', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(2000),
        fc.nat(2000),
        hash,
        fc.array(hash, { maxLength: 14 }),
        async (i, n, leaf, proof) => {
          const found = await web.rootFromInclusion(leaf, i, n, proof);
          expect(found && web.hex(found)).toEqual(hexOf(merkle.rootFromInclusion(leaf, i, n, proof)));
        },
      ),
    ));

  it('accepts the same consistency proofs as Node', async () => {
    const grown = new SampleLog();
    for (const count of [1, 2, 5, 8, 40, 200, 9]) grown.addMany(count);
    const sizes = [...grown.checkpoints.keys()];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sizes), fc.constantFrom(...sizes), fc.boolean(), async (a, b, isForged) => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        const proof = (await grown.consistency(first, second)).hashes.map((text) => Buffer.from(text, 'base64'));
        const [older, newer] = [first, second].map((size) => headOf(grown, size));
        if (older === undefined || newer === undefined) throw new Error('two heads are needed');
        const head = isForged ? { ...newer, root: merkle.EMPTY_ROOT } : newer;
        expect(await web.isConsistent(older, head, proof)).toBe(merkle.isConsistent(older, head, proof));
        expect(await web.isConsistent(older, head, proof)).toBe(!isForged);
      }),
    );
  });

  it('takes a signature in DER exactly when openssl takes it', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const webKey = await web.webKey(pem, 'the key');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 40 }),
        fc.option(fc.tuple(fc.nat(71), fc.nat(255)), { nil: undefined }),
        fc.uint8Array({ maxLength: 2 }),
        async (signed, change, tail) => {
          const der = Buffer.concat([sign('sha256', signed, { key: pair.privateKey, dsaEncoding: 'der' }), tail]);
          if (change !== undefined) der[change[0] % der.length] = change[1];
          const expected = verify('sha256', signed, { key: pair.publicKey, dsaEncoding: 'der' }, der);
          expect(await web.verifies(webKey, der, signed)).toBe(expected);
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  it.each([
    ['a number with a needless zero', '3008020200010202007f'],
    ['a negative number', '3006020181020101'],
    ['a long form of the length', '308106020101020101'],
    ['no number', '300402000200'],
    ['something after it', '300602010102010100'],
    ['too large a number', `3026022101${'00'.repeat(32)}020101`],
    ['nothing', ''],
  ])('refuses a signature that is not the one DER form: %s', (_, der) => {
    expect(web.rawSignature(Buffer.from(der, 'hex'))).toBeUndefined();
    expect(web.rawSignature(Buffer.from('3006020101020101', 'hex'))).toHaveLength(64);
  });
});

function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

function headOf(from: SampleLog, size: number) {
  const root = from.checkpoint(size).split('\n')[2] ?? '';
  return { size, root: Buffer.from(root, 'base64') };
}
