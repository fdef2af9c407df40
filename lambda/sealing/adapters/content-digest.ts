import { createHash, type Hash } from 'node:crypto';

export interface Digest {
  readonly size: number;
  /** SHA-256 in hex of all bytes. */
  readonly sha256: string;
  /** SHA-256 in base64 of each part; empty when no part size was given. */
  readonly parts: string[];
}

/** Hashes a stream in constant memory, and beside it each part of `partBytes` bytes. */
export async function digestOf(body: AsyncIterable<Uint8Array>, partBytes?: number): Promise<Digest> {
  const whole = createHash('sha256');
  const parts = partBytes === undefined ? undefined : new Parts(partBytes);
  let size = 0;
  for await (const chunk of body) {
    whole.update(chunk);
    parts?.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: whole.digest('hex'), parts: parts?.end() ?? [] };
}

class Parts {
  private readonly done: string[] = [];
  private open: Hash = createHash('sha256');
  private filled = 0;

  constructor(private readonly partBytes: number) {}

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + this.partBytes - this.filled);
      this.open.update(piece);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === this.partBytes) this.close();
    }
  }

  end(): string[] {
    if (this.filled > 0) this.close();
    return this.done;
  }

  private close(): void {
    this.done.push(this.open.digest('base64'));
    this.open = createHash('sha256');
    this.filled = 0;
  }
}
