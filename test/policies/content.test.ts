import { createBodySchema } from '../../lambda/erasure/model';
import { ID_PATTERN } from '../../lambda/shared/layout';
import { loadRegister } from '../../policies/load';

const register = loadRegister();
const rule = (id: string) => register.retention.rules.find((candidate) => candidate.id === id);

describe('promises and numbers', () => {
  it('keeps deleted versions within the 90 days of the privacy policy after rounding to midnight', () => {
    expect(rule('recovery-window')?.period).toEqual({ unit: 'days', value: 90 });
    expect(register.retention.lifecycle.noncurrentDays.days + 1).toBeLessThanOrEqual(90);
  });

  it('keeps logs for a year even when the year has 366 days', () => {
    const { accessLogDays, functionLogDays } = register.retention.lifecycle;
    for (const { days } of [accessLogDays, functionLogDays]) expect(days).toBeGreaterThanOrEqual(366);
  });

  it('starts the duties of the DPDP Act on 13 May 2027 and the one-year minimum not before', () => {
    for (const id of [
      'consent-withdrawal',
      'purpose-over',
      'right-to-erasure',
      'one-year-minimum',
      'breach-detection-minimum',
    ])
      expect(rule(id)?.inForceFrom).toBe('2027-05-13');
    expect(rule('spdi-purpose-limit')?.until).toBe('2027-05-13');
  });

  it('records the legal minimums of tax and company law for books', () => {
    expect(rule('company-books')?.period).toEqual({ unit: 'years', value: 8 });
    expect(rule('gst-records')?.period).toEqual({ unit: 'months', value: 72 });
    expect(rule('income-tax-books')?.period).toEqual({ unit: 'years', value: 7 });
  });

  it('paces below the documented limits of S3 and DynamoDB', () => {
    expect(register.erasure.pace.s3KeysPerSecond.rate).toBeLessThan(3500);
    expect(register.erasure.pace.dynamodbItemsPerSecond.rate).toBeLessThan(1000);
  });

  it('leaves time to erase after the cooling-off period', () => {
    expect(register.erasure.coolingOffHours.hours).toBeLessThan(register.erasure.completeWithinDays.days * 24);
  });

  it('never changes the count of shards, which is part of every key ever written', () => {
    expect(register.erasure.shards).toBe(16);
  });
});

describe('what the API accepts', () => {
  const body = (change: { reason?: string; role?: string; authentication?: string; tenantId?: string }) => ({
    scope: 'tenant',
    tenantId: change.tenantId ?? 'tenant-1',
    reason: change.reason ?? 'tenant-request',
    instruction: {
      by: 'user-1',
      role: change.role ?? 'tenant-admin',
      authentication: change.authentication ?? 'mfa',
      at: '2026-11-22T10:00:00.000Z',
    },
  });
  const accepted = (change: Parameters<typeof body>[0]) => createBodySchema.safeParse(body(change)).success;

  it('can be said in a request, code by code', () => {
    for (const { id } of register.erasure.reasons) expect([id, accepted({ reason: id })]).toEqual([id, true]);
    for (const role of register.erasure.tenantInstruction.roles)
      expect([role, accepted({ role })]).toEqual([role, true]);
    for (const authentication of register.erasure.tenantInstruction.authentication)
      expect([authentication, accepted({ authentication })]).toEqual([authentication, true]);
  });

  it('names tenants by ids that keys are made of', () => {
    for (const { tenants } of register.clients.clients)
      if (tenants !== 'all') for (const tenantId of tenants) expect(tenantId).toMatch(ID_PATTERN);
  });
});

describe('stages', () => {
  it('protects prod from being deleted, and only prod', () => {
    for (const [name, stage] of Object.entries(register.stages.stages))
      expect([name, stage.terminationProtection]).toEqual([name, name === 'prod']);
  });

  it('takes the cooling-off period of prod from the register', () => {
    expect(register.stages.stages.prod?.coolingOffHours).toBeNull();
  });

  it('uses token scopes wherever the issuer sets them', () => {
    const scopes = Object.entries(register.stages.stages).map(([name, { switches }]) => [
      name,
      switches.tokenScopes.enabled,
    ]);
    expect(Object.fromEntries(scopes)).toEqual({ local: false, dev: true, prod: true });
  });
});

describe('obligations', () => {
  const { obligations } = register.controls;
  const days = (id: string) => {
    const found = obligations.find((candidate) => candidate.id === id);
    return [found?.inForceFrom ?? null, found?.inForceUntil ?? null];
  };

  it('begin as the duties of the DPDP Act and its Rules do, but for what is in force already', () => {
    const earlier = obligations.filter(({ id, inForceFrom }) => /^[AR]-/.test(id) && inForceFrom !== '2027-05-13');
    expect(earlier.map(({ id, inForceFrom }) => [id, inForceFrom])).toEqual([
      ['A-02', '2025-11-13'],
      ['A-02u', '2025-11-13'],
      ['A-06c', '2026-11-13'],
      ['A-38', '2025-11-13'],
      ['R-4', '2026-11-13'],
    ]);
  });

  it('under the IT Act end on the day on which the DPDP Act ends them', () => {
    const ending = obligations.filter(({ inForceUntil }) => inForceUntil !== undefined);
    expect(ending.map(({ id }) => id)).toEqual(['S-1', 'S-2', 'S-3', 'S-4', 'S-5']);
    for (const { inForceUntil } of ending) expect(inForceUntil).toBe('2027-05-13');
  });

  it.each([
    ['C-4', 'cert-in-logs'],
    ['R-6e', 'breach-detection-minimum'],
    ['R-8.3', 'one-year-minimum'],
    ['S-2', 'spdi-purpose-limit'],
    ['T-1', 'company-books'],
    ['T-3', 'gst-records'],
    ['T-4', 'income-tax-books'],
  ])('%s has the days of the retention rule %s', (id, retentionRule) => {
    expect(days(id)).toEqual([rule(retentionRule)?.inForceFrom, rule(retentionRule)?.until]);
  });

  it('say who must keep what these systems do not', () => {
    const who =
      /\b(company|CRM|CRM's|people|officer|accountant|tenant|person|gateway|counsel|Grievance Officer|managers)\b/i;
    for (const { id, status, note } of obligations)
      if (status !== 'built') expect([id, note]).toEqual([id, expect.stringMatching(who)]);
  });
});

describe('switches', () => {
  it('has every costly part on in prod', () => {
    const switches = Object.values(register.stages.stages.prod?.switches ?? {});
    expect(switches.length).toBeGreaterThan(8);
    expect(switches.filter(({ enabled }) => !enabled)).toEqual([]);
  });
});
