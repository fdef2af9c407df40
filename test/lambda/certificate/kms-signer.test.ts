import { createHash, createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { fetchSigningKey, kmsSigner } from '../../../lambda/certificate/kms-signer';
import { signCertificate } from '../../../lambda/certificate/sign';
import { verifyCertificate } from '../../../lambda/certificate/verify';
import { sampleCertificate, testKey } from './samples';

const key = testKey();
const kms = mockClient(KMSClient);
const keyId = 'arn:aws:kms:ap-south-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000';
const client = new KMSClient({ region: 'ap-south-1' });
const publicKey = { KeyId: keyId, PublicKey: key.spkiDer, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const;

beforeEach(() => {
  kms.reset();
  kms.on(GetPublicKeyCommand).resolves(publicKey);
  kms
    .on(SignCommand)
    .callsFake(async (input: { Message: Uint8Array }) => ({ Signature: await key.sign(input.Message) }));
});

test('a certificate signed by KMS verifies with the key that KMS publishes', async () => {
  const published = await fetchSigningKey(client, 'alias/signing');
  expect(published).toEqual({ keyId, spkiDer: key.spkiDer, pem: key.pem, sha256: key.sha256 });
  expect(createPublicKey(published.pem).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });

  const file = await signCertificate(sampleCertificate(published.sha256), kmsSigner(client, keyId));
  expect(verifyCertificate(Buffer.from(file), published.pem)).toMatchObject({ ok: true });
});

test('KMS is asked to sign a digest of 32 bytes, so that the size of a certificate does not matter', async () => {
  const digest = createHash('sha256').update('x').digest();
  await kmsSigner(client, keyId).sign(digest);
  expect(kms.commandCalls(SignCommand).map((call) => call.args[0].input)).toEqual([
    { KeyId: keyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' },
  ]);
});

test.each([
  [
    'no signature',
    async () => kms.on(SignCommand).resolves({}),
    () => kmsSigner(client, keyId).sign(new Uint8Array(32)),
  ],
  [
    'no public key',
    async () => kms.on(GetPublicKeyCommand).resolves({ KeyId: keyId }),
    () => fetchSigningKey(client, keyId),
  ],
  [
    'a key of another curve',
    async () => kms.on(GetPublicKeyCommand).resolves({ ...publicKey, KeySpec: 'ECC_NIST_P384' }),
    () => fetchSigningKey(client, keyId),
  ],
  [
    'a key for another use',
    async () => kms.on(GetPublicKeyCommand).resolves({ ...publicKey, KeyUsage: 'KEY_AGREEMENT' }),
    () => fetchSigningKey(client, keyId),
  ],
])('an answer of KMS with %s is an error', async (_name, given, act) => {
  await given();
  await expect(act()).rejects.toThrow();
});
