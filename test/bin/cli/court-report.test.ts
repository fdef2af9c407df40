import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { sha256Hex } from '../../../lambda/shared/canonical';
import { html } from '../../../lib/evidence/html/markup';
import { logWithErasure, REQUEST } from '../../support/erasure-log';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string) => join(dir, name);

async function run(...args: string[]) {
  const printed = { out: '', err: '' };
  const code = await main(args, {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
  });
  return { code, ...printed };
}

describe('digicrm court-report', () => {
  const log = logWithErasure();

  async function report(...args: string[]) {
    log.writeTo(at('log'));
    writeFileSync(at('ledger.pem'), log.key.pem);
    const source = ['--folder', at('log'), '--ledger-key', at('ledger.pem'), '--out', at('report')];
    return run('court-report', ...source, ...args);
  }

  it('names every event of a request and no other, with hashes and proofs that hold', async () => {
    expect(await report('--request', REQUEST)).toMatchObject({ code: EXIT.ok });
    const { records, hashesCsvSha256 } = JSON.parse(readFileSync(at('report/report.json'), 'utf8'));
    expect(records.map(({ index }: { index: number }) => index)).toEqual([300, 301, 303]);
    const csv = readFileSync(at('report/hashes.csv'));
    expect(sha256Hex(csv)).toBe(hashesCsvSha256);
    expect(csv.toString().split('\n')[1]).toContain(sha256Hex(log.entries[300] ?? ''));
    for (const index of [300, 301, 303]) {
      const files = ['--entry', at(`report/records/${index}.json`), '--proof', at(`report/proofs/${index}.txt`)];
      const { code } = await run('ledger', 'check', ...files, '--ledger-key', at('report/ledger.pem'));
      expect(code).toBe(EXIT.ok);
    }
    execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: at('report') });
    expect(readdirSync(at('report/records'))).toHaveLength(3);
  });

  it('fills in Part A as far as the system knows, and nothing of Part B', async () => {
    await report('--request', REQUEST);
    const page = readFileSync(at('report/report.html'), 'utf8');
    const [before = '', partB = ''] = page.split('Part B: to be filled in by the expert');
    const partA = before.split('Part A: to be filled in by the party')[1] ?? '';
    const { hashesCsvSha256 } = JSON.parse(readFileSync(at('report/report.json'), 'utf8'));
    expect(partA).toContain(hashesCsvSha256);
    expect(partA).toContain('\u2611 SHA256');
    expect(partA).toContain('\u2611 Cloud');
    expect(partA).toContain('2026-12-01T18:30:00.000Z to 2026-12-01T18:30:03.000Z');
    expect(partA.match(/class="blank/g)?.length).toBeGreaterThanOrEqual(8);
    expect(partB.split('</section>')[0]).not.toMatch(/\u2611|class="known/);
    expect(page).not.toMatch(/<script|https?:\/\//);
  });

  it('takes a day as one in India, and its end as the whole day', async () => {
    await report('--from', '2026-12-02', '--to', '2026-12-02');
    const { records } = JSON.parse(readFileSync(at('report/report.json'), 'utf8'));
    expect(records).toHaveLength(4);
    rmSync(at('report'), { recursive: true });
    await report('--from', '2026-12-01', '--to', '2026-12-01T18:30:00Z');
    expect(JSON.parse(readFileSync(at('report/report.json'), 'utf8')).records).toHaveLength(0);
  });

  it('reports nothing of a log that does not hold', async () => {
    log.writeTo(at('log'));
    const bundle = readFileSync(at('log/tile/entries/000'));
    bundle.writeUInt8(bundle.readUInt8(40) ^ 1, 40);
    writeFileSync(at('log/tile/entries/000'), bundle);
    writeFileSync(at('ledger.pem'), log.key.pem);
    const source = ['--folder', at('log'), '--ledger-key', at('ledger.pem'), '--out', at('report')];
    const { code, err } = await run('court-report', '--request', REQUEST, ...source);
    expect(code).toBe(EXIT.invalidCertificate);
    expect(err).toContain('Not valid');
    expect(readdirSync(dir)).not.toContain('report');
  });

  it('writes over no folder', async () => {
    await report('--request', REQUEST);
    const { code, err } = await report('--request', REQUEST);
    expect(code).toBe(EXIT.usage);
    expect(err).toContain('must not be there yet');
  });

  it.each<[string, string[]]>([
    ['neither request nor period', []],
    ['half a period', ['--from', '2026-12-01']],
    ['both', ['--request', REQUEST, '--from', '2026-12-01']],
    ['a period that ends before it begins', ['--from', '2026-12-02', '--to', '2026-12-01']],
  ])('refuses %s', async (_, args) => {
    expect((await report(...args)).code).toBe(EXIT.usage);
  });

  it('escapes whatever it puts into the page', () => {
    expect(html`<p title="${'"><script>'}">${'<b>&\'"'}</p>`.text).not.toMatch(/<script|<b>/);
  });
});
