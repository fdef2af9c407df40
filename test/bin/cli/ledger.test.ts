import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { fetchCertificate } from '../../../bin/cli/certificate';
import { EXIT } from '../../../bin/cli/exit';
import { copyLog } from '../../../bin/cli/ledger-download';
import { main } from '../../../bin/cli/main';
import { toContext } from '../../../lambda/access/caller';
import { signCertificate } from '../../../lambda/certificate/sign';
import { routeLedger } from '../../../lambda/ledger/routes';
import { type TileName, tilePath } from '../../../lambda/ledger/tiles';
import type { LogReader } from '../../../lambda/ledger/watchman';
import { withProblems } from '../../../lambda/shared/http';
import { sampleCertificate, testKey } from '../../lambda/certificate/samples';
import { logWithErasure, REQUEST } from '../../support/erasure-log';
import { depsOf } from '../../support/proof-deps';
import { CheckpointKey, certifiedIn, SampleLog } from '../../support/sample-log';

const silent = { info: () => undefined, error: () => undefined };

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

/** Runs a command against the API of a log in memory. */
async function runAgainst(log: SampleLog, ...args: string[]) {
  const handler = withProblems(silent, (event) => routeLedger(event, depsOf(log)));
  const server = createServer(async (request, response) => {
    const { statusCode, headers, body } = await handler(eventOf(request), {} as Context);
    response.writeHead(statusCode, headers as Record<string, string>).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.env.DIGICRM_TOKEN = 'token';
  writeFileSync(at('ledger.pem'), log.key.pem);
  const done = await run(...args, '--api-url', `http://127.0.0.1:${port}`);
  server.closeAllConnections();
  server.close();
  return done;
}

function eventOf(request: IncomingMessage): APIGatewayProxyEvent {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const index = /^\/v1\/ledger\/entries\/(.+)$/.exec(pathname)?.[1];
  return {
    resource: index === undefined ? pathname : '/v1/ledger/entries/{index}',
    httpMethod: request.method,
    headers: request.headers,
    body: null,
    pathParameters: index === undefined ? null : { index },
    queryStringParameters: Object.fromEntries(searchParams),
    requestContext: {
      requestId: 'r-1',
      authorizer: toContext({ clientName: 'auditor', actions: ['ledger:read'], tenants: 'all' }),
    },
  } as unknown as APIGatewayProxyEvent;
}

describe('digicrm ledger', () => {
  const log = logWithErasure();

  it('writes the latest checkpoint, and a proof from one that was kept, which verify-log accepts', async () => {
    writeFileSync(at('kept'), log.checkpoint(300));
    expect(await runAgainst(log, 'ledger', 'checkpoint', '--out', at('latest'))).toMatchObject({ code: EXIT.ok });
    const proof = ['--out', at('proof.json'), '--ledger-key', at('ledger.pem')];
    expect(await runAgainst(log, 'ledger', 'consistency', '--from', '300', ...proof)).toMatchObject({ code: EXIT.ok });
    const files = ['--older', at('kept'), '--newer', at('latest'), '--consistency', at('proof.json')];
    const { code, out } = await run('verify-log', ...files, '--ledger-key', at('ledger.pem'));
    expect(out).toContain('the 504 entries');
    expect(code).toBe(EXIT.ok);
  });

  it('proves an event, which is checked here and can be checked again offline', async () => {
    const about = `${REQUEST}/certificate/0001`;
    const given = ['--about', about, '--out', at('proof.txt'), '--ledger-key', at('ledger.pem')];
    const { code, out } = await runAgainst(log, 'ledger', 'proof', ...given);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('entry 303 of ledger.digicrm.invalid/test, in its tree of 504 entries, signed');
    writeFileSync(at('entry.json'), log.entries[303] ?? '');
    const files = ['--proof', at('proof.txt'), '--ledger-key', at('ledger.pem')];
    expect(await run('ledger', 'check', '--entry', at('entry.json'), ...files)).toMatchObject({ code: EXIT.ok });
    writeFileSync(at('other.json'), log.entries[302] ?? '');
    const { code: refused, err } = await run('ledger', 'check', '--entry', at('other.json'), ...files);
    expect(refused).toBe(EXIT.invalidCertificate);
    expect(err).toMatch(/^digicrm: Not valid: .*\n$/);
  });

  it('refuses an answer that is signed with another key', async () => {
    writeFileSync(at('mine.pem'), new CheckpointKey().pem);
    const { code, err } = await runAgainst(log, 'ledger', 'proof', '--index', '3', '--ledger-key', at('mine.pem'));
    expect(code).toBe(EXIT.invalidCertificate);
    expect(err).toContain('no known key signed the checkpoint');
  });

  it('prints an entry as it was hashed', async () => {
    const { out } = await runAgainst(log, 'ledger', 'entry', '12');
    expect(out).toBe(`${Buffer.from(log.entries[12] ?? []).toString()}\n`);
  });

  it.each<[string, string[], number]>([
    ['an index that is no number', ['ledger', 'entry', 'twelve'], EXIT.usage],
    ['an index beyond the tree', ['ledger', 'entry', '504'], EXIT.refused],
    ['a proof of two things', ['ledger', 'proof', '--index', '1', '--about', 'lh-1'], EXIT.usage],
    ['a proof of nothing', ['ledger', 'proof'], EXIT.usage],
  ])('says on one line what is wrong with %s', async (_, args, expected) => {
    const { code, err } = await runAgainst(log, ...args);
    expect(code).toBe(expected);
    expect(err).toMatch(/^digicrm: [^\n]+\n$/);
  });

  it('copies the log so that the copy is whole, also while it grows', async () => {
    const growing = logWithErasure();
    const reader: LogReader = {
      latest: async () => growing.checkpoint(),
      async *checkpoints() {
        growing.addMany(1);
        for (const [size, note] of growing.checkpoints) yield { size, note };
      },
      read: async (tile: TileName) => growing.files.get(tilePath(tile)),
    };
    expect(await copyLog(reader, at('copy'))).toBe(504);
    writeFileSync(at('ledger.pem'), growing.key.pem);
    const { code, out, err } = await run('verify-log', '--folder', at('copy'), '--ledger-key', at('ledger.pem'));
    expect(err).toBe('');
    expect(out).toContain('Whole: 504 entries');
    expect(code).toBe(EXIT.ok);
  });
});

describe('digicrm certificate --wait-for-ledger', () => {
  it('asks again until the file has its proof, and gives up after the time', async () => {
    const key = testKey();
    const { bare, file } = await certifiedIn(new SampleLog(), key);
    const answers = [bare, bare, file];
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);
    const api = { certificate: async () => Buffer.from(answers.shift() ?? bare) };
    const got = await fetchCertificate(api, { id: 'er-1', waitForLedger: true, timeout: 60 }, wait);
    expect(got.toString()).toBe(file);
    expect(waits).toHaveLength(2);
    const late = fetchCertificate(api, { id: 'er-1', waitForLedger: true, timeout: 10 }, wait);
    await expect(late).rejects.toMatchObject({ exitCode: EXIT.unreachable });
    const signed = await signCertificate(sampleCertificate(key.sha256), key);
    const asItIs = { certificate: async () => Buffer.from(signed) };
    const atOnce = await fetchCertificate(asItIs, { id: 'er-1', timeout: 10 }, wait);
    expect(atOnce.toString()).toBe(signed);
  });
});
