import { KilledError } from '../../support/memory-cloud';
import { MemoryVault } from '../../support/memory-vault';
import { FILES, historyOf, RECORDS, sealAll, sealing } from '../../support/sealing';
import { Stepper } from '../../support/stepper';

const KEY = 'acme/01/p-1/नमस्ते 📄.pdf';
const SAME_SECOND = '2026-11-22T10:00:00.000Z';

/** Versions and a marker of one key, three of them written within the same second, and a loose upload. */
function bucket(): MemoryVault {
  const memory = new MemoryVault();
  memory.put(KEY, 'first', '2026-11-20T10:00:00.000Z', { author: 'p-1' });
  memory.put(KEY, 'second', SAME_SECOND);
  memory.put(KEY, undefined, SAME_SECOND);
  memory.put(KEY, 'third', SAME_SECOND, { author: 'p-2' });
  memory.upload(KEY);
  return memory;
}

function table(): MemoryVault {
  const memory = new MemoryVault();
  memory.putRow('acme#01', 'p-1#contact', { email: 'x', note: 'ü' });
  memory.putRow('acme#01', 'p-1#deal', { amount: '12' });
  return memory;
}

/** What the bucket holds, as the vault should tell it afterwards: newest first. */
const history = bucket()
  .versions.filter(({ ref }) => ref.kind !== 'uploads')
  .map(({ ref, lastModified, bytes, metadata }) => ({
    id: ref.part,
    time: lastModified,
    bytes: ref.kind === 'versions' ? bytes : undefined,
    metadata: ref.kind === 'versions' ? metadata : undefined,
  }));

/** More calls than sealing everything takes, so that the last deaths find nothing left to kill. */
const CALLS = 40;

function* deaths() {
  for (let call = 0; call < CALLS; call++)
    for (const when of ['before', 'after'] as const) yield { process: new Stepper(call, when), call, when };
}

describe('a sealer that dies before or after any of its calls', () => {
  it('never leaves a version or marker in neither place, and the next one finishes', async () => {
    for (const { process, call, when } of deaths()) {
      const memory = bucket();
      await sealAll(sealing(memory, FILES, process)).catch((error) => expect(error).toBeInstanceOf(KilledError));
      const here = memory.versions.map(({ ref }) => ref.part);
      const there = historyOf(memory, KEY);
      for (const thing of history) {
        const safe =
          here.includes(thing.id) || there.some((sealed) => JSON.stringify(sealed) === JSON.stringify(thing));
        expect({ call, when, id: thing.id, safe }).toEqual({ call, when, id: thing.id, safe: true });
      }

      expect(await sealAll(sealing(memory, FILES))).toEqual([]);
      expect(memory.versions).toEqual([]);
      expect(historyOf(memory, KEY)).toEqual(history);
    }
  });

  it('never leaves a row in neither place, and the next one finishes', async () => {
    const rows = [...table().rows.values()].map((row) => row.fields);
    for (const { process } of deaths()) {
      const memory = table();
      await sealAll(sealing(memory, RECORDS, process)).catch((error) => expect(error).toBeInstanceOf(KilledError));
      const anywhere = [...[...memory.rows.values()].map((row) => row.fields), ...memory.sealedRows.values()];
      for (const fields of rows) expect(anywhere).toContainEqual(fields);

      expect(await sealAll(sealing(memory, RECORDS))).toEqual([]);
      expect(memory.rows.size).toBe(0);
      expect([...memory.sealedRows.values()]).toHaveLength(rows.length);
      for (const fields of rows) expect([...memory.sealedRows.values()]).toContainEqual(fields);
    }
  });

  it('is tried at every call there is', async () => {
    for (const [memory, source] of [
      [bucket(), FILES],
      [table(), RECORDS],
    ] as const) {
      const process = new Stepper(CALLS - 1, 'before');
      await sealAll(sealing(memory, source, process));
      expect(process.survived).toBe(true);
    }
  });
});
