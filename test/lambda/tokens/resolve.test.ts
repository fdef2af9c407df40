import type { APIGatewayProxyEvent } from 'aws-lambda';
import fc from 'fast-check';
import { type Caller, toContext } from '../../../lambda/access/caller';
import { withProblems } from '../../../lambda/shared/http';
import { newToken } from '../../../lambda/tokens/forms';
import { resolveToken } from '../../../lambda/tokens/resolve';
import { routeTokens } from '../../../lambda/tokens/routes';
import { tokens, WORDS } from './support';

const CRM: Caller = { clientName: 'crm', actions: ['token:resolve'], tenants: 'all' };
const PRIYA = { tenantId: 'acme', subjectId: 'p-1', field: 'email', value: 'priya.sen@example.in' };
const PURPOSE = 'delivery-failure';

const problem = (status: number) => expect.objectContaining({ name: 'ProblemError', status });

describe('turning a token back', () => {
  it('gives what it stands for, and about whom, for each purpose of the register', async () => {
    const { issuer, deps, records } = tokens();
    const token = await issuer.issue(PRIYA);
    for (const { id: purpose } of WORDS.resolveFor)
      expect(await resolveToken(CRM, { tenantId: 'acme', token, purpose }, deps)).toEqual(PRIYA);
    expect(records).toMatchObject([
      { clientName: 'crm', tenantId: 'acme', token, purpose: PURPOSE, outcome: 'resolved' },
      { purpose: 'rights-request', at: '2026-12-01T06:00:00.000Z' },
    ]);
  });

  it('gives back every value as it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }),
        fc.constantFrom(...WORDS.tokenFields),
        async (value, field) => {
          const { issuer, deps } = tokens();
          const token = await issuer.issue({ ...PRIYA, field, value });
          const resolved = await resolveToken(CRM, { tenantId: 'acme', token, purpose: PURPOSE }, deps);
          expect(resolved).toEqual({ ...PRIYA, field, value });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('answers alike for a token that never was, is another tenant’s, or was erased with its person', async () => {
    const { issuer, deps, records, vault } = tokens();
    const foreign = await issuer.issue({ ...PRIYA, tenantId: 'acme-2' });
    const erased = await issuer.issue(PRIYA);
    vault.freezeIndex();
    vault.erase('acme', 'p-1');
    const refusals = [];
    for (const token of [newToken('email'), foreign, erased])
      refusals.push(
        await resolveToken(CRM, { tenantId: 'acme', token, purpose: PURPOSE }, deps).catch(
          ({ status, type, detail }: { status: number; type: string; detail: string }) => ({ status, type, detail }),
        ),
      );
    expect(refusals[0]).toMatchObject({ status: 404, type: 'not-found' });
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(records.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('is refused for any other purpose, and the record does not repeat the caller’s word', async () => {
    const { issuer, deps, records } = tokens();
    const token = await issuer.issue(PRIYA);
    const asked = resolveToken(CRM, { tenantId: 'acme', token, purpose: 'calling-priya-sen' }, deps);
    await expect(asked).rejects.toEqual(problem(403));
    await expect(asked).rejects.toMatchObject({ detail: expect.stringContaining('delivery-failure, rights-request') });
    expect(records).toMatchObject([{ outcome: 'purpose-not-allowed', purpose: null }]);
  });

  it.each([
    ['may not turn tokens back', { ...CRM, actions: ['transfer:send'] as const }],
    ['may not act for the tenant', { ...CRM, tenants: ['sandbox-1'] }],
  ])('is refused to a client that %s, and recorded', async (_who, caller) => {
    const { issuer, deps, records } = tokens();
    const token = await issuer.issue(PRIYA);
    await expect(resolveToken(caller, { tenantId: 'acme', token, purpose: PURPOSE }, deps)).rejects.toEqual(
      problem(403),
    );
    expect(records).toMatchObject([{ outcome: 'not-allowed', tenantId: 'acme' }]);
  });

  it('is refused once use of the tenant’s data has ceased, for known and unknown tokens alike', async () => {
    const { issuer, deps, records, vault } = tokens();
    const token = await issuer.issue(PRIYA);
    const other = await issuer.issue({ ...PRIYA, tenantId: 'bravo' });
    vault.flag('acme');
    for (const each of [token, newToken('email')])
      await expect(resolveToken(CRM, { tenantId: 'acme', token: each, purpose: PURPOSE }, deps)).rejects.toEqual(
        problem(409),
      );
    expect(records.map(({ outcome }) => outcome)).toEqual(['tenant-suspended', 'tenant-suspended']);
    expect(await resolveToken(CRM, { tenantId: 'bravo', token: other, purpose: PURPOSE }, deps)).toMatchObject({
      value: PRIYA.value,
    });
  });

  it('sees a flag that is set while the value is read', async () => {
    const { issuer, deps, vault } = tokens();
    const token = await issuer.issue(PRIYA);
    const read = vault.read.bind(vault);
    vault.read = async (key) => {
      const mapping = await read(key);
      vault.flag('acme');
      return mapping;
    };
    await expect(resolveToken(CRM, { tenantId: 'acme', token, purpose: PURPOSE }, deps)).rejects.toEqual(problem(409));
  });

  it.each([PURPOSE, 'another-purpose'])('hands nothing out that cannot be recorded (%s)', async (purpose) => {
    const { issuer, deps, log } = tokens();
    const token = await issuer.issue(PRIYA);
    log.failing = true;
    await expect(resolveToken(CRM, { tenantId: 'acme', token, purpose }, deps)).rejects.toEqual(problem(503));
  });

  it('records ids and names alone', async () => {
    const { issuer, deps, records } = tokens();
    const token = await issuer.issue(PRIYA);
    await resolveToken(CRM, { tenantId: 'acme', token, purpose: PURPOSE }, deps);
    expect(JSON.stringify(records)).not.toContain(PRIYA.value);
    expect(Object.keys(records[0] ?? {}).sort()).toEqual(
      ['accessId', 'at', 'clientName', 'outcome', 'purpose', 'tenantId', 'token'].sort(),
    );
  });
});

describe('POST /v1/tokens/resolve', () => {
  const lines: string[] = [];
  const logger = {
    info: (message: string, fields: object) => lines.push(message + JSON.stringify(fields)),
    error: (message: string, fields: object) => lines.push(message + JSON.stringify(fields)),
  };

  function call(deps: ReturnType<typeof tokens>['deps'], body: unknown) {
    const event = {
      resource: '/v1/tokens/resolve',
      httpMethod: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      requestContext: { requestId: 'r-1', authorizer: toContext(CRM) },
    } as unknown as APIGatewayProxyEvent;
    return withProblems(logger, (each) => routeTokens(each, deps))(event, {} as never);
  }

  it('answers with the value, which no cache may keep', async () => {
    const { issuer, deps } = tokens();
    const token = await issuer.issue(PRIYA);
    const answer = await call(deps, { tenantId: 'acme', token, purpose: PURPOSE });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(answer.body)).toEqual(PRIYA);
  });

  it('refuses what is no token without repeating or recording it', async () => {
    const { deps, records } = tokens();
    for (const token of [PRIYA.value, 'Priya Sen', '+919830012345', 7, null]) {
      const { statusCode, body } = await call(deps, { tenantId: 'acme', token, purpose: PURPOSE });
      expect(statusCode).toBe(400);
      expect(body).not.toContain(String(token === null ? 'Priya' : token));
    }
    expect(records).toEqual([]);
    expect(lines.join()).not.toMatch(/priya|98300/i);
  });

  it('keeps the value out of the log when the vault fails', async () => {
    const { issuer, deps, vault } = tokens();
    const token = await issuer.issue(PRIYA);
    vault.read = async () => {
      throw new Error(`cannot read ${PRIYA.value}`);
    };
    const { statusCode, body } = await call(deps, { tenantId: 'acme', token, purpose: PURPOSE });
    expect(statusCode).toBe(500);
    expect(`${body}${lines.join()}`).not.toContain(PRIYA.value);
  });
});
