import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { KMSClient } from '@aws-sdk/client-kms';
import { S3ServiceException } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { kmsCheckpointSigner } from '../../../lambda/ledger/adapters/checkpoint-signer';
import { dynamoHeads, readSeen, writeSeen } from '../../../lambda/ledger/adapters/heads';
import { dynamoPlaces, latestPlace } from '../../../lambda/ledger/adapters/places';
import { dynamoQuarantine } from '../../../lambda/ledger/adapters/quarantine';
import { s3LogReader } from '../../../lambda/ledger/adapters/s3-log-reader';
import { s3LogStore } from '../../../lambda/ledger/adapters/s3-log-store';
import { bucketWitness, busWitness, patientWitnesses } from '../../../lambda/ledger/adapters/witnesses';
import { entryOf, type LedgerEvent } from '../../../lambda/ledger/event';
import type { Waiting } from '../../../lambda/ledger/ports';
import { EdgeCache, LedgerConflictError, type SequencerDeps, sequence } from '../../../lambda/ledger/sequencer';
import { logKey } from '../../../lambda/ledger/verify';
import { readAgain } from '../../../lambda/ledger/watchman';
import { Random } from '../../support/random';
import { MemoryBucket } from './support/memory-bucket';
import { MemoryLedgerTable } from './support/memory-ledger-table';

const ORIGIN = 'ledger.digicrm.invalid/test';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = publicKey.export({ type: 'spki', format: 'der' });
const key = logKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());
const now = async () => undefined;

/** KMS with one key, as far as signing goes: it gets the digest alone. */
const kms = {
  async send(command: { input: { Message?: Uint8Array } }) {
    if (command.input.Message === undefined)
      return { KeyId: 'arn:key', PublicKey: spki, KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P256' };
    return { Signature: signDigest(command.input.Message) };
  },
} as unknown as KMSClient;

/** Node signs data and not digests, so the digest's text is looked up. */
const texts = new Map<string, string>();
function signDigest(digest: Uint8Array): Uint8Array {
  const text = texts.get(Buffer.from(digest).toString('hex')) ?? '';
  return sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'der' });
}

const event = (n: number): LedgerEvent => ({
  v: 1,
  type: 'hold',
  act: 'written',
  at: '2026-12-01T00:00:00.000Z',
  sequence: String(n),
  about: `lh-${n}`,
  state: 'standing',
  tenant: null,
  subject: null,
  hashes: { record: 'c'.repeat(64) },
  counts: {},
});
const waiting = (from: number, to: number): Waiting[] =>
  Array.from({ length: to - from }, (_, i) => ({ event: event(from + i), entry: entryOf(event(from + i)) }));

function ledger() {
  const bucket = new MemoryBucket();
  const table = new MemoryLedgerTable();
  const told = new MemoryBucket();
  const signer = kmsCheckpointSigner(kms, 'arn:key', ORIGIN);
  const deps: SequencerDeps = {
    places: dynamoPlaces(table.db, 'ledger', now),
    heads: dynamoHeads(table.db, 'ledger'),
    store: s3LogStore(bucket.s3, { bucket: 'ledger', keyArn: 'arn:key' }, now),
    signer: {
      async sign(text) {
        texts.set(createHash('sha256').update(text).digest('hex'), text);
        return signer.sign(text);
      },
    },
    witnesses: patientWitnesses([bucketWitness(told.s3, { bucket: 'copies', keyArn: 'arn:key' })], {
      count: () => undefined,
    }),
    clock: { now: () => new Date('2026-12-01T00:00:00Z') },
    origin: ORIGIN,
    quietMs: 86_400_000,
  };
  const read = (seen?: { size: number; root: Uint8Array }) =>
    readAgain({
      log: s3LogReader(bucket.s3, 'ledger'),
      keys: [key],
      origin: ORIGIN,
      seen,
      ...(seen && { from: 'seen' as const }),
      onEvents: () => undefined,
    });
  return { bucket, table, told, deps, read };
}

/** Its client tries three times: one of four is refused, and one of 64 for good. */
const REFUSED = 0.25 ** 3;

/** What storage answers to requests that come too fast. */
function slowDown(random: Random, share = REFUSED): void {
  if (!random.chance(share)) return;
  const message = 'SlowDown';
  throw new S3ServiceException({ name: message, $fault: 'server', $metadata: { httpStatusCode: 503 }, message });
}

/** Delivers until it is taken, as a stream does. */
async function delivered(turn: () => Promise<unknown>): Promise<boolean> {
  for (let tries = 0; tries < 1_000; tries++)
    try {
      await turn();
      return true;
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
    }
  return false;
}

describe('the ledger in its storage', () => {
  it('takes 1,000 events in at most 60 requests, and holds', async () => {
    const { bucket, table, told, deps, read } = ledger();
    const edges = new EdgeCache();
    await sequence(waiting(0, 700), deps, edges);
    const before = bucket.requests + table.requests + told.requests;
    await sequence(waiting(700, 1_700), deps, edges);
    // KMS and the bus beside them.
    expect(bucket.requests + table.requests + told.requests - before + 2).toBeLessThanOrEqual(60);
    expect(await read()).toMatchObject({ findings: [], head: { size: 1_700 } });
    expect(told.versions.map((version) => version.key)).toEqual(
      bucket.versions.flatMap((version) => (version.key.startsWith('checkpoints/') ? [version.key] : [])),
    );
  });

  it('gives each event one place wherever requests fail, and however two sequencers meet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 320 }),
        async (kills, count) => {
          const { bucket, table, deps, read } = ledger();
          const all = waiting(0, count);
          for (const killAt of [...kills, Number.POSITIVE_INFINITY]) {
            let calls = 0;
            bucket.before = table.before = () => {
              if (calls++ >= killAt) throw new Error('killed');
            };
            await Promise.allSettled([
              sequence(all, deps, new EdgeCache()),
              sequence(all.slice(0, Math.ceil(count / 2)), deps, new EdgeCache()),
            ]);
          }
          const { findings, head } = await read();
          expect(findings).toEqual([]);
          expect(head?.size).toBe(count);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('takes everything once from storage that refuses every fourth request for coming too fast', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (seed) => {
        const { bucket, table, deps, read } = ledger();
        const random = new Random(seed);
        bucket.before = () => slowDown(random);
        table.before = () => slowDown(random);
        for (const batch of [waiting(0, 200), waiting(100, 320), waiting(320, 330)])
          expect(await delivered(() => sequence(batch, deps, new EdgeCache()))).toBe(true);
        bucket.before = table.before = () => undefined;
        expect(await read()).toMatchObject({ findings: [], head: { size: 330 } });
      }),
      { numRuns: 25 },
    );
  });

  it('is not said to have lost what could not be read for coming too fast', async () => {
    const { bucket, deps, read } = ledger();
    await sequence(waiting(0, 3), deps, new EdgeCache());
    bucket.before = () => slowDown(new Random(1), 1);
    await expect(read()).rejects.toThrow('SlowDown');
  });

  it('goes on reading where it was, and notices when that is another tree now', async () => {
    const { deps, read } = ledger();
    const edges = new EdgeCache();
    await sequence(waiting(0, 300), deps, edges);
    const { head: seen } = await read();
    await sequence(waiting(300, 900), deps, edges);
    expect(await read(seen)).toMatchObject({ findings: [], head: { size: 900 } });
    const other = { size: 300, root: Buffer.alloc(32, 1) };
    expect((await read(other)).findings).toContainEqual({ code: 'root-differs', at: 'size 300' });
  });

  it.each([
    ['a tile that was laid over', 'tile/0/000', 'tile-differs'],
    ['a bundle that was laid over', 'tile/entries/000', 'tile-differs'],
    ['a checkpoint that was laid over', 'checkpoint', 'checkpoint-refused'],
    ['an old checkpoint that was laid over', 'checkpoints/0000000000000300', 'checkpoint-refused'],
  ])('is read with %s noticed', async (_, path, code) => {
    const { bucket, deps, read } = ledger();
    const edges = new EdgeCache();
    await sequence(waiting(0, 300), deps, edges);
    await sequence(waiting(300, 600), deps, edges);
    bucket.plant(path, Buffer.from('other'));
    expect((await read()).findings.map((finding) => finding.code)).toContain(code);
  });

  it('lays nothing over what stands there', async () => {
    const store = ledger().deps.store;
    const tile = { level: 0, index: 0, width: 1 };
    await store.write(tile, Buffer.alloc(32, 1));
    await store.write(tile, Buffer.alloc(32, 1));
    await expect(store.write(tile, Buffer.alloc(32, 2))).rejects.toThrow(LedgerConflictError);
    const entry = waiting(0, 1)[0]?.entry ?? Buffer.of();
    expect(await store.claim(0, [entry])).toEqual([entry]);
    expect(await store.claim(0, [Buffer.from('another')])).toEqual([entry]);
  });

  it('keeps the larger of two checkpoints as the latest', async () => {
    const { bucket, deps } = ledger();
    await sequence(waiting(0, 5), deps, new EdgeCache());
    const small = Buffer.from(bucket.current('checkpoint')?.bytes ?? Buffer.of()).toString();
    await sequence(waiting(5, 9), deps, new EdgeCache());
    await deps.store.publish(5, small);
    expect(Buffer.from(bucket.current('checkpoint')?.bytes ?? Buffer.of()).toString()).not.toBe(small);
  });
});

describe('places', () => {
  it('asks again for what was not answered, and once for what comes twice', async () => {
    const table = new MemoryLedgerTable();
    const places = dynamoPlaces(table.db, 'ledger', now);
    const events = waiting(0, 150);
    await places.note(
      0,
      events.slice(0, 40).map(({ entry }) => entry),
    );
    table.answered = 30;
    const left = await places.withoutPlace([...events, ...events]);
    expect(left.map(({ event: { about } }) => about)).toEqual(events.slice(40).map(({ event: { about } }) => about));
  });

  it('tells the latest event about something, by number and not by text', async () => {
    const table = new MemoryLedgerTable();
    const about = 'lh-1';
    const entries = ['9', '10'].map((sequenceNumber) => entryOf({ ...event(1), sequence: sequenceNumber }));
    await dynamoPlaces(table.db, 'ledger', now).note(7, entries);
    expect(await latestPlace(table.db, 'ledger', about)).toMatchObject({ sequence: '10', index: 8, act: 'written' });
    expect(await latestPlace(table.db, 'ledger', 'lh-2')).toBeUndefined();
  });
});

describe('heads', () => {
  it('move on from what stands there alone', async () => {
    const heads = dynamoHeads(new MemoryLedgerTable().db, 'ledger');
    const empty = await heads.read();
    const next = { size: 3, root: Buffer.alloc(32, 3), signedAt: '2026-12-01T00:00:00.000Z' };
    expect(await heads.advance(empty, next)).toBe(true);
    expect(await heads.advance(empty, next)).toBe(false);
    expect(await heads.read()).toEqual(next);
  });

  it('that the watchman saw only grow', async () => {
    const { db } = new MemoryLedgerTable();
    const seen = { size: 9, root: Buffer.alloc(32, 9), readAt: null };
    expect(await readSeen(db, 'ledger')).toBeUndefined();
    await writeSeen(db, 'ledger', seen);
    await writeSeen(db, 'ledger', { ...seen, size: 4 });
    expect(await readSeen(db, 'ledger')).toEqual(seen);
  });
});

describe('witnesses', () => {
  it('that fail keep nobody waiting, and hear of it later', async () => {
    const copies = new MemoryBucket();
    let counted = 0;
    const witnesses = patientWitnesses([bucketWitness(copies.s3, { bucket: 'copies', keyArn: 'arn:key' })], {
      count: () => void counted++,
    });
    copies.before = () => {
      throw new Error('away');
    };
    await witnesses.tell(1, 'one');
    await witnesses.tell(2, 'two');
    expect(counted).toBe(2);
    copies.before = () => undefined;
    await witnesses.retry();
    await witnesses.tell(2, 'two');
    expect(copies.versions.map((version) => version.key)).toEqual(['checkpoints/0000000000000002']);
  });

  it('on the bus count an entry that was not taken as a failure', async () => {
    const bus = { send: async () => ({ FailedEntryCount: 1 }) } as unknown as EventBridgeClient;
    await expect(busWitness(bus, 'bus').tell(1, 'one')).rejects.toThrow('did not take');
  });
});

describe('what was put aside', () => {
  it('is kept once', async () => {
    const quarantine = dynamoQuarantine(new MemoryLedgerTable().db, 'ledger');
    const aside = { name: 'a', reason: 'unknown-kind', kind: null, sequence: '1', at: new Date(0) } as const;
    expect(await quarantine.put(aside)).toBe(true);
    expect(await quarantine.put(aside)).toBe(false);
  });
});
