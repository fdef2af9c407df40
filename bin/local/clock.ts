import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { CloudOutputs } from './outputs';

/**
 * Moves the time in which the functions of a local cloud decide. Tokens, the emulator itself and the speed of
 * erasing stay on real time. Move it while no erasure runs: leases and due dates are instants of this clock.
 */
type Movable = Pick<CloudOutputs, 'clockFile'>;

/** From now on the functions' clock runs on from `at`. @throws Error when the cloud's clock cannot be moved */
export async function setClock(outputs: Movable, at: Date): Promise<void> {
  await writeOffset(fileOf(outputs), at.getTime() - Date.now());
}

/** Moves the functions' clock by so many milliseconds. @throws Error when the cloud's clock cannot be moved */
export async function advanceClock(outputs: Movable, ms: number): Promise<void> {
  await writeOffset(fileOf(outputs), (await readOffset(outputs)) + ms);
}

/** The functions are back on real time. @throws Error when the cloud's clock cannot be moved */
export async function resetClock(outputs: Movable): Promise<void> {
  await rm(fileOf(outputs), { force: true });
}

/** What the functions take for now, also where their clock cannot be moved. */
export async function clockNow(outputs: Movable): Promise<Date> {
  return new Date(Date.now() + (outputs.clockFile === null ? 0 : await readOffset(outputs)));
}

function fileOf({ clockFile }: Movable): string {
  if (clockFile === null)
    throw new Error('The clock of this cloud cannot be moved: use a cloud that this computer runs.');
  return clockFile;
}

async function readOffset(outputs: Movable): Promise<number> {
  const text = await readFile(fileOf(outputs), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '0';
    throw error;
  });
  return Number(text);
}

/** Written beside and moved into place: no function ever reads half a number. */
async function writeOffset(file: string, ms: number): Promise<void> {
  const temporary = `${file}-${randomUUID()}`;
  await writeFile(temporary, `${Math.round(ms)}\n`);
  await rename(temporary, file);
}
