import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import type { PlacedView } from '../../../lambda/holds/model';

const REQUEST = 'er-0b8f6f0e-5f0a-4c67-9f5f-0d4f4f1c8a11';
const PLACED: PlacedView = {
  holdId: 'matter-17',
  matter: 'CS 114/2026',
  authority: 'High Court at Calcutta',
  scope: { tenantId: 'acme', subjectId: 'p1' },
  approver: 'counsel-3',
  reviewAt: '2027-03-01',
  placedAt: '2026-11-22T06:00:00.000Z',
  updatedAt: '2026-11-22T06:00:00.000Z',
  placedBy: 'legal-desk',
  version: 1,
  changedBy: 'legal-desk',
  state: 'standing',
  lifted: null,
  reviewDue: false,
  objectLocks: 'pending',
  underWay: [{ requestId: REQUEST, scope: 'tenant', status: 'executing', firstDeletionAt: '2026-11-22T05:59:00.000Z' }],
};
const { underWay: _, ...STANDING } = PLACED;
const LIFTED = {
  ...STANDING,
  state: 'lifted',
  objectLocks: 'releasing',
  lifted: { at: '2027-02-10T10:15:00.000Z', approver: 'counsel-4', by: 'legal-desk' },
};
const ANSWERS: Record<string, unknown> = {
  'PUT /v1/legal-holds/matter-17': PLACED,
  'GET /v1/legal-holds/matter-17': { ...STANDING, reviewDue: true, objectLocks: 'applied' },
  'GET /v1/legal-holds?tenantId=acme': { items: [STANDING], nextCursor: 'matter-17' },
  'GET /v1/legal-holds?tenantId=acme&cursor=matter-17': { items: [{ ...LIFTED, holdId: 'm-9' }], nextCursor: null },
  'DELETE /v1/legal-holds/matter-17?approver=counsel-4': LIFTED,
};

/** Runs a command against an API that answers as listed; what was sent comes back with what was printed. */
async function run(...args: string[]) {
  const sent: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    sent.push(body === '' ? null : JSON.parse(body));
    const answer = ANSWERS[`${request.method} ${request.url}`];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.env.DIGICRM_TOKEN = 'token';
  let out = '';
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
  };
  const code = await main(['hold', ...args, '--api-url', `http://127.0.0.1:${port}`], streams);
  server.closeAllConnections();
  server.close();
  return { code, out, sent };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const WORDS = ['--matter', 'CS 114/2026', '--authority', 'High Court at Calcutta', '--approver', 'counsel-3'];

describe('digicrm hold', () => {
  it('place sends the hold and says what may be gone already', async () => {
    const scope = ['--tenant', 'acme', '--subject', 'p1'];
    const { code, out, sent } = await run('place', 'matter-17', ...scope, ...WORDS, '--review', '2027-03-01');
    const { matter, authority, approver, reviewAt } = PLACED;
    expect(sent).toEqual([{ matter, authority, approver, reviewAt, scope: PLACED.scope }]);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('Hold matter-17 stands: nothing of p1 of tenant acme is erased.');
    expect(out).toContain(`Request ${REQUEST} has been deleting since 2026-11-22T05:59:00.000Z`);
  });

  it('place refuses a phone number as a person before anything is sent', async () => {
    const scope = ['--tenant', 'acme', '--subject', '9830012345'];
    const { code, sent } = await run('place', 'matter-17', ...scope, ...WORDS, '--review', '2027-03-01');
    expect([code, sent]).toEqual([EXIT.usage, []]);
  });

  it('show says when a review is due', async () => {
    const { out } = await run('show', 'matter-17');
    expect(out).toContain('Its review is due since 2027-03-01.');
  });

  it('list goes through all pages', async () => {
    const { out } = await run('list', '--tenant', 'acme');
    expect(out).toMatch(/matter-17 +standing.*m-9 +lifted/s);
  });

  it('lift names the approver', async () => {
    const { code, out } = await run('lift', 'matter-17', '--approver', 'counsel-4');
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('Hold matter-17 was lifted at 2027-02-10T10:15:00.000Z, approved by counsel-4.');
  });
});
