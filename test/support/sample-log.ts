import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SignedCertificate } from '../../lambda/certificate/certificate';
import { signCertificate } from '../../lambda/certificate/sign';
import { withLedger } from '../../lambda/certificate/signed-file';
import { append, type Edge, EMPTY_EDGE } from '../../lambda/ledger/append';
import { entryOf, type LedgerEvent } from '../../lambda/ledger/event';
import { checkpointText, ecdsaKeyId, formatNote } from '../../lambda/ledger/note';
import { formatLogProof } from '../../lambda/ledger/proof-text';
import { type TileName, TileTree, tilePath } from '../../lambda/ledger/tiles';
import type { ConsistencyView } from '../../lambda/ledger/view';
import { sha256Hex } from '../../lambda/shared/canonical';
import { sampleCertificate, type TestKey } from '../lambda/certificate/samples';

export const ORIGIN = 'ledger.digicrm.invalid/test';

/** A key that signs checkpoints. */
export class CheckpointKey {
  private readonly privateKey: KeyObject;
  readonly pem: string;
  private readonly keyId: Uint8Array;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = privateKey;
    this.pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.keyId = ecdsaKeyId(publicKey.export({ type: 'spki', format: 'der' }));
  }

  sign(text: string, keyName = text.split('\n', 1)[0] ?? ''): string {
    const signature = sign('sha256', Buffer.from(text), { key: this.privateKey, dsaEncoding: 'der' });
    return formatNote({ text, signatures: [{ keyName, keyId: this.keyId, signature }] });
  }
}

export const sampleEvent = (n: number, change: Partial<LedgerEvent> = {}): LedgerEvent => ({
  v: 1,
  type: 'hold',
  act: 'written',
  at: '2026-01-08T10:06:32.000Z',
  sequence: String(n),
  about: `lh-${n}`,
  state: 'standing',
  tenant: null,
  subject: null,
  hashes: {},
  counts: {},
  ...change,
});

/** A log in memory with a checkpoint after each batch. */
export class SampleLog {
  readonly files = new Map<string, Uint8Array>();
  readonly checkpoints = new Map<number, string>();
  readonly entries: Uint8Array[] = [];
  private edge: Edge = EMPTY_EDGE;

  constructor(
    public key = new CheckpointKey(),
    readonly origin = ORIGIN,
  ) {}

  get size(): number {
    return this.entries.length;
  }

  add(entries: readonly Uint8Array[]): this {
    const grown = append(this.edge, entries);
    for (const { tile, bytes } of grown.written) this.files.set(tilePath(tile), bytes);
    this.edge = grown.edge;
    this.entries.push(...entries);
    const text = checkpointText({ origin: this.origin, size: this.size, root: grown.root });
    this.checkpoints.set(this.size, this.key.sign(text));
    return this;
  }

  addMany(count: number): this {
    return this.add(Array.from({ length: count }, (_, i) => entryOf(sampleEvent(this.size + i))));
  }

  checkpoint(size = this.size): string {
    const note = this.checkpoints.get(size);
    if (note === undefined) throw new Error(`no checkpoint of size ${size}`);
    return note;
  }

  async proof(index: number, size = this.size): Promise<string> {
    return formatLogProof({
      index,
      hashes: await this.tree(size).inclusionProof(index),
      checkpoint: this.checkpoint(size),
    });
  }

  async consistency(from: number, to = this.size): Promise<ConsistencyView> {
    const hashes = from === to ? [] : await this.tree(to).consistencyProof(from);
    return { from, to, hashes: hashes.map(base64), checkpoint: this.checkpoint(to) };
  }

  /** Writes it as it lies in storage. */
  writeTo(folder: string): void {
    const write = (path: string, content: string | Uint8Array) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    };
    for (const [path, bytes] of this.files) write(path, bytes);
    for (const [size, note] of this.checkpoints) write(`checkpoints/${size}`, note);
    write('checkpoint', this.checkpoint());
  }

  private tree(size: number): TileTree {
    const read = async (tile: TileName) => {
      const path = tilePath(tile);
      const bytes = this.files.get(path);
      if (bytes === undefined) throw new Error(`no ${path}`);
      return bytes;
    };
    return new TileTree({ read }, size);
  }
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** The event that says that a certificate file was issued. */
export function certifyingEntry(bare: string, change: Partial<LedgerEvent> = {}): Uint8Array {
  const { requestId } = (JSON.parse(bare) as SignedCertificate).certificate;
  const hashes = { certificate: sha256Hex(bare) };
  return entryOf(
    sampleEvent(0, { type: 'erasure.certificate', about: `${requestId}/1`, state: null, hashes, ...change }),
  );
}

/** A certificate in a log of some size, and the log grown since. */
export async function certifiedIn(log: SampleLog, key: TestKey, bare?: string) {
  const signed = bare ?? (await signCertificate(sampleCertificate(key.sha256), key));
  log.addMany(300);
  const entry = certifyingEntry(signed);
  log.add([entry, ...Array.from({ length: 11 }, (_, i) => entryOf(sampleEvent(1000 + i)))]);
  const size = log.size;
  const proof = await log.proof(300, size);
  log.addMany(700);
  return { bare: signed, file: withLedger(signed, { entry: Buffer.from(entry).toString(), proof }), size };
}
