import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { type Caller, toContext } from '../../../lambda/access/caller';
import { dispatch } from '../../../lambda/access/dispatch';
import { disclosureRoutes } from '../../../lambda/disclosure/disclosure-routes';
import { withProblems } from '../../../lambda/shared/http';
import { decisionLedger } from '../../../lambda/transfer/adapters/decision-ledger';
import { disclosureReader } from '../../../lambda/transfer/adapters/disclosure-reader';
import { pastTransfers } from '../../../lambda/transfer/adapters/past-transfers';
import { restrictionLedger } from '../../../lambda/transfer/adapters/restriction-ledger';
import { type DecisionView, decisionBodySchema } from '../../../lambda/transfer/model';
import { routeRestrictions } from '../../../lambda/transfer/restriction-routes';
import { loadRegister } from '../../../policies/load';
import { processorsOf } from '../../../policies/register';
import { decisionOf, NOW, TABLE } from '../../lambda/transfer/records-support';
import { MemoryTable } from '../../support/memory-table';

const register = loadRegister();
const processors = new Map(processorsOf(register, 'prod').map((processor) => [processor.id, processor]));
const CALLER: Caller = {
  clientName: 'legal-desk',
  actions: ['transfer:restrict', 'transfer:read', 'disclosure:read'],
  tenants: 'all',
};
const silent = { info: () => undefined, error: () => undefined };
const KEY = 'b'.repeat(64);

/** The API of restrictions and disclosures, on a table in memory; decisions are answered as given. */
function api(decision?: DecisionView) {
  const memory = new MemoryTable();
  const questions: unknown[] = [];
  const desk = {
    restrictions: restrictionLedger(memory.db, TABLE),
    past: pastTransfers(memory.db, TABLE),
    processors,
    words: register.transfers,
    clock: { now: () => new Date(NOW) },
  };
  const shown = {
    disclosures: disclosureReader(memory.db, TABLE),
    keys: { subjectKey: async () => KEY },
    processors,
    logger: silent,
  };
  const handler = withProblems(silent, async (event) => {
    if (event.resource === '/v1/disclosures') return dispatch(event, disclosureRoutes, shown);
    if (event.resource !== '/v1/transfer-decisions') return routeRestrictions(event, desk);
    questions.push(decisionBodySchema.parse(JSON.parse(event.body ?? '')));
    return { statusCode: 200, body: JSON.stringify(decision) };
  });

  /** Runs a command against it. */
  const run = async (...args: string[]) => {
    const server = createServer(async (request, response) => {
      const { statusCode, headers, body } = await handler(await eventOf(request), {} as Context);
      response.writeHead(statusCode, headers as Record<string, string>).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    process.env.DIGICRM_TOKEN = 'token';
    const text = { out: '', err: '' };
    const streams = {
      out: (more: string) => {
        text.out += more;
      },
      err: (more: string) => {
        text.err += more;
      },
    };
    const code = await main([...args, '--api-url', `http://127.0.0.1:${port}`], streams);
    server.closeAllConnections();
    server.close();
    return { code, ...text };
  };
  return { memory, run, questions, ledger: decisionLedger(memory.db, TABLE, { recordDays: 1096 }) };
}

async function eventOf(request: IncomingMessage): Promise<APIGatewayProxyEvent> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const lift = /^(\/v1\/transfer-restrictions)\/([^/]+)\/lift$/.exec(pathname);
  return {
    resource: lift ? `${lift[1]}/{id}/lift` : pathname,
    httpMethod: request.method,
    headers: request.headers,
    body: body === '' ? null : body,
    pathParameters: lift ? { id: lift[2] } : null,
    queryStringParameters: Object.fromEntries(searchParams),
    requestContext: { requestId: 'r-1', authorizer: toContext(CALLER) },
  } as unknown as APIGatewayProxyEvent;
}

const ORDER = ['--from', '2026-12-01', '--authority', 'G.S.R. 123(E)', '--approver', 'counsel-3'];

describe('digicrm restrict', () => {
  it('says what it would close, and closes nothing without --yes', async () => {
    const { memory, run, ledger } = api();
    await ledger.record(decisionOf({ processorId: 'whatsapp-cloud' }));
    const { code, out } = await run('restrict', '--country', 'US', ...ORDER);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('processor   whatsapp-cloud (WhatsApp LLC (WhatsApp Business Platform)), US');
    expect(out).toContain('tenants     1: acme');
    expect(out).toMatch(/transfers +1 allowed since 2025-12-01T05:30:00.000Z would have been stopped/);
    expect(out).toContain('Nothing is closed yet. Give --yes to close it.');
    expect(memory.all(TABLE).some(({ pk }) => pk === 'RESTRICT#standing')).toBe(false);
  });

  it('closes with --yes, is listed, and is lifted by two people', async () => {
    const { run } = api();
    const made = await run('restrict', '--country', 'US', ...ORDER, '--yes', '--json');
    const { restriction } = JSON.parse(made.out);
    expect(restriction).toMatchObject({ scope: { kind: 'country', country: 'US' }, state: 'standing', inForce: true });
    expect((await run('restrictions')).out).toMatch(/rs-\S+ +standing +country US +2026-12-01 +G\.S\.R\. 123\(E\)/);
    const first = await run('lift', restriction.restrictionId, '--approver', 'counsel-3');
    expect(first.out).toContain('counsel-3 agrees to lift it; it ends when another person does, too.');
    const same = await run('lift', restriction.restrictionId, '--approver', 'counsel-3');
    expect([same.code, same.err.split('\n')]).toEqual([EXIT.refused, [expect.stringContaining('agreed already'), '']]);
    const second = await run('lift', restriction.restrictionId, '--approver', 'ciso-1');
    expect(second.out).toContain(`was lifted at ${NOW}, approved by counsel-3 and ciso-1.`);
  });

  it.each([
    ['--processor', 'stands and is in force'],
    ['--contract', 'stands, and is not in force yet'],
  ])('closes one processor by %s', async (option, words) => {
    const { run } = api();
    expect((await run('restrict', option, 'msg91', ...ORDER, '--yes')).out).toContain(words);
  });

  it('says that a country has no processor', async () => {
    const { run } = api();
    expect((await run('restrict', '--country', 'CN', ...ORDER)).out).toContain('none in the register now');
  });

  it.each([
    ['nothing to close', [...ORDER], EXIT.usage],
    ['two things to close', ['--country', 'US', '--processor', 'msg91', ...ORDER], EXIT.usage],
    ['a country by its name', ['--country', 'China', ...ORDER], EXIT.usage],
    ['no approver', ['--country', 'US', '--from', '2026-12-01', '--authority', 'G.S.R. 123(E)'], EXIT.usage],
    ['a day that is none', ['--country', 'US', '--from', 'tomorrow', ...ORDER.slice(2)], EXIT.usage],
    ['India', ['--country', 'IN', ...ORDER], EXIT.refused],
    ['a processor that nobody knows', ['--processor', 'nobody', ...ORDER], EXIT.refused],
  ])('refuses %s in one line', async (_what, args, exit) => {
    const { code, out, err } = await api().run('restrict', ...args, '--yes');
    expect([code, out]).toEqual([exit, '']);
    expect(err).toMatch(/^digicrm: .+\n$/);
  });
});

describe('digicrm disclosures', () => {
  it('says by processor and time who received what, through all pages', async () => {
    const { run, ledger } = api();
    for (let n = 0; n < 130; n++) {
      const decidedAt = new Date(Date.parse(NOW) + n * 1000).toISOString();
      await ledger.record(decisionOf({ decisionId: `td-${n}`, decidedAt, transferId: n === 0 ? 'tr-0' : null }));
    }
    const { code, out } = await run('disclosures', '--tenant', 'acme', '--subject', 'p1');
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('msg91  Walkover Web Solutions Private Limited (MSG91) (sms), IN');
    expect(out).toContain('fields  name, phone');
    expect(out).toContain('times   1 possibly delivered, 129 permitted to the CRM');
    expect(out.match(/name \(mask\), phone/g)).toHaveLength(130);
    const { entries } = JSON.parse((await run('disclosures', '--tenant', 'acme', '--subject', 'p1', '--json')).out);
    expect(entries).toHaveLength(130);
  });

  it('says that nobody received anything', async () => {
    const { out } = await api().run('disclosures', '--tenant', 'acme', '--subject', 'p1');
    expect(out).toBe('Nothing about this person was allowed to go to anybody.\n');
  });

  it('refuses a phone number as a person, and does not repeat it', async () => {
    const { code, err } = await api().run('disclosures', '--tenant', 'acme', '--subject', '9830012345');
    expect(code).toBe(EXIT.refused);
    expect(err).not.toContain('9830012345');
  });
});

describe('digicrm may-transfer', () => {
  const { decisionId, outcome, decidedBy, obligations, decidedAt, registerHash } = decisionOf();
  const allowed: DecisionView = { decisionId, outcome, decidedBy, obligations, decidedAt, registerHash };
  const question = [
    ...['--tenant', 'acme', '--processor', 'msg91', '--purpose', 'service-messages', '--role', 'tenant'],
    ...['--field', 'phone,name', '--subject', 'p1', '--basis', 'consent', '--evidence', 'c-1'],
  ];

  it('asks, and says what has to be done with the data and why', async () => {
    const { run, questions } = api(allowed);
    const dlt = ['--dlt', '1201159876543210987,DIGCRM,1207161234567890123'];
    const { code, out } = await run('may-transfer', ...question, ...dlt);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('allow_with_obligations: msg91 may have it for service-messages');
    expect(out).toContain('permit.registered-purpose: The register has it. (s.8(2))');
    expect(out).toContain('mask name');
    expect(questions).toEqual([
      {
        tenantId: 'acme',
        processorId: 'msg91',
        purpose: 'service-messages',
        dataRole: 'tenant',
        categories: [],
        fields: ['phone', 'name'],
        subjectId: 'p1',
        lawfulBasis: { kind: 'consent', evidenceId: 'c-1' },
        dlt: { entityId: '1201159876543210987', header: 'DIGCRM', templateId: '1207161234567890123' },
      },
    ]);
  });

  it('ends with another code for a denial', async () => {
    const { code, out } = await api({ ...allowed, outcome: 'deny', obligations: null }).run(
      'may-transfer',
      ...question,
    );
    expect(code).toBe(EXIT.refused);
    expect(out).toContain('deny: msg91 may not have it for service-messages');
  });

  it('refuses a value in the place of a field before anything is sent', async () => {
    const { run, questions } = api(allowed);
    const asked = question.map((word) => (word === 'phone,name' ? 'a@example.com' : word));
    const { code, err } = await run('may-transfer', ...asked);
    expect([code, questions]).toEqual([EXIT.usage, []]);
    expect(err).not.toContain('example.com');
  });
});
