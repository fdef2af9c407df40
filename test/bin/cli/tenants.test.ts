import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { terminationInWords } from '../../../bin/cli/tenants';
import { viewOf } from '../../../lambda/termination/view';
import { TerminationHarness } from '../../support/termination-harness';

/** A terminated tenant, as its API would show it. */
async function givenTermination(days: number) {
  const machine = new TerminationHarness();
  await machine.terminate('acme');
  await machine.days(days);
  return viewOf(machine.record('acme'));
}

/** Runs a command against an API that gives one answer and notes what it was asked. */
async function run(status: number, body: unknown, ...args: string[]) {
  const calls: { call: string; key: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const key = request.headers['idempotency-key'];
    calls.push({ call: `${request.method} ${request.url}`, key: String(key), body: Buffer.concat(chunks).toString() });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const printed = { out: '', err: '' };
  const token = process.env.DIGICRM_TOKEN;
  process.env.DIGICRM_TOKEN = 'token';
  try {
    const { port } = server.address() as AddressInfo;
    const code = await main([...args, '--api-url', `http://127.0.0.1:${port}`], {
      out: (text) => {
        printed.out += text;
      },
      err: (text) => {
        printed.err += text;
      },
    });
    return { code, calls, ...printed };
  } finally {
    if (token === undefined) delete process.env.DIGICRM_TOKEN;
    else process.env.DIGICRM_TOKEN = token;
    server.close();
  }
}

const BY = ['--by', 'user-17', '--role', 'tenant-admin', '--authentication', 'mfa'];

describe('digicrm terminate, termination and restore', () => {
  it('end a contract with the proof of the instruction and a key', async () => {
    const view = await givenTermination(0);
    const command = ['terminate', '--tenant', 'acme', ...BY, '--idempotency-key', 'key-1', '--json'];
    const { code, calls, out } = await run(202, view, ...command);
    expect(code).toBe(EXIT.ok);
    expect(calls).toEqual([
      { call: 'POST /v1/tenants/acme/termination', key: 'key-1', body: expect.stringContaining('"by":"user-17"') },
    ]);
    expect(JSON.parse(out)).toEqual(view);
  });

  it('show in words until when it can be restored, and what waits', async () => {
    const { out } = await run(200, await givenTermination(85), 'termination', '--tenant', 'acme', '--watch');
    expect(out).toContain('RECOVERABLE, terminated: nothing is usable');
    expect(out).toContain('erases      not before 2027-02-20T00:00:00.000Z');
    expect(out).toMatch(/168 hours {2}2027-02-12T22:00:00.000Z {2}2027-02-12T22:00:00/);
    expect(terminationInWords(await givenTermination(95))).toContain('last backup gone on 2027-03-29 (India)');
  });

  it('restore because of a login, and say when it is too late', async () => {
    const problem = {
      type: 'https://digicrm.co.in/problems/conflict',
      title: 'The request is not in a state that allows this',
      status: 409,
      detail: 'The first deletion was at 2027-02-20T00:00:01.000Z. What is erased cannot be brought back.',
    };
    const { code, calls, err } = await run(409, problem, 'restore', '--tenant', 'acme', '--login', ...BY);
    expect(code).toBe(EXIT.refused);
    expect(calls[0]).toMatchObject({ call: 'POST /v1/tenants/acme/termination/restore' });
    expect(calls[0]?.body).toContain('"cause":"login"');
    expect(err).toContain('The first deletion was at 2027-02-20T00:00:01.000Z');
  });
});
