import { randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { EXIT } from '../../bin/cli/exit';
import { main } from '../../bin/cli/main';
import { resetClock, setClock } from '../../bin/local/clock';
import { type Answer, answerSchema, type Question } from '../../lambda/retention/question';
import { PK } from '../../lambda/shared/names';
import { holdOn } from '../lambda/holds/support';
import { apiFor, erasureOf, rawRequest, tokenFor } from './support/api';
import { awsClients } from './support/clients';
import { CLOUD_FILE_ENV, testCloud } from './support/cloud';
import { fillTenant } from './support/fill';
import { allLogs } from './support/traces';

const cloud = testCloud();
const api = apiFor(cloud);
const BEFORE_THE_ACT = '2026-11-22';
const AFTER_IT = '2027-06-01';

const ask = (question: Question): Promise<Answer> => api.decideRetention(question);
const outcomes = ({ stores }: Answer) =>
  Object.fromEntries(stores.map(({ storeId, part, decision }) => [`${storeId} ${part}`, decision.outcome]));

/** Puts a record of another subsystem where that one would. */
async function putRecord(pk: string, sk: string, record: object, more: object = {}): Promise<void> {
  const db = DynamoDBDocumentClient.from(awsClients(cloud).dynamodb);
  await db.send(new PutCommand({ TableName: cloud.controlTable, Item: { pk, sk, record, ...more } }));
}

afterEach(() => resetClock(cloud));

it('a tenant is erased before the DPDP Act begins and sealed for a year after it, as the register says', async () => {
  await fillTenant(cloud, 'seeded-traders', { subjects: ['p1'], versions: 2, rows: 2 });
  const before = await ask({ tenantId: 'seeded-traders', asOf: BEFORE_THE_ACT });
  const after = await ask({ tenantId: 'seeded-traders', asOf: AFTER_IT });
  expect(before.stores.map(({ storeId }) => storeId)).toEqual(
    expect.arrayContaining(cloud.inventory.map(({ id }) => id)),
  );
  const personal = (answer: Answer) =>
    answer.stores.filter(({ part }) => part !== 'statutory-fields').map(({ decision }) => decision);
  expect(new Set(personal(before).map(({ outcome }) => outcome))).toEqual(new Set(['erase']));
  expect(new Set(personal(after).map(({ outcome, notBefore }) => `${outcome} ${notBefore}`))).toEqual(
    new Set(['seal 2028-06-02']),
  );
});

it('without a day the functions’ own clock counts', async () => {
  await setClock(cloud, new Date(`${AFTER_IT}T06:00:00Z`));
  const now = await ask({ tenantId: 'seeded-traders' });
  expect(now.asOf).toMatch(/^2027-06-01T06:0/);
  expect(outcomes(now)).toEqual(outcomes(await ask({ tenantId: 'seeded-traders', asOf: AFTER_IT })));
});

it('what is known of the tenant is looked up: termination, holds and erasures under way', async () => {
  const tenantId = 'known-traders';
  await putRecord(PK.termination + tenantId, 'META', {
    terminationId: 'tm-1',
    tenantId,
    state: 'RECOVERABLE',
    terminatedAt: '2026-11-20T10:00:00.000Z',
    eraseAt: '2027-02-18T00:00:00.000Z',
  });
  await putRecord(PK.hold + tenantId, `${PK.hold}matter-17`, holdOn({ tenantId, dataClass: 'customer-files' }), {
    changedBy: 'legal-desk',
  });
  const { requestId } = await api.create(erasureOf({ tenantId }), randomUUID());

  const answer = await ask({ tenantId, asOf: '2027-06-01' });
  expect(answer.facts).toMatchObject({
    reason: 'tenant-request',
    reasonFrom: 'request',
    termination: { terminationId: 'tm-1' },
    // What the request says of the last use goes before the day of the termination.
    lastProcessedAt: '2026-01-01T00:00:00.000Z',
    requests: [{ requestId }],
  });
  expect(outcomes(answer)).toMatchObject({ 'customer-files all': 'hold', 'crm-records all': 'erase' });
  expect(answer.holds).toMatchObject([{ holdId: 'matter-17' }]);
});

it('one person is asked about by her id, which no log holds', async () => {
  const subjectId = `person-${randomUUID().slice(0, 8)}`;
  const answer = await ask({ tenantId: 'seeded-traders', subjectId, asOf: AFTER_IT });
  expect(answer.facts).toMatchObject({ scope: 'subject', reason: 'subject-request' });
  expect(JSON.stringify(await allLogs(cloud))).not.toContain(subjectId);
});

it.each([
  ['a client that may not act for the tenant', 'sandbox', { tenantId: 'seeded-traders' }, 403],
  ['a question with a field that nobody knows', 'crm', { tenantId: 'seeded-traders', subject: 'p1' }, 400],
  ['a day that is none', 'crm', { tenantId: 'seeded-traders', asOf: '2027-02-29' }, 400],
  ['a reason that the register does not have', 'crm', { tenantId: 'seeded-traders', reason: 'because' }, 422],
])('refuses %s', async (_, client, body, status) => {
  const token = await tokenFor(cloud, client);
  const answer = await rawRequest(cloud, '/v1/retention-decisions', { method: 'POST', token, body });
  expect(answer).toMatchObject({ status, json: { status } });
});

it('answers other methods with the one that is allowed', async () => {
  const answer = await rawRequest(cloud, '/v1/retention-decisions', { token: await tokenFor(cloud) });
  expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
});

it('digicrm explain prints the same answer', async () => {
  let out = '';
  const args = ['explain', '--tenant', 'seeded-traders', '--as-of', AFTER_IT, '--json'];
  const code = await main([...args, '--outputs', process.env[CLOUD_FILE_ENV] ?? ''], {
    out: (text) => {
      out += text;
    },
    err: () => {},
  });
  expect(code).toBe(EXIT.ok);
  const { answer } = JSON.parse(out) as { answer: unknown };
  expect(answerSchema.parse(answer)).toEqual(await ask({ tenantId: 'seeded-traders', asOf: AFTER_IT }));
});
