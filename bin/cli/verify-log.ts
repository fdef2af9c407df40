import { openCheckpoint } from '../../lambda/ledger/verify';
import { checkpointIn } from '../../lambda/ledger/view';
import { type Finding, readAgain } from '../../lambda/ledger/watchman';
import { CliError, EXIT, type ExitCode } from './exit';
import { textGiven } from './files';
import { checkConsistent, checkpointGiven, refusedAsInvalid, type Trust, trustGiven } from './ledger-files';
import { type KeptCheckpoint, logFolder } from './log-folder';
import type { CommandContext } from './program';

export interface VerifyLogOptions {
  readonly ledgerKey: string;
  readonly origin?: string;
  readonly older?: string;
  readonly newer?: string;
  readonly consistency?: string;
  readonly folder?: string;
}

/** Findings that are named; nobody reads more on one line. */
const SHOWN = 20;

/** `digicrm verify-log`: checks two checkpoints or a whole copy of the ledger; uses neither network nor AWS. */
export async function verifyLog(options: VerifyLogOptions, context: CommandContext): Promise<ExitCode> {
  const { folder, older, newer } = options;
  const trust = await trustGiven(options.ledgerKey, options.origin);
  if (folder !== undefined) {
    if ((newer ?? options.consistency) !== undefined)
      throw new CliError(EXIT.usage, '--newer and --consistency do not go with --folder, which has what they prove.');
    return verifyFolder(folder, trust, older, context);
  }
  if (older === undefined || newer === undefined)
    throw new CliError(EXIT.usage, 'Give --older and --newer, or --folder.');
  const first = await checkpointGiven(older, trust);
  const second = await checkpointGiven(newer, trust);
  await checkConsistent(first, second, options.consistency);
  context.output.line(`Consistent: the ${second.size} entries of ${second.origin} begin with the older ${first.size}.`);
  context.output.document({ consistent: true, origin: second.origin, from: first.size, to: second.size });
  return EXIT.ok;
}

async function verifyFolder(
  path: string,
  trust: Trust,
  older: string | undefined,
  { output }: CommandContext,
): Promise<ExitCode> {
  const held = older === undefined ? [] : [await heldCheckpoint(older, trust)];
  const note = await logFolder(path).latest();
  if (note === undefined) throw new CliError(EXIT.usage, `There is no file "checkpoint" in ${path}: check the folder.`);
  const { origin, size } = refusedAsInvalid(() => openCheckpoint(note, trust.keys, trust.origin));
  const log = logFolder(path, held, (read) => output.progress(`read ${read} of ${size} entries`));
  // Entries are looked into, so that one that is no event is named.
  const onEvents = () => {};
  const { findings } = await readAgain({ keys: trust.keys, origin, log, seen: held[0], onEvents });
  output.progress('');
  if (findings.length > 0) throw new CliError(EXIT.invalidCertificate, findingsInWords(findings));
  output.line(`Whole: ${size} entries of ${origin}; every tile and every checkpoint agrees with them.`);
  output.document({ whole: true, origin, size });
  return EXIT.ok;
}

async function heldCheckpoint(file: string, trust: Trust): Promise<KeptCheckpoint & { readonly root: Uint8Array }> {
  const { size, root } = await checkpointGiven(file, trust);
  return { size, root, note: checkpointIn(await textGiven(file, 'checkpoint')) };
}

const WORDS: Readonly<Record<Finding['code'], string>> = {
  'checkpoint-missing': 'there is no checkpoint',
  'checkpoint-refused': 'a checkpoint is not one that the ledger signed for its size',
  'checkpoint-older': 'the ledger was cut: a larger tree was signed',
  'root-differs': 'the signed root is not that of the entries',
  'tile-missing': 'a file is missing',
  'tile-differs': 'a file has other content than the entries say',
  'entry-malformed': 'an entry is no event',
  'item-unknown': 'a record is of a kind that nobody knows',
  'state-without-event': 'a record has no event',
  'event-without-state': 'an event has no record',
};

/** Findings on one line, the first of them by name. */
export function findingsInWords(findings: readonly Finding[]): string {
  const shown = findings.slice(0, SHOWN).map(({ code, at }) => `${WORDS[code]} (${at})`);
  const more = findings.length > SHOWN ? `; and ${findings.length - SHOWN} more` : '';
  return `Not valid: ${shown.join('; ')}${more}`;
}
