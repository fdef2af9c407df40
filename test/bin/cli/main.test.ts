import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { givenView } from './support';

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

/** An API that answers each path with one thing. */
async function givenServer(answers: Record<string, { status: number; body: unknown }>): Promise<[Server, string]> {
  const server = createServer((request, response) => {
    const { status, body } = answers[`${request.method} ${request.url}`] ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
}

describe('digicrm', () => {
  it('documents the exit codes in its help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(EXIT.ok);
    for (const exitCode of Object.values(EXIT)) expect(out).toMatch(new RegExp(`^ {2}${exitCode} {2}\\S`, 'm'));
  });

  it.each([
    [[]],
    [['erase']],
    [['erase', '--tenant']],
    [['verify', 'x.json']],
    [['list', '--tenant', 'a', '--status', 'x']],
  ])('calls %j wrong usage', async (args) => {
    expect((await run(...args)).code).toBe(EXIT.usage);
  });

  it('does not mind a reader that stops early, as head does', async () => {
    const script = 'set -o pipefail; node bin/digicrm.cjs explain --offline --all | head -n 1';
    const { code, out, err } = await new Promise<{ code: unknown; out: string; err: string }>((resolve) =>
      execFile('bash', ['-c', script], (error, out, err) => resolve({ code: error?.code ?? 0, out, err })),
    );
    expect({ code, err }).toEqual({ code: EXIT.ok, err: '' });
    expect(out.trim().split('\n')).toHaveLength(1);
  });

  it('says on one line what is wrong and where to look', async () => {
    const { err } = await run('erase');
    expect(err).toBe("digicrm: required option '--tenant <id>' not specified (see digicrm --help)\n");
  });

  it('prints one JSON document also for an error', async () => {
    const { code, out, err } = await run('verify', 'no-such-file', '--public-key', 'no-key', '--json');
    expect(code).toBe(EXIT.usage);
    expect(JSON.parse(out)).toEqual({
      error: { exitCode: EXIT.usage, message: expect.stringContaining('no-such-file') },
    });
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  describe('with an API', () => {
    let server: Server;
    let options: string[];

    beforeAll(async () => {
      process.env.DIGICRM_TOKEN = 'a-token';
      const base = '/v1/erasure-requests';
      const [started, url] = await givenServer({
        [`GET ${base}/er-1`]: { status: 200, body: givenView({ status: 'completed' }) },
        [`GET ${base}/er-2`]: {
          status: 200,
          body: givenView({ status: 'failed', reasons: [{ code: 'left-over', message: 'Something is left.' }] }),
        },
        [`GET ${base}?tenantId=acme`]: { status: 200, body: { items: [], nextCursor: null } },
        [`POST ${base}/er-1/cancel`]: {
          status: 409,
          body: { title: 'Too late', status: 409, detail: 'It is erased.' },
        },
      });
      server = started;
      options = ['--api-url', url];
    });

    afterAll(() => {
      delete process.env.DIGICRM_TOKEN;
      server.close();
    });

    it('ends with 0 for a completed request', async () => {
      const { code, out } = await run('status', 'er-1', ...options);
      expect(code).toBe(EXIT.ok);
      expect(out).toContain('completed');
    });

    it('ends with 4 for a failed request and says why', async () => {
      const { code, out } = await run('status', 'er-2', ...options);
      expect(code).toBe(EXIT.notCompleted);
      expect(out).toContain('Something is left.');
    });

    it('prints the view itself with --json', async () => {
      const { out } = await run('status', 'er-1', '--json', ...options);
      expect(JSON.parse(out)).toEqual(givenView({ status: 'completed' }));
    });

    it('ends with 3 when the API refuses, and says what the API said', async () => {
      const { code, err } = await run('cancel', 'er-1', '--by', 'u-1', ...options);
      expect(code).toBe(EXIT.refused);
      expect(err).toBe('digicrm: Too late. It is erased.\n');
    });

    it('asks who instructs, outside of a local cloud', async () => {
      const { code, err } = await run('cancel', 'er-1', '--outputs', await givenOutputs('prod'), ...options);
      expect(code).toBe(EXIT.usage);
      expect(err).toContain('--by');
    });

    it.each(['Rahul Sen', '9876543210', 'a@b.in'])('refuses %j as an id before anything is sent', async (tenant) => {
      const by = ['--by', 'u-1', '--role', 'dpo', '--authentication', 'mfa'];
      expect((await run('erase', '--tenant', tenant, ...by, ...options)).code).toBe(EXIT.usage);
    });

    it('lists nothing as nothing', async () => {
      const { code, out } = await run('list', '--tenant', 'acme', ...options);
      expect([code, out]).toEqual([EXIT.ok, 'No requests.\n']);
    });
  });
});

async function givenOutputs(stage: string): Promise<string> {
  const { mkdtemp, writeFile } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const file = join(await mkdtemp(join(tmpdir(), 'digicrm-')), 'outputs.json');
  await writeFile(
    file,
    JSON.stringify({
      [`ControlPlane-${stage}`]: {
        ApiUrl: 'https://api.example/prod/',
        UserPoolId: 'ap-south-1_abc',
        TokenEndpoint: 'https://token.example/oauth2/token',
        SigningKeyId: 'key-1',
        ControlTableName: 'control',
        Inventory: '[]',
        DataKeys: '{}',
      },
    }),
  );
  return file;
}
