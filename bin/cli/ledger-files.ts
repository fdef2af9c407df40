import type { Checkpoint } from '../../lambda/ledger/note';
import { checkConsistency, LedgerRefusal, type LogKey, logKeys, openCheckpoint } from '../../lambda/ledger/verify';
import { checkpointIn, consistencyIn, hashesOf } from '../../lambda/ledger/view';
import { CliError, EXIT } from './exit';
import { textGiven } from './files';

/** Whose checkpoints are believed. */
export interface Trust {
  readonly keys: readonly LogKey[];
  readonly origin?: string;
}

/** Runs a check of the ledger; what it refuses ends the command with its own exit code. */
export function refusedAsInvalid<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof LedgerRefusal)
      throw new CliError(EXIT.invalidCertificate, `Not valid: ${error.message}`, { cause: error });
    throw error;
  }
}

export async function trustGiven(file: string, origin?: string): Promise<Trust> {
  const pem = await textGiven(file, "ledger's public key");
  return { keys: refusedAsInvalid(() => logKeys(pem)), origin };
}

/** A checkpoint in a file, its signature checked: the note, or the API's answer. */
export async function checkpointGiven(file: string, { keys, origin }: Trust): Promise<Checkpoint> {
  const note = checkpointIn(await textGiven(file, 'checkpoint'));
  return refusedAsInvalid(() => openCheckpoint(note, keys, origin));
}

/** Returns when the newer tree begins with the older one. @param proofFile not needed between trees of one size */
export async function checkConsistent(
  older: Checkpoint,
  newer: Checkpoint,
  proofFile: string | undefined,
): Promise<void> {
  if (proofFile === undefined) {
    if (older.size < newer.size && older.size > 0)
      throw new CliError(EXIT.usage, 'The checkpoints differ in size: --consistency has to name a proof.');
    refusedAsInvalid(() => checkConsistency(older, newer, []));
    return;
  }
  const proof = consistencyIn(await textGiven(proofFile, 'proof of consistency'));
  refusedAsInvalid(() => {
    if (proof === undefined) throw new LedgerRefusal('the proof of consistency has another form');
    // Which of two checkpoints is newer is said before what the proof is for.
    if (older.size <= newer.size && (proof.from !== older.size || proof.to !== newer.size))
      throw new LedgerRefusal('the proof of consistency is for trees of other sizes');
    checkConsistency(older, newer, hashesOf(proof));
  });
}
