import { type CertificateAuthority, certificateAuthority } from '../../../bin/local/processor-certificates';
import { type ProcessorServer, startProcessor } from '../../../bin/local/processor-server';
import { systemClock } from '../../../lambda/shared/clock';
import { httpsDeliverer } from '../../../lambda/transfer/adapters/https-deliverer';
import { requestSigner } from '../../../lambda/transfer/adapters/request-signer';
import { meaningOf } from '../../../lambda/transfer/deliver';
import { testKey } from '../certificate/samples';

const HOST = 'sms.processors.test';
const endpoint = `https://${HOST}/v1/messages`;
const body = Buffer.from('{"templateId":"welcome"}');
const message = { endpoint, body, idempotencyKey: 'tr-1' };
const key = testKey();
const sign = requestSigner(key, 'key-1', systemClock);
const LIMITS = { timeoutSeconds: 1, responseBytes: 65_536 };

let authority: CertificateAuthority;
let server: ProcessorServer;

beforeAll(async () => {
  authority = await certificateAuthority();
});

beforeEach(async () => {
  server = await startProcessor(HOST, await authority.issue(HOST));
  server.trust(key.pem);
});

afterEach(() => server.stop());

/** A deliverer for which the server stands for every host. */
function deliverer(more: Partial<Parameters<typeof httpsDeliverer>[0]> = {}) {
  return httpsDeliverer({
    ...LIMITS,
    sign,
    standIns: () => ({ address: '127.0.0.1', port: server.port, ca: authority.ca }),
    ...more,
  });
}

describe('a delivery', () => {
  it('arrives as it was sent, signed, and under its Idempotency-Key', async () => {
    expect(await deliverer().post(message)).toEqual({ outcome: 'answered', status: 202, body: { accepted: true } });
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/v1/messages',
        body,
        signature: 'valid',
        headers: { host: HOST, 'idempotency-key': 'tr-1', 'content-type': 'application/json' },
      },
    ]);
  });

  it('of a question puts an id behind the endpoint, signed as well', async () => {
    const got = await deliverer().get(`https://${HOST}/v1/requests`, 'er-1');
    expect(got).toMatchObject({ outcome: 'answered', status: 404 });
    expect(server.received).toMatchObject([{ method: 'GET', path: '/v1/requests/er-1', signature: 'valid' }]);
  });

  it.each(['..', '.', 'a/b', '', 'a?b', '%2e%2e', 'a#b', 'é'])(
    'does not put %j behind an endpoint',
    async (segment) => {
      expect(await deliverer().get(`https://${HOST}/v1/requests`, segment)).toEqual(refused('endpoint-refused'));
      expect(server.received).toEqual([]);
    },
  );

  it.each([
    [500, 'again'],
    [503, 'again'],
    [429, 'again'],
    [408, 'again'],
    [425, 'again'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [422, 'refused'],
    [200, 'taken'],
    [204, 'taken'],
  ])('that is answered with %i is to be %s', async (status, meaning) => {
    server.behave({ kind: 'status', status });
    const delivery = await deliverer().post(message);
    expect(delivery).toMatchObject({ outcome: 'answered', status });
    expect(meaningOf(delivery)).toBe(meaning);
  });

  it('follows no redirect', async () => {
    server.behave({ kind: 'redirect', to: 'http://169.254.169.254/latest/meta-data/' });
    const delivery = await deliverer().post(message);
    expect(delivery).toEqual(refused('redirected'));
    expect(meaningOf(delivery)).toBe('refused');
    expect(server.received).toHaveLength(1);
  });

  it('ends at its time limit when nobody answers', async () => {
    server.behave({ kind: 'hang' });
    const delivery = await deliverer({ timeoutSeconds: 0.2 }).post(message);
    expect(delivery).toEqual(refused('timed-out'));
    expect(meaningOf(delivery)).toBe('again');
  });

  it('ends at its time limit when the name is not resolved', async () => {
    const never = deliverer({ timeoutSeconds: 0.1, standIns: () => undefined, resolve: () => new Promise(() => {}) });
    expect(await never.post(message)).toEqual(refused('timed-out'));
  });

  it('reads no more of an answer than it may, and takes its status for what it says', async () => {
    server.behave({ kind: 'huge', bytes: 50 * 1024 * 1024 });
    const before = process.memoryUsage().arrayBuffers;
    expect(await deliverer({ timeoutSeconds: 20 }).post(message)).toEqual({ outcome: 'answered', status: 200 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
  });

  it('may be tried again when the connection breaks', async () => {
    server.behave({ kind: 'break' });
    const delivery = await deliverer().post(message);
    expect(delivery).toEqual(refused('connection-failed'));
    expect(meaningOf(delivery)).toBe('again');
  });
});

describe('who answers', () => {
  it('is not proven by a certificate of another authority', async () => {
    const { ca } = await certificateAuthority();
    const delivery = await deliverer({
      standIns: () => ({ address: '127.0.0.1', port: server.port, ca }),
    }).post(message);
    expect(delivery).toEqual(refused('certificate-refused'));
    expect(server.received).toEqual([]);
  });

  it('is not proven by a certificate for another host', async () => {
    await withCertificate(await authority.issue('email.processors.test'), async (other) => {
      expect(await reach(other).post(message)).toEqual(refused('certificate-refused'));
      expect(other.received).toEqual([]);
    });
  });

  it('is not proven by a certificate that has lapsed', async () => {
    await withCertificate(await authority.issue(HOST, -1), async (other) => {
      expect(await reach(other).post(message)).toEqual(refused('certificate-refused'));
      expect(other.received).toEqual([]);
    });
  });

  it('has to be proven even where the environment says otherwise', async () => {
    const { ca } = await certificateAuthority();
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const delivery = await deliverer({ standIns: () => ({ address: '127.0.0.1', port: server.port, ca }) }).post(
        message,
      );
      expect(delivery).toEqual(refused('certificate-refused'));
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  const reach = (other: ProcessorServer) =>
    deliverer({ standIns: () => ({ address: '127.0.0.1', port: other.port, ca: authority.ca }) });

  async function withCertificate(
    certificate: Awaited<ReturnType<CertificateAuthority['issue']>>,
    run: (other: ProcessorServer) => Promise<void>,
  ) {
    const other = await startProcessor(HOST, certificate);
    try {
      await run(other);
    } finally {
      await other.stop();
    }
  }
});

describe('an address', () => {
  const resolving = (...addresses: string[]) =>
    deliverer({ timeoutSeconds: 0.2, standIns: () => undefined, resolve: async () => addresses });

  it.each([
    ['127.0.0.1'],
    ['10.0.0.7'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['fd00::1'],
  ])('of a name is refused when it is %s', async (address) => {
    expect(await resolving(address).post(message)).toEqual(refused('address-refused'));
  });

  it('of a name is refused when only one of several is not public', async () => {
    expect(await resolving('93.184.216.34', '192.168.1.1').post(message)).toEqual(refused('address-refused'));
  });

  it('is asked for once, so that a second answer cannot lead elsewhere', async () => {
    let asked = 0;
    const rebinding = deliverer({
      timeoutSeconds: 0.2,
      standIns: () => undefined,
      resolve: async () => (asked++ === 0 ? ['169.254.169.254'] : ['93.184.216.34']),
    });
    expect(await rebinding.post(message)).toEqual(refused('address-refused'));
    expect(asked).toBe(1);
  });

  it('that a name does not have is a matter of time', async () => {
    const unknown = deliverer({
      standIns: () => undefined,
      resolve: async () => Promise.reject(new Error('ENOTFOUND')),
    });
    expect(await unknown.post(message)).toEqual(refused('name-not-found'));
    expect(await resolving().post(message)).toEqual(refused('name-not-found'));
  });

  it.each([
    'http://sms.processors.test/v1/messages',
    'https://sms.processors.test:8443/v1/messages',
    'https://user@sms.processors.test/v1/messages',
    'https://sms.processors.test/v1/messages?to=all',
    'https://sms.processors.test/v1/messages#part',
    'https://sms.processors.test/v1/../admin',
    'https://169.254.169.254/latest/meta-data/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://SMS.processors.test/v1/messages',
    // Fullwidth letters, a dotless i, and a dot of another script: none is the host that it looks like.
    'https://ｓms.processors.test/v1/messages',
    'https://sms。processors.test/v1/messages',
    'https://processors.test\u2025/v1',
    'not an address',
  ])('such as %s is not called', async (address) => {
    let asked = false;
    const watching = deliverer({
      resolve: async () => {
        asked = true;
        return ['93.184.216.34'];
      },
    });
    expect(await watching.post({ ...message, endpoint: address })).toEqual(refused('endpoint-refused'));
    expect([asked, server.received]).toEqual([false, []]);
  });
});

function refused(fault: string) {
  return { outcome: 'failed', fault };
}
