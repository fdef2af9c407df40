import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcessors } from '../../../bin/local/processors';

const cloud = { stage: 'local', region: 'ap-south-1', endpoint: null, egressKeyId: null };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Status of a POST to a host that is looked up in the file, as the egress does. */
function post(host: string, file: { ca: string; hosts: Record<string, { address: string; port: number }> }) {
  const { address = '', port = 0 } = file.hosts[host] ?? {};
  return new Promise<number | undefined>((resolve, reject) => {
    const options = {
      host: address,
      port,
      ca: file.ca,
      servername: host,
      method: 'POST',
      path: '/v1/messages',
      agent: false as const,
    };
    request(options, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end('{}');
  });
}

describe('the processors of a local cloud', () => {
  it('answer at the places that the file names, each under its own name', async () => {
    const processorHosts = join(folder, 'processors.json');
    const processors = await startProcessors({ ...cloud, processorHosts });
    const file = JSON.parse(await readFile(processorHosts, 'utf8'));
    expect(Object.keys(file.hosts)).toContain('sms.processors.test');
    expect(Object.keys(file.hosts).every((host) => host.endsWith('.processors.test'))).toBe(true);
    expect(await post('sms.processors.test', file)).toBe(202);
    expect(processors.of('sandbox-sms').received.map(({ body }) => String(body))).toEqual(['{}']);
    expect(processors.of('sandbox-email').received).toEqual([]);
    // Another one's certificate is not taken for its own.
    const email = { ...file, hosts: { ...file.hosts, 'sms.processors.test': file.hosts['email.processors.test'] } };
    await expect(post('sms.processors.test', email)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });

    await processors.stop();
    await expect(post('sms.processors.test', file)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('have none for whoever is delivered nothing', async () => {
    const processors = await startProcessors({ ...cloud, processorHosts: join(folder, 'others.json') });
    expect(() => processors.of('msg91')).toThrow('msg91');
    await processors.stop();
  });

  it('are not started for a cloud that cannot read the file', async () => {
    await expect(startProcessors({ ...cloud, processorHosts: null })).rejects.toThrow('cannot deliver');
  });
});
