import { createHash, createPublicKey, verify } from 'node:crypto';
import { append, EMPTY_EDGE } from '../../../lambda/ledger/append';
import { isConsistent, leafHash, rootFromInclusion } from '../../../lambda/ledger/merkle';
import {
  checkpointText,
  ecdsaKeyId,
  formatNote,
  MalformedNoteError,
  parseCheckpoint,
  parseNote,
} from '../../../lambda/ledger/note';
import { formatLogProof, parseLogProof } from '../../../lambda/ledger/proof-text';
import { type TileName, TileTree, tilePath } from '../../../lambda/ledger/tiles';

/** The example at the head of c2sp.org/signed-note: its text has an empty line. */
const POEM = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;
/** The example at the head of c2sp.org/tlog-checkpoint. */
const CHECKPOINT = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;
/** Index and hashes of the example of c2sp.org/tlog-proof, whose own checkpoint is abridged, before another one. */
const PROOF = `c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

${CHECKPOINT}`;
/** The example of Go's package sumdb/note, the first signed notes, with its key. */
const GO_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const unhex = (text: string) => Buffer.from(text, 'hex');

describe('signed notes', () => {
  it.each([
    ['of signed-note', POEM, 'quasimodo.example/salvatore'],
    ['of tlog-checkpoint', CHECKPOINT, 'example.com/behind-the-sofa'],
    ["of Go's package", GO_NOTE, 'PeterNeumann'],
  ])('the example %s is read, and written again as it was', (_, example, keyName) => {
    const note = parseNote(example);
    expect(formatNote(note)).toBe(example);
    expect(note.signatures.map((one) => [one.keyName, one.keyId.length, one.signature.length])).toEqual([
      [keyName, 4, 64],
    ]);
  });

  it('have text and signatures where the format says: the known signature holds over the text that was read', () => {
    const { text, signatures } = parseNote(GO_NOTE);
    const [name, id, encoded = ''] = GO_KEY.split('+');
    const typeAndKey = Buffer.from(encoded, 'base64');
    const preimage = Buffer.concat([Buffer.from(`${name}\n`), typeAndKey]);
    expect(hex(createHash('sha256').update(preimage).digest().subarray(0, 4))).toBe(id);
    expect(hex(signatures[0]?.keyId ?? Buffer.of())).toBe(id);
    const spki = Buffer.concat([unhex('302a300506032b6570032100'), typeAndKey.subarray(1)]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    expect(verify(null, Buffer.from(text), key, signatures[0]?.signature ?? Buffer.of())).toBe(true);
  });

  it('have as the id of an ECDSA key the first four bytes of the hash of its DER form alone', () => {
    const spki = Buffer.from('any key');
    expect(hex(ecdsaKeyId(spki))).toBe(createHash('sha256').update(spki).digest('hex').slice(0, 8));
  });

  it.each<[string, string]>([
    ['without a signature', 'text\n'],
    ['without the last newline', POEM.trimEnd()],
    ['with a control character', POEM.replace('sera', 'sera\r')],
    ['with a hyphen for the dash', POEM.replace('—', '-')],
    ['with a plus in the name', POEM.replace('quasimodo.example/', 'quasimodo+')],
    ['with a space of another kind in the name', POEM.replace('example/', 'example\u2003')],
    ['with a signature of four bytes', POEM.replace(/ \S+\n$/, ' AAAAAA==\n')],
    ['with unused bits in the signature', POEM.replace('tIc=\n', 'tId=\n')],
    ['with two spaces', POEM.replace('— ', '—  ')],
    ['with 17 signatures', CHECKPOINT + `${CHECKPOINT.split('\n\n')[1]}`.repeat(16)],
  ])('are refused %s', (_, note) => {
    expect(() => parseNote(note)).toThrow(MalformedNoteError);
  });

  it('may have 16 signatures', () => {
    expect(parseNote(CHECKPOINT + `${CHECKPOINT.split('\n\n')[1]}`.repeat(15)).signatures).toHaveLength(16);
  });
});

describe('checkpoints', () => {
  it('are read, and written again as they were', () => {
    const { text } = parseNote(CHECKPOINT);
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    expect(checkpointText(checkpoint)).toBe(text);
  });

  it.each<[string, (text: string) => string]>([
    ['a leading zero', (text) => text.replace('20852163', '020852163')],
    ['a sign', (text) => text.replace('20852163', '-1')],
    ['a size beyond 2^53', (text) => text.replace('20852163', '9007199254740993')],
    ['a short root', (text) => text.replace('CsUY', '')],
    ['no origin', (text) => text.replace(/^.*\n/, '\n')],
    ['an extension line, which nobody could audit', (text) => `${text}more\n`],
  ])('are refused with %s', (_, change) => {
    expect(() => parseCheckpoint(change(parseNote(CHECKPOINT).text))).toThrow(MalformedNoteError);
  });
});

describe('proofs as text', () => {
  it('are read, and written again as they were', () => {
    const proof = parseLogProof(PROOF);
    expect(proof).toMatchObject({ index: 73894, checkpoint: CHECKPOINT });
    expect(proof.hashes).toHaveLength(5);
    expect(formatLogProof(proof)).toBe(PROOF);
  });

  it('may have no hash at all, in a log of one entry', () => {
    const proof = { index: 0, hashes: [], checkpoint: CHECKPOINT };
    expect(parseLogProof(formatLogProof(proof))).toEqual(proof);
  });

  it.each<[string, string]>([
    ['of another version', PROOF.replace('@v1', '@v2')],
    ['with a leading zero in the index', PROOF.replace('index 7', 'index 07')],
    ['with a short hash', PROOF.replace('gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=', 'gSKy')],
    ['with data that nobody signed', PROOF.replace('index', 'extra AAAA\nindex')],
  ])('are refused %s', (_, text) => {
    expect(() => parseLogProof(text)).toThrow(MalformedNoteError);
  });
});

/** Leaves, roots and proofs of the tests of RFC 6962's reference implementation. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS: Readonly<Record<number, string>> = {
  1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  2: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  3: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  5: '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  6: '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  7: 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
};
const LEAF_1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const LEAF_4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const LEAF_6 = 'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f';
const NODE_01 = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125';
const NODE_23 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const NODE_45 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const NODE_67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const NODE_03 = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7';
const NODE_47 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';

function treeOf(size: number): TileTree {
  const { written } = append(EMPTY_EDGE, LEAVES.slice(0, size).map(unhex));
  const files = new Map(written.map(({ tile, bytes }) => [tilePath(tile), bytes]));
  return new TileTree({ read: async (tile: TileName) => files.get(tilePath(tile)) ?? Buffer.of() }, size);
}

describe("the proofs of RFC 6962's own tests", () => {
  it.each<[number, number, string[]]>([
    [0, 1, []],
    [0, 8, [LEAF_1, NODE_23, NODE_47]],
    [5, 8, [LEAF_4, NODE_67, NODE_03]],
    [2, 3, [NODE_01]],
    [1, 5, [ROOTS[1] ?? '', NODE_23, LEAF_4]],
  ])('inclusion of leaf %i in a tree of %i', async (index, size, proof) => {
    expect((await treeOf(size).inclusionProof(index)).map(hex)).toEqual(proof);
    const root = rootFromInclusion(leafHash(unhex(LEAVES[index] ?? '')), index, size, proof.map(unhex));
    expect(hex(root ?? Buffer.of())).toBe(ROOTS[size]);
  });

  it.each<[number, number, string[]]>([
    [1, 8, [LEAF_1, NODE_23, NODE_47]],
    [2, 8, [NODE_23, NODE_47]],
    [6, 8, [NODE_45, NODE_67, NODE_03]],
    [2, 5, [NODE_23, LEAF_4]],
    [6, 7, [NODE_45, LEAF_6, NODE_03]],
  ])('consistency of trees of %i and %i', async (first, second, proof) => {
    expect((await treeOf(second).consistencyProof(first)).map(hex)).toEqual(proof);
    const [older, newer] = [first, second].map((size) => ({ size, root: unhex(ROOTS[size] ?? '') }));
    if (older === undefined || newer === undefined) throw new Error('two heads are needed');
    expect(isConsistent(older, newer, proof.map(unhex))).toBe(true);
    expect(isConsistent(older, newer, proof.slice(1).map(unhex))).toBe(false);
    expect(isConsistent(older, newer, [...proof, LEAF_1].map(unhex))).toBe(false);
  });
});
