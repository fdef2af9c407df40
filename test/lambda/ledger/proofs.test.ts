import fc from 'fast-check';
import { entryOf } from '../../../lambda/ledger/event';
import type { ProofDeps } from '../../../lambda/ledger/proof-ports';
import { formatLogProof } from '../../../lambda/ledger/proof-text';
import { checkpointOf, LedgerBrokenError } from '../../../lambda/ledger/proofs';
import { routeLedger } from '../../../lambda/ledger/routes';
import { encodeBundle } from '../../../lambda/ledger/tiles';
import { checkConsistency, logKeys, openCheckpoint, readProof } from '../../../lambda/ledger/verify';
import { consistencyViewSchema, hashesOf, inclusionViewSchema } from '../../../lambda/ledger/view';
import { PROBLEMS, type ProblemError } from '../../../lambda/shared/problem';
import { depsOf } from '../../support/proof-deps';
import { CheckpointKey, ORIGIN, SampleLog, sampleEvent } from '../../support/sample-log';

interface Asked {
  readonly query?: Record<string, string>;
  readonly index?: string;
  readonly tenants?: string;
  readonly actions?: string;
}

async function ask(
  path: string,
  deps: ProofDeps,
  { query, index, tenants = 'all', actions = 'ledger:read' }: Asked = {},
) {
  const event = {
    resource: path,
    httpMethod: 'GET',
    queryStringParameters: query ?? null,
    pathParameters: index === undefined ? null : { index },
    requestContext: { authorizer: { clientName: 'auditor', actions, tenants } },
  } as unknown as Parameters<typeof routeLedger>[0];
  const { body } = await routeLedger(event, deps);
  return JSON.parse(body) as unknown;
}

const refusal = (asked: Promise<unknown>): Promise<ProblemError> =>
  asked.then(
    () => Promise.reject(new Error('expected a refusal')),
    (error: ProblemError) => error,
  );

const INCLUSION = '/v1/ledger/proofs/inclusion';
const CONSISTENCY = '/v1/ledger/proofs/consistency';
const ENTRY = '/v1/ledger/entries/{index}';

describe('the API of the ledger', () => {
  const log = new SampleLog().addMany(300).addMany(1).addMany(700);
  const deps = depsOf(log);

  it('proves any entry under any signed checkpoint that has it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(300, 301, 1001), fc.nat(1000), async (size, n) => {
        const index = n % size;
        const query = { index: String(index), size: String(size) };
        const proof = inclusionViewSchema.parse(await ask(INCLUSION, deps, { query }));
        expect(proof).toMatchObject({ index, size, entry: Buffer.from(log.entries[index] ?? []).toString() });
        const text = formatLogProof({ ...proof, hashes: hashesOf(proof) });
        expect(readProof(Buffer.from(proof.entry), text).index).toBe(index);
      }),
      { numRuns: 60 },
    );
  });

  it('proves the latest event about something', async () => {
    expect(await ask(INCLUSION, deps, { query: { about: 'lh-412' } })).toMatchObject({ index: 412, size: 1001 });
  });

  it('proves that the tree only grew between signed checkpoints', async () => {
    const keys = logKeys(log.key.pem);
    for (const [from, to] of [
      [300, 301],
      [300, 1001],
      [301, 1001],
      [301, 301],
    ] as const) {
      const asked = await ask(CONSISTENCY, deps, { query: { from: String(from), to: String(to) } });
      const proof = consistencyViewSchema.parse(asked);
      const older = openCheckpoint(log.checkpoint(from), keys);
      expect(() => checkConsistency(older, openCheckpoint(proof.checkpoint, keys), hashesOf(proof))).not.toThrow();
    }
    expect(await ask(CONSISTENCY, deps, { query: { from: '0' } })).toMatchObject({ from: 0, to: 1001, hashes: [] });
  });

  it('gives the latest checkpoint and any entry word for word', async () => {
    const checkpoint = log.checkpoint();
    expect(await ask('/v1/ledger/checkpoint', deps)).toEqual({ checkpoint, origin: ORIGIN, size: 1001 });
    const entry = Buffer.from(log.entries[999] ?? []).toString();
    expect(await ask(ENTRY, deps, { index: '999' })).toEqual({ index: 999, entry });
  });

  it.each<[string, string, Asked, number]>([
    ['an index beyond the tree', ENTRY, { index: '1001' }, 404],
    ['an index that is no number', ENTRY, { index: '1e3' }, 400],
    ['an index with a leading zero', ENTRY, { index: '01' }, 400],
    ['an index that a number cannot hold', ENTRY, { index: '9999999999999999' }, 400],
    ['a proof of nothing', INCLUSION, { query: {} }, 400],
    ['a proof of two things', INCLUSION, { query: { index: '1', about: 'lh-1' } }, 400],
    ['a proof about nothing that is known', INCLUSION, { query: { about: 'er-unknown' } }, 404],
    ['something that could be no id', INCLUSION, { query: { about: 'a b' } }, 400],
    ['an unknown parameter', INCLUSION, { query: { index: '1', tree: '1' } }, 400],
    ['a size larger than the tree', INCLUSION, { query: { index: '1', size: '5000' } }, 409],
    ['a size that nobody signed', INCLUSION, { query: { index: '1', size: '299' } }, 404],
    ['an index that the older tree had not', INCLUSION, { query: { index: '300', size: '300' } }, 404],
    ['an event that the older tree had not', INCLUSION, { query: { about: 'lh-300', size: '300' } }, 409],
    ['sizes in the wrong order', CONSISTENCY, { query: { from: '301', to: '300' } }, 409],
    ['an older size that nobody signed', CONSISTENCY, { query: { from: '7' } }, 404],
    ['a newer size beyond the tree', CONSISTENCY, { query: { from: '300', to: '1002' } }, 409],
    ['a client without the action', ENTRY, { index: '1', actions: 'erasure:read' }, 403],
    ['a client of some tenants', ENTRY, { index: '1', tenants: 'acme' }, 403],
  ])('refuses %s', async (_, path, asked, status) => {
    const { type, detail } = await refusal(ask(path, deps, asked));
    expect(PROBLEMS[type].status).toBe(status);
    expect(detail).toMatch(/\.$/);
  });

  it('says that there is nothing yet before the first checkpoint', async () => {
    expect((await refusal(ask('/v1/ledger/checkpoint', depsOf(new SampleLog())))).type).toBe('not-ready');
  });
});

describe('what does not hold', () => {
  type Plant = (log: SampleLog, deps: ProofDeps) => Partial<ProofDeps> | undefined;

  async function broken(plant: Plant) {
    const log = new SampleLog().addMany(300).addMany(300);
    const deps = depsOf(log);
    return ask(INCLUSION, { ...deps, ...plant(log, deps) }, { query: { index: '17' } });
  }

  const put = (path: string, bytes?: Uint8Array): Plant => {
    return ({ files }) => {
      expect(files.has(path)).toBe(true);
      if (bytes === undefined) files.delete(path);
      else files.set(path, bytes);
      return undefined;
    };
  };

  it.each<[string, Plant]>([
    ['a changed entry', (log, deps) => put('tile/entries/000', changed(log))(log, deps)],
    ['a changed tile', put('tile/1/000.p/2', Buffer.alloc(64))],
    ['a cut tile', put('tile/1/000.p/2', Buffer.alloc(32))],
    ['a missing tile', put('tile/0/002.p/88')],
    ['a missing bundle', put('tile/entries/000')],
    ['a checkpoint of another key', () => ({ keys: async () => logKeys(new CheckpointKey().pem) })],
    ['a checkpoint of another ledger', () => ({ origin: 'ledger.digicrm.invalid/other' })],
  ])('is never handed out: %s', async (_, change) => {
    await expect(broken(change)).rejects.toThrow(LedgerBrokenError);
  });

  it('is found when a checkpoint stands under the size of another', async () => {
    const log = new SampleLog().addMany(300).addMany(300);
    log.checkpoints.set(300, log.checkpoint(600));
    await expect(checkpointOf(300, depsOf(log))).rejects.toThrow('another size');
  });

  function changed(log: SampleLog): Uint8Array {
    return encodeBundle([entryOf(sampleEvent(99_999)), ...log.entries.slice(1, 256)]);
  }
});

describe('a key that was changed', () => {
  const log = new SampleLog().addMany(300);
  const first = log.key;
  log.key = new CheckpointKey();
  log.addMany(300);
  const both = async () => logKeys(first.pem + log.key.pem);

  it('leaves everything provable for whoever has both keys, over the change too', async () => {
    const deps = { ...depsOf(log), keys: both };
    for (const size of ['300', '600'])
      expect(await ask(INCLUSION, deps, { query: { index: '17', size } })).toMatchObject({ size: Number(size) });
    expect(await ask(CONSISTENCY, deps, { query: { from: '300' } })).toMatchObject({ from: 300, to: 600 });
  });

  it('proves under the new one alone what the new one signed', async () => {
    const deps = depsOf(log);
    expect(await ask(INCLUSION, deps, { query: { index: '17' } })).toMatchObject({ size: 600 });
    await expect(ask(INCLUSION, deps, { query: { index: '17', size: '300' } })).rejects.toThrow('no known key');
  });
});
