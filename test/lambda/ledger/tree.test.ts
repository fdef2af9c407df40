import fc from 'fast-check';
import { append, type Edge, EMPTY_EDGE, edgeFrom, edgeRoot } from '../../../lambda/ledger/append';
import { EMPTY_ROOT, isConsistent, leafHash, rootFromInclusion } from '../../../lambda/ledger/merkle';
import { decodeBundle, edgeTiles, TileTree, tileOf, tilePath, widthOf } from '../../../lambda/ledger/tiles';

/** Leaves and roots of the tests of RFC 6962's reference implementation. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const entry = (n: number) => Buffer.from(`entry ${n}`);
const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => entry(from + i));

/** A log in memory, written in batches. */
function logOf(batches: readonly number[]) {
  const files = new Map<string, Uint8Array>();
  const roots = new Map<number, Uint8Array>([[0, EMPTY_ROOT]]);
  let edge: Edge = EMPTY_EDGE;
  for (const length of batches) {
    const grown = append(edge, entries(edge.size, edge.size + length));
    for (const { tile, bytes } of grown.written) files.set(tilePath(tile), bytes);
    edge = grown.edge;
    roots.set(edge.size, grown.root);
  }
  let reads = 0;
  const reader = {
    read: async (tile: Parameters<typeof tilePath>[0]) => {
      reads += 1;
      const bytes = files.get(tilePath(tile));
      if (bytes === undefined) throw new Error(`no ${tilePath(tile)}`);
      return bytes;
    },
  };
  return { edge, files, roots, tree: (size = edge.size) => new TileTree(reader, size), readsSoFar: () => reads };
}

describe('the tree', () => {
  it("has the roots of RFC 6962's own tests", () => {
    let edge: Edge = EMPTY_EDGE;
    expect(hex(edgeRoot(edge))).toBe(hex(EMPTY_ROOT));
    LEAVES.forEach((leaf, i) => {
      const grown = append(edge, [Buffer.from(leaf, 'hex')]);
      edge = grown.edge;
      expect(hex(grown.root)).toBe(ROOTS[i]);
    });
  });

  it('is the same however the entries came, and its stored edge goes on where it stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }), async (batches) => {
        const size = batches.reduce((sum, n) => sum + n, 0);
        const log = logOf(batches);
        expect(hex(await log.tree().root())).toBe(hex(append(EMPTY_EDGE, entries(0, size)).root));
        const tiles = new Map(
          edgeTiles(size).map((tile) => [Number(tile.level), log.files.get(tilePath(tile)) ?? tileOf([])]),
        );
        const bundle = { level: 'entries' as const, index: Math.floor(size / 256), width: size % 256 };
        const last = bundle.width === 0 ? [] : decodeBundle(log.files.get(tilePath(bundle)) ?? new Uint8Array());
        const read = edgeFrom(size, tiles, last);
        expect(hex(append(read, [entry(size)]).root)).toBe(hex(append(log.edge, [entry(size)]).root));
      }),
      { numRuns: 40 },
    );
  });

  it('proves each leaf, and no other place for it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1500 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size))),
        async ([size, index, other]) => {
          const log = logOf([size]);
          const proof = await log.tree().inclusionProof(index);
          const root = log.roots.get(size);
          expect(hex(rootFromInclusion(leafHash(entry(index)), index, size, proof) ?? Buffer.of())).toBe(
            hex(root ?? Buffer.of()),
          );
          expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
          if (other !== index) expect(rootFromInclusion(leafHash(entry(index)), other, size, proof)).not.toEqual(root);
          expect(rootFromInclusion(leafHash(entry(index)), index, size, [...proof, EMPTY_ROOT])).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('proves that it only grew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 900 }), async (first, more) => {
        const log = logOf(more === 0 ? [first] : [first, more]);
        const older = { size: first, root: log.roots.get(first) ?? EMPTY_ROOT };
        const newer = { size: log.edge.size, root: log.roots.get(log.edge.size) ?? EMPTY_ROOT };
        const proof = await log.tree().consistencyProof(first);
        expect(isConsistent(older, newer, proof)).toBe(true);
        const forged = { ...older, root: leafHash(older.root) };
        expect(isConsistent(forged, newer, proof)).toBe(false);
        expect(isConsistent(older, { ...newer, root: leafHash(newer.root) }, proof)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('tiles', () => {
  it('are those that the format names for 70,000 entries', () => {
    expect(edgeTiles(70_000).map(tilePath)).toEqual(['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
    expect(edgeTiles(256).map(tilePath)).toEqual(['tile/1/000.p/1']);
    expect(widthOf(0, 272, 70_000)).toBe(256);
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
  });
});
