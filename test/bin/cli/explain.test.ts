import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT } from '../../../bin/cli/exit';
import { main } from '../../../bin/cli/main';
import { decisionSchema } from '../../../lambda/retention/decision';
import { lookUp } from '../../../lambda/retention/lookup';
import { questionSchema } from '../../../lambda/retention/question';
import { compileRetention } from '../../../lambda/retention/resolve';
import { loadRegister } from '../../../policies/load';
import { holdOn, RECORDS } from '../../lambda/holds/support';

const register = loadRegister();

async function explain(...args: string[]) {
  const printed = { out: '', err: '' };
  const code = await main(['explain', ...args], {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
  });
  return { code, ...printed };
}

async function answers(...args: string[]) {
  const { code, out } = await explain(...args, '--json');
  expect(code).toBe(EXIT.ok);
  return JSON.parse(out);
}

describe('digicrm explain without a look-up', () => {
  it('answers for every class without a deployment', async () => {
    for (const all of [[], ['--all']]) {
      const document = await answers('--as-of', '2027-06-01', ...all);
      expect(document.answers.map((answer: { facts: { dataClass: string } }) => answer.facts.dataClass)).toEqual(
        register.data.classes.map(({ id }) => id),
      );
      for (const { decision } of document.answers) expect(decisionSchema.parse(decision)).toEqual(decision);
    }
  });

  it('says in plain English what is done, until when and by which law', async () => {
    const { code, out } = await explain(
      ...['--class', 'crm-records', '--tenant', 'acme', '--as-of', '2027-06-01', '--offline'],
    );
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('tenant    acme\n');
    expect(out).toContain('nothing was looked up');
    expect(out).toContain('crm-records: Sealed now');
    expect(out).toMatch(/rule 8\(3\).*2028-06-01/);
  });

  it('asks about one person where a subject is named', async () => {
    const document = await answers('--subject', 's-1', '--class', 'crm-records', '--as-of', '2027-06-01');
    expect(document).toMatchObject({ tenant: null, subject: 's-1' });
    expect(document.answers[0].facts).toMatchObject({ scope: 'subject', reason: 'subject-request' });
    expect(document.answers[0].decision.rules.map((rule: { ruleId: string }) => rule.ruleId)).toContain(
      'right-to-erasure',
    );
  });

  it.each([
    [['--as-of', '2026-11-22'], 'erase'],
    [['--as-of', '2026-11-22', '--reason', 'none'], 'hold'],
    [['--as-of', '2026-12-10', '--terminated-at', '2026-12-01'], 'hold'],
    [['--as-of', '2026-12-10', '--terminated-at', '2026-12-01', '--requested-at', '2026-12-05'], 'erase'],
    [['--as-of', '2026-12-10', '--reason', 'none', '--consent-withdrawn-at', '2026-12-05'], 'erase'],
    [['--as-of', '2027-06-01T00:00:00+05:30', '--last-processed', '2027-05-12'], 'erase'],
    [['--as-of', '2026-11-22', '--hold', 'm-1=2027-01-01', '--hold', 'm-2=2027-02-01'], 'hold'],
  ])('takes %j', async (args, outcome) => {
    const document = await answers('--class', 'crm-records', ...args);
    expect(document.answers[0].decision.outcome).toBe(outcome);
  });

  it('passes on what it is told of books, fields and holds', async () => {
    const document = await answers(
      ...['--class', 'statutory-books', '--financial-year-end', '2027-03-31', '--annual-return-due', '2027-12-31'],
      ...['--entity-type', 'firm', '--field', 'invoiceNumber, gstin', '--as-of', '2028-02-01'],
    );
    expect(document.answers[0]).toMatchObject({
      facts: { entityType: 'firm', fields: ['invoiceNumber', 'gstin'] },
      decision: { outcome: 'seal', notBefore: '2034-04-01' },
    });
  });

  it.each([
    [['--class', 'crm-record'], /no data class "crm-record": use one of customer-files/],
    [['--class', 'exports', '--all'], /--class or --all, not both/],
    [['--reason', 'because'], /"because" is no reason: use one of tenant-request/],
    [['--as-of', 'tomorrow'], /a date such as 2027-06-01/],
    [['--last-processed', '2027-02-29'], /a date such as 2027-06-01/],
    [['--hold', 'm-1'], /a date such as 2027-06-01/],
    [['--hold', '=2027-01-01'], /an id and a review date/],
  ])('calls %j wrong usage', async (args, message) => {
    const { code, err } = await explain(...args);
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(message);
  });
});

describe('digicrm explain of a tenant', () => {
  const context = { inventory: [RECORDS], register, resolve: compileRetention(register), now: new Date() };
  const known = { termination: undefined, holds: [], requests: [], complete: true };

  /** A deployment that knows a hold on tenant `held` and nothing of others; remembers what it was asked. */
  async function givenDeployment(refusal?: { status: number; title: string }) {
    const asked: unknown[] = [];
    const server = createServer(async (request, response) => {
      const question = questionSchema.parse(JSON.parse(Buffer.concat(await request.toArray()).toString()));
      asked.push(question);
      const holds = question.tenantId === 'held' ? [holdOn({ tenantId: 'held' })] : [];
      const body = refusal ?? lookUp(question, { ...known, holds }, context);
      response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, asked, [Symbol.asyncDispose]: async () => void server.close() };
  }

  beforeEach(() => {
    process.env.DIGICRM_TOKEN = 'a-token';
  });
  afterEach(() => {
    delete process.env.DIGICRM_TOKEN;
  });

  it('asks the deployment and prints its answer in plain English', async () => {
    await using deployment = await givenDeployment();
    const { code, out } = await explain('--tenant', 'held', '--as-of', '2027-06-01', '--api-url', deployment.url);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('as of     2027-06-01 in India\ntenant    held\nreason    tenant-request\n');
    expect(out).toContain('- Hold matter-17 keeps data of every class until it is lifted');
    expect(out).toMatch(/crm-records\n {2}trigger instructed-erasure/);
  });

  it('passes on what is asked, and prints the answer as JSON', async () => {
    await using deployment = await givenDeployment();
    const document = await answers(
      ...['--tenant', 'acme', '--subject', 'p-1', '--class', 'crm-records', '--as-of', '2027-06-01'],
      ...['--reason', 'court-order', '--last-processed', '2027-05-20', '--api-url', deployment.url],
    );
    expect(deployment.asked).toEqual([
      {
        tenantId: 'acme',
        subjectId: 'p-1',
        dataClass: 'crm-records',
        reason: 'court-order',
        asOf: '2027-06-01',
        lastProcessedAt: '2027-05-20T00:00:00+05:30',
      },
    ]);
    expect(document).toMatchObject({
      tenant: 'acme',
      subject: 'p-1',
      answer: { stores: [{ storeId: 'crm-records', decision: { outcome: 'seal', notBefore: '2028-05-21' } }] },
    });
  });

  it('looks nothing up where facts are given, or --offline', async () => {
    await using deployment = await givenDeployment();
    for (const facts of [['--terminated-at', '2026-11-01'], ['--hold', 'm-1=2027-01-01'], ['--offline']]) {
      const { code, out } = await explain('--tenant', 'held', ...facts, '--api-url', deployment.url);
      expect({ code, out }).toEqual({ code: EXIT.ok, out: expect.stringContaining('nothing was looked up') });
    }
    expect(deployment.asked).toEqual([]);
  });

  it('names --offline, in one line, where no deployment is known or none answers', async () => {
    const missing = await explain('--tenant', 'acme', '--outputs', '/no/such/file');
    expect(missing).toMatchObject({
      code: EXIT.usage,
      out: '',
      err: expect.stringMatching(/^digicrm: .*--offline.*\n$/),
    });
    const { url } = await givenDeployment().then(async (deployment) => {
      await deployment[Symbol.asyncDispose]();
      return deployment;
    });
    const silent = await explain('--tenant', 'acme', '--api-url', url);
    expect(silent).toMatchObject({ code: EXIT.unreachable, err: expect.stringMatching(/^digicrm: .*--offline.*\n$/) });
  });

  it('says what the deployment refuses as it says it', async () => {
    await using deployment = await givenDeployment({ status: 403, title: 'Not allowed for this client' });
    const { code, err } = await explain('--tenant', 'acme', '--api-url', deployment.url);
    expect({ code, err }).toEqual({ code: EXIT.refused, err: 'digicrm: Not allowed for this client.\n' });
  });
});
