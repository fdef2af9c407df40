import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseCheckpoint, parseNote } from '../../lambda/ledger/note';
import { hashesAt, TILE_WIDTH, type TileName, tilePath, widthOf } from '../../lambda/ledger/tiles';
import type { LogReader } from '../../lambda/ledger/watchman';
import { inParallel } from '../../lambda/shared/in-parallel';
import { type ConnectionOptions, connect } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import { refusedAsInvalid } from './ledger-files';
import { logBucket } from './log-bucket';
import type { CommandContext } from './program';

/** Objects that are fetched at the same time. */
const AT_ONCE = 16;
/** Tiles whose names are in memory at the same time. */
const BATCH = 4096;

/** `digicrm ledger download`: a copy of the whole log as it lies in storage, with the operator's AWS credentials. */
export async function ledgerDownload(
  options: ConnectionOptions & { readonly out: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const { name, log } = logBucket(connect(options));
  const size = await copyLog(log, options.out, (done, of) => output.progress(`copied ${done} of ${of} files`));
  output.progress('');
  if (size === undefined) throw new CliError(EXIT.usage, `The ledger in ${name} has signed no checkpoint yet.`);
  output.line(`${size} entries of the ledger in ${name}  ${options.out}`);
  output.line(`check them with: digicrm verify-log --folder ${options.out} --ledger-key ledger.pem`);
  output.document({ folder: options.out, size });
  return EXIT.ok;
}

/**
 * Copies checkpoints, tiles and bundles of the tree of the latest checkpoint. What is missing there is missing in the
 * copy, for the check to find.
 *
 * @returns size of the tree; undefined where there is none yet
 */
export async function copyLog(
  log: LogReader,
  folder: string,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<number | undefined> {
  // First: whatever is signed meanwhile is not part of the copy, and its tiles need not be.
  const latest = await log.latest();
  if (latest === undefined) return undefined;
  const { size } = refusedAsInvalid(() => parseCheckpoint(parseNote(latest).text));
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const total = countOf(size);
  let done = 0;
  for (const tiles of batches(tilesOf(size), BATCH))
    await inParallel(tiles, AT_ONCE, async (tile) => {
      const bytes = await log.read(tile);
      if (bytes !== undefined) await write(tilePath(tile), bytes);
      done += 1;
      onProgress(done, total);
    });
  for await (const kept of log.checkpoints())
    if (kept.size <= size) await write(`checkpoints/${String(kept.size).padStart(16, '0')}`, kept.note);
  await write('checkpoint', latest);
  return size;
}

/** Tiles and bundles of a tree, each as wide as it is there. */
function* tilesOf(size: number): Generator<TileName> {
  for (let index = 0; widthOf(0, index, size) > 0; index++)
    yield { level: 'entries', index, width: widthOf(0, index, size) };
  for (let level = 0; hashesAt(level, size) > 0; level++)
    for (let index = 0; widthOf(level, index, size) > 0; index++)
      yield { level, index, width: widthOf(level, index, size) };
}

function countOf(size: number): number {
  let count = Math.ceil(size / TILE_WIDTH);
  for (let level = 0; hashesAt(level, size) > 0; level++) count += Math.ceil(hashesAt(level, size) / TILE_WIDTH);
  return count;
}

function* batches<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const one of all) {
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
