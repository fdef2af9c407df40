import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TILE_WIDTH, type TileName, tilePath } from '../../lambda/ledger/tiles';
import type { LogReader } from '../../lambda/ledger/watchman';

/** A checkpoint with the size that its name says. */
export interface KeptCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** Where every checkpoint is kept, each under its size. */
const KEPT = 'checkpoints';

/**
 * A log in a folder, as it lies in storage: `checkpoint`, `checkpoints/SIZE` and `tile/…`.
 *
 * @param held checkpoints from elsewhere, which the log has to agree with too
 * @param onRead hears how many entries have been read
 */
export function logFolder(
  folder: string,
  held: readonly KeptCheckpoint[] = [],
  onRead: (entries: number) => void = () => {},
): LogReader {
  return {
    latest: async () => (await fileAt(folder, 'checkpoint'))?.toString('utf8'),
    async *checkpoints() {
      const kept = [...(await keptIn(folder)), ...held.map(({ size, note }) => ({ size, read: async () => note }))];
      for (const { size, read } of kept.sort((a, b) => a.size - b.size)) yield { size, note: await read() };
    },
    read: async (tile: TileName) => {
      if (tile.level === 'entries') onRead(tile.index * TILE_WIDTH);
      return fileAt(folder, tilePath(tile));
    },
  };
}

async function keptIn(folder: string): Promise<{ size: number; read: () => Promise<string> }[]> {
  const names = await readdir(join(folder, KEPT)).catch(ifMissing([]));
  return names.flatMap((name) => {
    const size = /^\d{1,16}$/.test(name) ? Number(name) : undefined;
    const read = async () => (await fileAt(folder, join(KEPT, name)))?.toString('utf8') ?? '';
    return size === undefined ? [] : [{ size, read }];
  });
}

function fileAt(folder: string, path: string): Promise<Buffer | undefined> {
  return readFile(join(folder, path)).catch(ifMissing(undefined));
}

/** What is not there is a finding, and anything else an error. */
function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value;
    throw error;
  };
}
