import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { writeProcessorHosts } from '../../../bin/local/processor-server';
import { ENV } from '../../../lambda/shared/names';
import { sqsEgressQueue } from '../../../lambda/transfer/adapters/egress-queue';
import { decrypt, encrypt, kmsDataKeys } from '../../../lambda/transfer/adapters/payload-cipher';
import { standInsFromEnv } from '../../../lambda/transfer/adapters/processor-hosts';

const context = { tenantId: 'acme', transferId: 'tr-1', dataRole: 'tenant' } as const;

describe('the queue of the egress', () => {
  const sqs = mockClient(SQSClient);
  const queue = sqsEgressQueue(new SQSClient({ region: 'ap-south-1' }), 'https://queue');

  it('makes of the messages of one processor one group, so that SQS gives those of others first', async () => {
    sqs.on(SendMessageCommand).resolves({});
    await queue.send({ type: 'deliver', transferId: 'tr-1', processorId: 'sandbox-sms' }, 30);
    await queue.send({ type: 'deliver', transferId: 'tr-2' });
    expect(sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual([
      {
        QueueUrl: 'https://queue',
        MessageBody: '{"type":"deliver","transferId":"tr-1","processorId":"sandbox-sms"}',
        DelaySeconds: 30,
        MessageGroupId: 'sandbox-sms',
      },
      { QueueUrl: 'https://queue', MessageBody: '{"type":"deliver","transferId":"tr-2"}' },
    ]);
  });
});

describe('the keys of payloads', () => {
  const kms = mockClient(KMSClient);
  const keys = kmsDataKeys(new KMSClient({ region: 'ap-south-1' }), '{"tenant":"arn:tenant"}');
  const plain = Buffer.alloc(32, 7);
  const bound = { KeyId: 'arn:tenant', EncryptionContext: context };

  beforeEach(() => kms.reset());

  it('are made and opened under the key of the data’s role, bound to tenant, transfer and role', async () => {
    kms.on(GenerateDataKeyCommand).resolves({ Plaintext: plain, CiphertextBlob: Buffer.from('wrapped') });
    kms.on(DecryptCommand).resolves({ Plaintext: plain });
    expect(await keys.make(context)).toEqual({ plain, wrapped: Buffer.from('wrapped') });
    expect(await keys.unwrap(Buffer.from('wrapped'), context)).toEqual(plain);
    expect(kms.calls().map(({ args }) => args[0].input)).toEqual([
      { ...bound, KeySpec: 'AES_256' },
      { ...bound, CiphertextBlob: Buffer.from('wrapped') },
    ]);
  });

  it('are none for a role that has no key, and none when KMS gives none', async () => {
    await expect(keys.make({ ...context, dataRole: 'books' })).rejects.toThrow('no key for payloads of role books');
    kms.on(GenerateDataKeyCommand).resolves({});
    await expect(keys.make(context)).rejects.toThrow();
    kms.on(DecryptCommand).resolves({ Plaintext: Buffer.alloc(16) });
    await expect(keys.unwrap(Buffer.alloc(1), context)).rejects.toThrow();
  });
});

describe('a sealed payload', () => {
  const key = Buffer.alloc(32, 9);

  it('opens as what it was, with its key and for its transfer alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (text) => {
        const sealed = encrypt(text, key, 'payload', context);
        expect(Buffer.from(decrypt(sealed, key, 'payload', context))).toEqual(Buffer.from(text));
        expect(() => decrypt(sealed, Buffer.alloc(32, 8), 'payload', context)).toThrow();
        expect(() => decrypt(sealed, key, 'payload', { ...context, transferId: 'tr-2' })).toThrow();
        expect(() => decrypt(sealed, key, 'payload', { ...context, tenantId: 'globex' })).toThrow();
        expect(() => decrypt(sealed, key, 'payload', { ...context, dataRole: 'account' })).toThrow();
        expect(() => decrypt(sealed, key, 'row', context)).toThrow();
      }),
      { numRuns: 20 },
    );
  });

  it('does not open when one bit of it is another', () => {
    const sealed = Buffer.from(encrypt(Buffer.from('text'), key, 'payload', context));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => decrypt(changed, key, 'payload', context)).toThrow();
    }
  });

  it('is another one each time', () => {
    const once = () => Buffer.from(encrypt(Buffer.from('text'), key, 'payload', context)).toString('hex');
    expect(once()).not.toBe(once());
  });
});

describe('servers that stand for processors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  const file = join(folder, 'hosts.json');
  const CA = '-----BEGIN CERTIFICATE-----\n';

  afterEach(() => {
    delete process.env[ENV.processorHosts];
    delete process.env[ENV.stage];
    rmSync(file, { force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const inStage = (stage: string) => {
    process.env[ENV.processorHosts] = file;
    process.env[ENV.stage] = stage;
    return standInsFromEnv();
  };

  it('are found by their host alone, as the file says now', async () => {
    const standIns = inStage('local');
    expect(standIns('sms.processors.test')).toBeUndefined();
    await writeProcessorHosts(file, CA, [{ host: 'sms.processors.test', port: 8443 }]);
    expect(standIns('sms.processors.test')).toEqual({ address: '127.0.0.1', port: 8443, ca: CA });
    for (const other of ['email.processors.test', 'toString', '__proto__', 'xsms.processors.test'])
      expect(standIns(other)).toBeUndefined();
  });

  it('do not exist where no file is named', () => {
    expect(standInsFromEnv()('sms.processors.test')).toBeUndefined();
  });

  it.each(['dev', 'prod', ''])('are an error in stage %j', (stage) => {
    expect(() => inStage(stage)).toThrow('for stage local only');
  });

  it.each([
    ['another address', { ca: CA, hosts: { 'a.test': { address: '10.0.0.1', port: 1 } } }],
    ['no authority', { hosts: {} }],
    ['an authority that is none', { ca: 'yes', hosts: {} }],
    ['a port that is none', { ca: CA, hosts: { 'a.test': { address: '127.0.0.1', port: 0 } } }],
  ])('are not taken from a file with %s', (_what, content) => {
    writeFileSync(file, JSON.stringify(content));
    expect(() => inStage('local')('a.test')).toThrow('not understood');
  });
});
