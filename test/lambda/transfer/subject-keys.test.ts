import { createHmac } from 'node:crypto';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { subjectKeys } from '../../../lambda/transfer/adapters/subject-keys';

const kms = new KMSClient({ region: 'ap-south-1' });
const mock = mockClient(kms);

/** KMS with one secret: the MAC of a message is what any HMAC-SHA-256 gives. */
function givenSecret(secret: string): void {
  mock.on(GenerateMacCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({
    Mac: createHmac('sha256', secret).update(Message).digest(),
  }));
}
beforeEach(() => {
  mock.reset();
  givenSecret('one');
});

describe('keyed hashes of people', () => {
  it('ask KMS once for each tenant, and not again for its people', async () => {
    const keys = subjectKeys(kms, 'key-1');
    await Promise.all(['p1', 'p2', 'p3'].map((id) => keys.subjectKey('acme', id)));
    await keys.reference('acme', 'p1', 'msg91');
    await keys.subjectKey('globex', 'p1');
    expect(mock.commandCalls(GenerateMacCommand)).toHaveLength(2);
    expect(mock.commandCalls(GenerateMacCommand)[0]?.args[0].input).toMatchObject({
      KeyId: 'key-1',
      MacAlgorithm: 'HMAC_SHA_256',
    });
  });

  it('are the same in every container, as long as the key is', async () => {
    const before = await subjectKeys(kms, 'key-1').subjectKey('acme', 'p1');
    expect(await subjectKeys(kms, 'key-1').subjectKey('acme', 'p1')).toBe(before);
    givenSecret('another');
    expect(await subjectKeys(kms, 'key-1').subjectKey('acme', 'p1')).not.toBe(before);
  });

  it('differ by tenant, person, processor and use', async () => {
    const ids = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,8}$/);
    await fc.assert(
      fc.asyncProperty(ids, ids, ids, ids, ids, async (tenant, person, other, processor, second) => {
        fc.pre(person !== other && processor !== second && tenant !== other);
        const keys = subjectKeys(kms, 'key-1');
        const all = await Promise.all([
          keys.subjectKey(tenant, person),
          keys.subjectKey(tenant, other),
          keys.subjectKey(other, person),
          keys.reference(tenant, person, processor),
          keys.reference(tenant, person, second),
          keys.reference(tenant, undefined, processor),
          keys.reference(tenant, undefined, second),
        ]);
        expect(new Set(all).size).toBe(all.length);
        for (const hash of all) expect(hash).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 50 },
    );
  });

  it('cannot be confused with a hash that the erasure engine makes under the same key', async () => {
    await subjectKeys(kms, 'key-1').subjectKey('acme', 'p1');
    const message = Buffer.from(mock.commandCalls(GenerateMacCommand)[0]?.args[0].input.Message ?? '').toString();
    // Those begin with a tenant's id, and no id begins so.
    expect(message).toMatch(/^\[/);
  });

  it('do not remember an error', async () => {
    mock.reset();
    mock.on(GenerateMacCommand).rejectsOnce(new Error('down'));
    const keys = subjectKeys(kms, 'key-1');
    await expect(keys.subjectKey('acme', 'p1')).rejects.toThrow('down');
    givenSecret('one');
    await expect(keys.subjectKey('acme', 'p1')).resolves.toMatch(/^[0-9a-f]{64}$/);
  });

  it('are not made from an answer without a whole MAC', async () => {
    mock.reset();
    mock.on(GenerateMacCommand).resolves({ Mac: Buffer.alloc(0) });
    await expect(subjectKeys(kms, 'key-1').subjectKey('acme', 'p1')).rejects.toThrow('no MAC');
  });
});
