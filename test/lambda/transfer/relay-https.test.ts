import { type CertificateAuthority, certificateAuthority } from '../../../bin/local/processor-certificates';
import { type ProcessorServer, startProcessor } from '../../../bin/local/processor-server';
import { systemClock } from '../../../lambda/shared/clock';
import { httpsDeliverer } from '../../../lambda/transfer/adapters/https-deliverer';
import { requestSigner } from '../../../lambda/transfer/adapters/request-signer';
import { testKey } from '../certificate/samples';
import { BODY, MESSAGE, RelayHarness } from './support/relay-harness';

const HOST = 'sms.processors.test';
const key = testKey();
let authority: CertificateAuthority;
let server: ProcessorServer;
let cloud: RelayHarness;

beforeAll(async () => {
  authority = await certificateAuthority();
});

beforeEach(async () => {
  server = await startProcessor(HOST, await authority.issue(HOST));
  server.trust(key.pem);
  cloud = new RelayHarness();
  cloud.deliverer = httpsDeliverer({
    sign: requestSigner(key, 'key-1', systemClock),
    timeoutSeconds: 2,
    responseBytes: 65_536,
    standIns: () => ({ address: '127.0.0.1', port: server.port, ca: authority.ca }),
  });
});

afterEach(() => server.stop());

/** Everything that arrived, byte by byte. */
const arrived = () =>
  server.received.map(({ path, headers, body }) => `${path}\n${JSON.stringify(headers)}\n${body.toString('latin1')}`);

it('delivers declared fields alone, minimised and signed; no canary arrives in any byte', async () => {
  const { transferId } = await cloud.create();
  await cloud.drain();
  expect(server.received).toMatchObject([{ signature: 'valid', headers: { 'idempotency-key': transferId } }]);
  expect(JSON.parse(server.received[0]?.body.toString() ?? '')).toEqual(MESSAGE);
  expect(arrived().join()).not.toMatch(/canary|Priya|acme|subject-1|consent-77/i);
});

it('delivers fields in other languages as they are', async () => {
  const payload = { phone: '+919830012345', name: 'অনন্যা 🦚', templateId: 'स्वागत' };
  await cloud.create({ ...BODY, payload });
  await cloud.drain();
  const got = JSON.parse(server.received[0]?.body.toString() ?? '');
  expect(got.templateId).toBe('स्वागत');
  expect(server.received).toMatchObject([{ signature: 'valid' }]);
});

it('does not carry what is denied', async () => {
  cloud.tenantActive = false;
  await expect(cloud.create()).rejects.toThrow('may not go');
  await cloud.finish(1);
  expect(server.received).toEqual([]);
});

it.each([
  ['a redirect to where machines keep their secrets', { kind: 'redirect', to: 'http://169.254.169.254/' }, 'failed'],
  ['a refusal', { kind: 'status', status: 422 }, 'failed'],
  // Fifty megabytes after a 200: it has the message, and saying otherwise would be wrong.
  ['fifty megabytes', { kind: 'huge', bytes: 50 * 1024 * 1024 }, 'delivered'],
] as const)('ends a transfer that is answered with %s', async (_what, behaviour, state) => {
  server.behave(behaviour);
  const { transferId } = await cloud.create();
  await cloud.drain();
  expect(await cloud.read(transferId)).toMatchObject({ state, attempts: 1 });
  expect([server.received.length, cloud.payloads()]).toEqual([1, 0]);
});

it.each([
  ['fails', { kind: 'status', status: 500 }],
  ['hangs', { kind: 'hang' }],
  ['breaks the connection', { kind: 'break' }],
] as const)('keeps a transfer to a processor that %s, and delivers it when that is over', async (_what, behaviour) => {
  server.behave(behaviour);
  const { transferId } = await cloud.create();
  await cloud.drain();
  expect(await cloud.read(transferId)).toMatchObject({ state: 'queued', attempts: 1 });
  expect(cloud.payloads()).toBe(1);
  server.behave({ kind: 'accept' });
  await cloud.finish(1);
  expect(await cloud.read(transferId)).toMatchObject({ state: 'delivered', attempts: 2 });
  // A processor that does each Idempotency-Key once has done it once.
  expect([server.received.length, server.distinct(), cloud.payloads()]).toEqual([2, 1, 0]);
});
