import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** An hour's digest lists some thousand logs in a megabyte or two; a bigger one is no digest. */
const MOST_BYTES = 64 * 1024 * 1024;

/** SHA-256 of what is compressed, in hex; undefined when it is not gzip. Holds one chunk at a time. */
export async function hashInflated(compressed: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const hash = createHash('sha256');
  const whole = await inflate(compressed, (chunk) => hash.update(chunk));
  return whole ? hash.digest('hex') : undefined;
}

/** What is compressed, as a whole; undefined when it is not gzip, or too much for a digest. */
export async function inflateWhole(compressed: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const whole = await inflate(compressed, (chunk) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new TooMuchError();
    chunks.push(chunk);
  });
  return whole ? Buffer.concat(chunks) : undefined;
}

class TooMuchError extends Error {}

/** Whether all of it was gzip. What goes wrong while reading is thrown: it says nothing about the object. */
async function inflate(compressed: AsyncIterable<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<boolean> {
  try {
    await pipeline(Readable.from(compressed), createGunzip(), async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) take(chunk);
    });
    return true;
  } catch (error) {
    if (error instanceof TooMuchError || isZlibError(error)) return false;
    throw error;
  }
}

function isZlibError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
}
