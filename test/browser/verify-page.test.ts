import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { PAGE_FILE } from '../../bin/verify-page/build';
import { signCertificate } from '../../lambda/certificate/sign';
import { withLedger } from '../../lambda/certificate/signed-file';
import { sampleCertificate, type TestKey, testKey } from '../lambda/certificate/samples';
import { certifiedIn, SampleLog } from '../support/sample-log';
import { findChromium, launchChromium } from './chromium';

const executable = findChromium();
if (executable === undefined)
  process.stderr.write(
    'NOT RUN: the tests of docs/verify/verify.html in a browser, since there is no Chromium here.\n',
  );
const describeInBrowser = executable === undefined ? describe.skip : describe;

const PAGE = pathToFileURL(PAGE_FILE).href;
const SIZES = [
  ['a phone', { width: 360, height: 740 }],
  ['a desktop', { width: 1280, height: 900 }],
] as const;

type Field = 'certificate' | 'key' | 'ledger-key' | 'checkpoint' | 'consistency';

// Starting a browser and a page takes a while on a busy machine.
jest.setTimeout(60_000);

let browser: Browser;
let dir: string;
let key: TestKey;
let log: SampleLog;
let made: Awaited<ReturnType<typeof certifiedIn>>;

describeInBrowser.each(SIZES)('the page on %s', (_name, viewport) => {
  let page: Page;
  let errors: string[];
  let requests: string[];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'verify-page-'));
    key = testKey();
    log = new SampleLog();
    made = await certifiedIn(log, key);
    browser = await launchChromium(executable ?? '');
  });
  afterAll(async () => {
    await browser.close();
    rmSync(dir, { recursive: true });
  });

  beforeEach(async () => {
    const context = await browser.newContext({ viewport });
    page = await context.newPage();
    errors = [];
    requests = [];
    page.on('console', (message) => errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(PAGE);
  });
  // Whatever was done with the page: nothing went wrong in it, it asked for nothing, and nothing is beside the screen.
  afterEach(async () => {
    expect({ errors, requests }).toEqual({ errors: [], requests: [PAGE] });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBe(0);
    await page.context().close();
  });

  async function choose(files: Partial<Record<Field, string>>): Promise<string> {
    for (const [field, content] of Object.entries(files)) {
      const file = join(dir, `${field}.${content.startsWith('{') ? 'json' : 'pem'}`);
      writeFileSync(file, content);
      await page.setInputFiles(`#${field}`, file);
    }
    await page.locator('#verdict p.hint').waitFor({ state: 'detached' });
    return text('#verdict');
  }

  const text = async (selector: string) => (await page.textContent(selector)) ?? '';
  const settled = (words: string) => page.locator('#verdict', { hasText: words }).waitFor();
  const results = () => page.locator('#check-list li strong').allTextContents();
  const everything = async (): Promise<Partial<Record<Field, string>>> => ({
    certificate: made.file,
    key: key.pem,
    'ledger-key': log.key.pem,
    checkpoint: log.checkpoint(),
    consistency: JSON.stringify(await log.consistency(made.size)),
  });

  it('says what a certificate says once everything about it holds', async () => {
    await choose(await everything());
    await settled('Valid, and it stands in the ledger.');
    expect(await results()).toEqual(Array(7).fill('Holds'));
    const content = await text('#content');
    expect(content).toContain('Everything that was found was erased');
    expect(content).toContain('all of tenant tenant-a');
    expect(content).toContain('silent-mailer: told to erase (no answer yet, has until 2026-02-07 10:05:00 UTC)');
    expect(content).toMatch(/customer-files[\s\S]*12 versions, 3 delete markers, 1 unfinished upload/);
    expect(await text('#checks')).toContain('entry 300 of ledger.digicrm.invalid/test');
  });

  it('says that the ledger was not checked when it has no key of the ledger', async () => {
    expect(await choose({ certificate: made.file, key: key.pem })).toContain('place in the ledger was not checked');
    expect(await results()).toEqual([...Array(5).fill('Holds'), 'Not checked', 'Not checked']);
  });

  it('says of a certificate without a proof that the ledger did not have it yet', async () => {
    await choose({ certificate: made.bare, key: key.pem, 'ledger-key': log.key.pem });
    await settled('place in the ledger was not checked');
    expect(await text('#checks')).toContain('the ledger did not have it yet');
  });

  it('refuses a certificate with one changed character, and shows nothing of it', async () => {
    expect(await choose({ certificate: made.file.replace('"items":40', '"items":41'), key: key.pem })).toContain(
      'Refused: the signature does not belong to this certificate and key.',
    );
    expect(await results()).toEqual(['Holds', 'Holds', 'Fails', ...Array(4).fill('Not checked')]);
    expect(await page.isHidden('#content')).toBe(true);
  });

  it('refuses a file that is written otherwise', async () => {
    expect(await choose({ certificate: `${made.file}\n`, key: key.pem })).toContain('not byte for byte');
  });

  it('refuses another key', async () => {
    expect(await choose({ certificate: made.file, key: testKey().pem })).toContain('names another public key');
  });

  it('refuses a proof from another log', async () => {
    const other = await certifiedIn(new SampleLog(), key, made.bare);
    await choose({ certificate: other.file, key: key.pem, 'ledger-key': log.key.pem });
    await settled('Refused: no known key signed the checkpoint.');
  });

  it('refuses the proof of another certificate', async () => {
    const other = await signCertificate(sampleCertificate(key.sha256), key);
    const file = withLedger(other, JSON.parse(made.file).ledger);
    expect(await choose({ certificate: file, key: key.pem })).toContain('tells of another certificate');
  });

  it('refuses an old checkpoint that is replayed as the latest', async () => {
    await choose({ ...(await everything()), checkpoint: log.checkpoint(300) });
    await settled('Refused: the proof of consistency is for trees of other sizes.');
  });

  it('refuses a rewritten ledger', async () => {
    const fork = new SampleLog(log.key).addMany(1012);
    await choose({ ...(await everything()), checkpoint: fork.checkpoint() });
    await settled('Refused: the newer tree does not begin with the older one: the ledger was rewritten.');
  });

  it('never takes for HTML what a file says', async () => {
    const tenantId = '<img src=x onerror="console.log(1)"><b>bold</b>';
    const certificate = await signCertificate({ ...sampleCertificate(key.sha256), tenantId }, key);
    await choose({ certificate, key: key.pem });
    expect(await text('#content')).toContain(tenantId);
    expect(await page.locator('#content img, #content b').count()).toBe(0);
  });

  it('can be used with the keyboard alone, and tells a screen reader how it ended', async () => {
    const order: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      order.push(await page.evaluate('document.activeElement.id || document.activeElement.type'));
    }
    expect(order).toEqual(['certificate', 'key', 'ledger-key', 'checkpoint', 'consistency', 'reset']);
    expect(await page.locator('input:not([id])').count()).toBe(0);
    expect(await page.locator('#verdict[role=status][aria-live=polite]').count()).toBe(1);
    await choose({ certificate: made.file, key: key.pem });
    await page.focus('button');
    await page.keyboard.press('Enter');
    await settled('Choose a certificate');
    expect(await page.isHidden('#checks')).toBe(true);
  });

  it('prints the findings and not the form', async () => {
    await choose({ certificate: made.file, key: key.pem });
    await page.emulateMedia({ media: 'print' });
    expect(await page.isHidden('#form')).toBe(true);
    expect(await page.isVisible('#content')).toBe(true);
  });
});
