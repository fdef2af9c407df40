import { entryOf } from '../../../lambda/ledger/event';
import { type Hash, leafHash, nodeHash } from '../../../lambda/ledger/merkle';
import { checkpointText } from '../../../lambda/ledger/note';
import type { ProofDeps } from '../../../lambda/ledger/proof-ports';
import { latestCheckpoint, proveInclusion } from '../../../lambda/ledger/proofs';
import { encodeBundle, type TileName, TileTree, tilePath } from '../../../lambda/ledger/tiles';
import { logKeys } from '../../../lambda/ledger/verify';
import { CheckpointKey, ORIGIN, sampleEvent } from '../../support/sample-log';

describe('a proof in a log of ten million entries', () => {
  const SIZE = 10_000_000;
  const entry = entryOf(sampleEvent(0));
  // All entries are alike, so that the hash of a complete subtree follows from its height alone.
  const heights: Hash[] = [leafHash(entry)];
  for (let height = 1; height <= 24; height++) {
    const below = heights[height - 1] as Hash;
    heights.push(nodeHash(below, below));
  }
  const content = ({ level, width }: TileName): Uint8Array => {
    if (level === 'entries') return encodeBundle(Array.from({ length: width }, () => entry));
    return Buffer.concat(Array.from({ length: width }, () => heights[8 * level] as Hash));
  };

  async function tenMillion(read: string[]): Promise<ProofDeps> {
    const key = new CheckpointKey();
    const root = await new TileTree({ read: async (tile) => content(tile) }, SIZE).root();
    const note = key.sign(checkpointText({ origin: ORIGIN, size: SIZE, root }));
    return {
      log: {
        latest: async () => note,
        checkpointOf: async () => note,
        read: async (tile) => {
          read.push(tilePath(tile));
          return content(tile);
        },
      },
      places: { latestOf: async () => 0 },
      keys: async () => logKeys(key.pem),
      origin: ORIGIN,
    };
  }

  it('has at most 24 hashes, and reads the bundle of the entry and at most four tiles', async () => {
    const read: string[] = [];
    const deps = await tenMillion(read);
    const checkpoint = await latestCheckpoint(deps);
    if (checkpoint === undefined) throw new Error('there is a checkpoint');
    const edges = [0, 255, 256, 65_535, 65_536, 8_388_607, 8_388_608, 9_999_871, 9_999_872, SIZE - 1];
    const anywhere = Array.from({ length: 40 }, (_, i) => (i * 249_989) % SIZE);
    for (const index of [...edges, ...anywhere]) {
      read.length = 0;
      const { hashes } = await proveInclusion(index, checkpoint, deps);
      expect(hashes.length).toBeLessThanOrEqual(Math.ceil(Math.log2(SIZE)));
      expect(read.filter((path) => path.startsWith('tile/entries/'))).toHaveLength(1);
      expect(read.filter((path) => !path.startsWith('tile/entries/')).length).toBeLessThanOrEqual(4);
    }
  });
});
