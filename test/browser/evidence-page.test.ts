import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { renderHtml } from '../../lib/evidence/html/render';
import { sampleReport } from '../support/evidence-report';
import { findChromium, launchChromium } from './chromium';

const executable = findChromium();
if (executable === undefined)
  process.stderr.write('NOT RUN: the tests of the evidence page in a browser, since there is no Chromium here.\n');
const describeInBrowser = executable === undefined ? describe.skip : describe;

const SIZES = [
  ['phone', { width: 360, height: 780 }],
  ['desktop', { width: 1280, height: 800 }],
] as const;
/** Git ignores it; CI keeps what is in it. */
const SCREENSHOTS = join(__dirname, '../../.local/screenshots');

// Starting a browser and a page takes a while on a busy machine.
jest.setTimeout(120_000);

const report = sampleReport();
let browser: Browser;
let dir: string;
let url: string;

describeInBrowser.each(SIZES)('the evidence page on a %s', (name, viewport) => {
  let page: Page;
  let problems: string[];
  let requests: string[];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    dir = mkdtempSync(join(tmpdir(), 'evidence-page-'));
    const file = join(dir, 'evidence.html');
    writeFileSync(file, renderHtml(report));
    url = pathToFileURL(file).href;
    browser = await launchChromium(executable ?? '');
  });
  afterAll(async () => {
    await browser.close();
    rmSync(dir, { recursive: true });
  });

  beforeEach(() => open());
  // Whatever was done with the page: nothing went wrong in it, it asked for nothing, and nothing is beside the screen.
  afterEach(async () => {
    expect({ problems, requests: [...new Set(requests)] }).toEqual({ problems: [], requests: [url] });
    expect(await page.evaluate('document.scrollingElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  async function open(hash = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce', ...options });
    page = await context.newPage();
    problems = [];
    requests = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url().replace(/#.*/, '')));
    await page.goto(`${url}${hash}`);
  }
  async function reopen(hash: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    await page.context().close();
    await open(hash, options);
  }

  const shown = (section: string) => page.locator(`#${section} [data-row]:not([hidden])`).count();
  const matches = async () => (await page.textContent('#matches')) ?? '';
  const settled = (pattern: RegExp) => page.locator('#matches', { hasText: pattern }).waitFor();
  const addressed = (hash: string) => page.waitForURL((address) => address.hash === hash);
  const picture = (what: string) => page.screenshot({ path: join(SCREENSHOTS, `evidence-${name}-${what}.png`) });

  it('leads to each promise by one click, and to each of its controls by one more', async () => {
    await picture('top');
    for (const { id, controls } of report.promises) {
      await page.click(`nav.index a[href="#${id}"]`);
      await page.locator(`#${id}`).waitFor({ state: 'visible' });
      const visible = page.locator(`#${id} > details.control > summary:visible`);
      expect(await visible.count()).toBe(controls.length);
      const [first] = controls;
      if (first === undefined) continue;
      await visible.first().click();
      expect(await page.isVisible(`#${id} > details.control[open] > .in`)).toBe(true);
    }
  });

  it('leads on to rules, to resources, and to the lines that made them', async () => {
    await page.click('nav.index a[href="#P7"]');
    const control = page.locator('#P7 > details.control', { hasText: 'client-access' });
    await control.locator('> summary').click();
    const rule = control.locator('details.rule').first();
    await rule.locator('> summary').click();
    const line = rule.locator('.looked li a[href^="https://git.example/"]').first();
    await line.waitFor();
    expect(await line.getAttribute('href')).toMatch(/\/lib\/[a-z-]+\/part-\d+\.ts#L\d+$/);
    await picture('promise');
  });

  it('filters by result, law and time, says how many match, and shows all again', async () => {
    const all = await shown('promises');
    expect(all).toBe(22);
    expect(await matches()).toMatch(/^\d+ rows, all shown\.$/);
    await page.check('input[value="fail"]');
    await settled(/of \d+ rows match/);
    const failed = report.promises.filter(({ result }) => result === 'fail').length;
    expect(await shown('promises')).toBe(failed);
    expect(await page.isVisible('#retention .none')).toBe(true);
    await page.uncheck('input[value="fail"]');
    await page.check('input[name="law"][value="C"]');
    await addressed('#law=C');
    expect(await shown('law')).toBe(4);
    await page.uncheck('input[name="law"][value="C"]');
    await page.check('input[name="now"]');
    await addressed('#now=1');
    expect(await shown('law')).toBe(report.obligations.filter(({ inForceToday }) => inForceToday).length);
    await page.click('button[type="reset"]');
    await settled(/all shown/);
    expect(await shown('promises')).toBe(all);
  });

  it('searches all sections, and says so when there is nothing', async () => {
    await page.fill('#q', 'rule 6(1)(a)');
    await addressed('#q=rule+6%281%29%28a%29');
    expect(await shown('law')).toBe(1);
    expect(await page.isVisible('#duty-R-6a')).toBe(true);
    expect(await page.isVisible('#duty-R-6b')).toBe(false);
    await picture('search');
    await page.fill('#q', 'no such words at all <b>');
    await settled(/^0 of \d+ rows match\.$/);
    expect(await page.isVisible('#promises .none')).toBe(true);
  });

  it('shows a view again by its address', async () => {
    await page.fill('#q', 'bucket');
    await page.check('input[value="acknowledged"]');
    await addressed('#q=bucket&result=acknowledged');
    const [count, words] = [await shown('acknowledgements'), await matches()];
    await reopen('#q=bucket&result=acknowledged');
    expect(await matches()).toBe(words);
    expect(await shown('acknowledgements')).toBe(count);
    expect(await page.inputValue('#q')).toBe('bucket');
    expect(await page.isChecked('input[value="acknowledged"]')).toBe(true);
  });

  it('opens a promise by its address, also when a filter hid it', async () => {
    await reopen('#P12');
    expect(await page.isVisible('#P12')).toBe(true);
    await page.fill('#q', 'no such words');
    await settled(/^0 of/);
    await page.click('nav.index a[href="#P3"]');
    await page.locator('#P3').waitFor({ state: 'visible' });
    expect(await matches()).toMatch(/all shown/);
  });

  it('takes no harm from an address that it does not know', async () => {
    for (const hash of ['#%', '#nothing', '#result=<b>,x&law=%00&now=maybe']) {
      await reopen(hash);
      expect(await page.isVisible('#promises h2')).toBe(true);
    }
  });

  it('can be used with the keyboard alone', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    const order: unknown[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      order.push(await page.evaluate('document.activeElement.getAttribute("href") ?? document.activeElement.value'));
    }
    expect(order.slice(0, 22)).toEqual(report.promises.map(({ id }) => `#${id}`));
    expect(order.slice(22, 28)).toEqual(['fail', 'unproven', 'acknowledged', 'pass', 'planned', 'not-applicable']);
    await page.focus('input[value="unproven"]');
    await page.keyboard.press('Space');
    await settled(/rows match/);
    expect(await page.locator('#matches[role=status][aria-live=polite]').count()).toBe(1);
    await page.focus('nav.index a[href="#P1"]');
    await page.keyboard.press('Enter');
    await page.locator('#P1').waitFor({ state: 'visible' });
  });

  it('has a name for every field, table, section and drawing', async () => {
    expect(await page.locator('table:not(:has(caption))').count()).toBe(0);
    expect(await page.locator('section:not([aria-labelledby])').count()).toBe(0);
    expect(await page.locator('svg:not([aria-hidden]):not([role=img][aria-label])').count()).toBe(0);
    expect(
      await page.evaluate('[...document.querySelectorAll("input")].filter((i) => i.labels.length === 0).length'),
    ).toBe(0);
    expect(await page.locator('main').count()).toBe(1);
    expect(await page.locator('h1').count()).toBe(1);
  });

  it('prints everything, opened', async () => {
    await page.emulateMedia({ media: 'print' });
    for (const place of ['#P7', '#P7 > details.control .in', '#rules .rule .in', '#resources td'])
      expect(await page.locator(place).first().isVisible()).toBe(true);
    expect(await page.evaluate('document.querySelector("#P22").getBoundingClientRect().height')).toBeGreaterThan(0);
    for (const place of ['#q', 'nav.sections', '.skip']) expect(await page.isVisible(place)).toBe(false);
  });

  it('can be read without a script', async () => {
    await reopen('', { javaScriptEnabled: false });
    await page.click('nav.index a[href="#P7"]');
    await page.locator('#P7').waitFor({ state: 'visible' });
    expect(await page.isVisible('#q')).toBe(false);
  });

  it('can be read in the dark and in forced colours', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('dark');
    await page.emulateMedia({ forcedColors: 'active' });
    await page.locator('#data').scrollIntoViewIfNeeded();
    await picture('forced');
    expect(await page.isVisible(`#data svg.map:visible`)).toBe(true);
  });
});
