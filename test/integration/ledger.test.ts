import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { fetchCertificate } from '../../bin/cli/certificate';
import { collect } from '../../bin/cli/court/collect';
import { logBucket } from '../../bin/cli/log-bucket';
import { publicKeyPem } from '../../bin/local/public-key';
import { verifyCertificate } from '../../lambda/certificate/verify';
import { tilePath } from '../../lambda/ledger/tiles';
import { checkConsistency, logKeys, openCheckpoint } from '../../lambda/ledger/verify';
import { hashesOf } from '../../lambda/ledger/view';
import { type Finding, readAgain } from '../../lambda/ledger/watchman';
import { systemSleep } from '../../lambda/shared/clock';
import { LEDGER_PK, PK } from '../../lambda/shared/names';
import { apiFor, eraseToTheEnd } from './support/api';
import { awsClients } from './support/clients';
import { testCloud } from './support/cloud';
import { fillTenant } from './support/fill';
import { allLogs } from './support/traces';

const cloud = testCloud();
const api = apiFor(cloud);
const { log } = logBucket({ ...cloud, client: 'crm', env: {} });
const TIMEOUT = 120;

async function ledgerKeys() {
  return logKeys(await publicKeyPem({ ...cloud, signingKeyId: cloud.ledgerKeyId ?? '' }));
}

/** An erasure of one person whose certificate has its place. */
async function erased(tenantId: string) {
  await fillTenant(cloud, tenantId, { subjects: ['p1', 'p2'], versions: 3, rows: 3 });
  const { requestId } = await eraseToTheEnd(api, { tenantId, subjectId: 'p1' });
  const file = await fetchCertificate(api, { id: requestId, waitForLedger: true, timeout: TIMEOUT });
  return { requestId, file };
}

async function findings(): Promise<readonly Finding['code'][]> {
  const keys = await ledgerKeys();
  const { origin } = openCheckpoint((await log.latest()) ?? '', keys);
  return (await readAgain({ log, keys, origin, seen: undefined })).findings.map(({ code }) => code);
}

const watchmanLine = z.object({
  service: z.literal('ledger-watchman'),
  message: z.string(),
  code: z.string().optional(),
});

/** Resolves when nothing came into the ledger for a while: the watchman waits minutes for what is on its way. */
async function quiet(): Promise<void> {
  for (let size = -1, since = 0; since < 12; since++) {
    const { size: now } = await api.ledgerCheckpoint();
    if (now !== size) since = 0;
    size = now;
    await systemSleep(1_000);
  }
}

/** What the watchman says of the whole ledger now; it has forgotten what it read before. */
async function watchmanFindings(): Promise<string[]> {
  const { lambda, dynamodb } = awsClients(cloud);
  const documents = DynamoDBDocumentClient.from(dynamodb);
  await documents.send(
    new DeleteCommand({ TableName: cloud.ledgerTable ?? '', Key: { pk: LEDGER_PK.seen, sk: 'tree' } }),
  );
  const before = (await watchmanLines()).length;
  const { FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: cloud.scheduledFunctions.ledgerWatchman }),
  );
  expect(FunctionError).toBeUndefined();
  for (let tries = 0; tries < 30; tries++) {
    const lines = (await watchmanLines()).slice(before);
    if (lines.some(({ message }) => message === 'read the ledger'))
      return lines.flatMap(({ code }) => (code === undefined ? [] : [code]));
    await systemSleep(1_000);
  }
  throw new Error('the watchman has said nothing');
}

async function watchmanLines() {
  return (await allLogs(cloud)).flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const parsed = watchmanLine.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  });
}

it('gives a certificate that verifies offline with two public keys, its place included', async () => {
  await erased('early-traders');
  const kept = await api.ledgerCheckpoint();
  const { requestId, file } = await erased('ledger-traders');
  const keys = await ledgerKeys();
  const verdict = verifyCertificate(file, await publicKeyPem(cloud), { keys, origin: kept.origin });
  expect(verdict).toMatchObject({ ok: true, inclusion: { state: 'included' } });
  expect(await api.inclusionProof({ about: `${requestId}/certificate/0001` })).toMatchObject({
    entry: expect.stringContaining('"type":"erasure.certificate"'),
  });

  const proof = await api.consistencyProof({ from: kept.size });
  const [older, newer] = [openCheckpoint(kept.checkpoint, keys), openCheckpoint(proof.checkpoint, keys)];
  expect(() => checkConsistency(older, newer, hashesOf(proof))).not.toThrow();
});

it('has every state of a request, in order, and no name of anybody', async () => {
  const { requestId } = await erased('orderly-traders');
  const { records } = await collect(log, { keys: await ledgerKeys() }, { requestId });
  const states = records.filter(({ event }) => event.about === requestId).map(({ event }) => event.state);
  expect(states[0]).toBe('accepted');
  expect(states.at(-1)).toBe('completed');
  const order = ['accepted', 'planned', 'executing', 'verifying', 'completed'];
  expect(states.filter((state, i) => state !== states[i - 1])).toEqual(order.filter((state) => states.includes(state)));
  const kinds = new Set(records.map(({ event }) => event.type));
  for (const kind of ['erasure.plan', 'erasure.line', 'erasure.step', 'erasure.verification', 'erasure.certificate'])
    expect(kinds).toContain(kind);
  for (const { entry } of records) expect(Buffer.from(entry).toString()).not.toMatch(/orderly-traders|"p1"/);
});

it('is found by whoever reads it again, the watchman too, when a bundle is laid over', async () => {
  await erased('steady-traders');
  await quiet();
  expect(await findings()).toEqual([]);
  expect(await watchmanFindings()).toEqual([]);
  const { size } = openCheckpoint((await log.latest()) ?? '', await ledgerKeys());
  const width = Math.min(size, 256);
  const Key = tilePath({ level: 'entries', index: 0, width });
  const before = Buffer.from((await log.read({ level: 'entries', index: 0, width })) ?? []);
  const { s3 } = awsClients(cloud);
  const changed = Buffer.from(before);
  // The first character of the first entry, behind its length.
  changed.writeUInt8(changed.readUInt8(2) ^ 1, 2);
  const put = (Body: Buffer) => s3.send(new PutObjectCommand({ Bucket: cloud.ledgerBucket ?? '', Key, Body }));
  await put(changed);
  try {
    // In AWS the bucket's policy and its lock stand before this; here the reading alone has to notice.
    expect(await findings()).toContain('root-differs');
    expect(await watchmanFindings()).toContain('root-differs');
  } finally {
    await put(before);
  }
}, 400_000);

it('has an event for a record that somebody changed by hand, so that nobody does it unseen', async () => {
  const { requestId } = await erased('meddled-traders');
  const documents = DynamoDBDocumentClient.from(awsClients(cloud).dynamodb);
  const Key = { pk: `${PK.request}${requestId}`, sk: 'META' };
  const { Item } = await documents.send(new GetCommand({ TableName: cloud.controlTable, Key }));
  const record = { ...Item?.record, status: 'cancelled' };
  await documents.send(new PutCommand({ TableName: cloud.controlTable, Item: { ...Item, record } }));
  const told = async () => (await api.inclusionProof({ about: requestId })).entry;
  for (let tries = 0; tries < TIMEOUT && !(await told()).includes('"state":"cancelled"'); tries++)
    await systemSleep(1_000);
  expect(await told()).toContain('"state":"cancelled"');
  await documents.send(new PutCommand({ TableName: cloud.controlTable, Item: Item ?? {} }));
});
