import * as z from 'zod';
import { type Clock, plusMs, systemClock } from './clock';
import { ENV } from './names';
import { readIfThere } from './read-if-there';

/** The only stage whose clock can be moved. */
const MOVABLE_STAGE = 'local';

const offsetSchema = z
  .string()
  .trim()
  .regex(/^-?\d{1,14}$/, 'expected a whole number of milliseconds')
  .transform(Number);

/**
 * The clock of a function's decisions. It is the system's, unless the stage is local and names a file with an
 * offset in milliseconds: the file is read again for every `now()`, so that a demonstration can move the time
 * of functions that are already running. No file means no offset.
 *
 * @throws Error when another stage names a file. Its `now()` throws when the file holds anything but a number.
 */
export function clockFromEnv(): Clock {
  const file = process.env[ENV.clockFile];
  if (file === undefined) return systemClock;
  if (process.env[ENV.stage] !== MOVABLE_STAGE)
    throw new Error(`environment variable ${ENV.clockFile} is for stage ${MOVABLE_STAGE} only`);
  return { now: () => plusMs(systemClock.now(), readOffset(file)) };
}

function readOffset(file: string): number {
  const text = readIfThere(file);
  if (text === undefined) return 0;
  const offset = offsetSchema.safeParse(text);
  if (!offset.success) throw new Error(`the clock file holds no offset: ${offset.error.issues[0]?.message}`);
  return offset.data;
}
