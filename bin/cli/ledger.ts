import { writeFile } from 'node:fs/promises';
import { eventIn } from '../../lambda/ledger/event';
import { parseCheckpoint, parseNote } from '../../lambda/ledger/note';
import { formatLogProof } from '../../lambda/ledger/proof-text';
import { LedgerRefusal, openCheckpoint, openProof, readProof } from '../../lambda/ledger/verify';
import { hashesOf } from '../../lambda/ledger/view';
import { publicKeyPem } from '../local/public-key';
import { apiOf, type ConnectionOptions, connect, need } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import { readGiven, textGiven } from './files';
import { refusedAsInvalid, trustGiven } from './ledger-files';
import type { CommandContext } from './program';

interface Written extends ConnectionOptions {
  readonly out?: string;
}

interface Checked extends Written {
  readonly ledgerKey?: string;
}

/** `digicrm ledger checkpoint`: the latest, to be kept where nobody of DigiCRM can change it. */
export async function ledgerCheckpoint(options: Written, { output }: CommandContext): Promise<ExitCode> {
  const view = await apiOf(connect(options)).ledgerCheckpoint();
  if (options.out === undefined) output.line(view.checkpoint.trimEnd());
  else {
    await writeFile(options.out, view.checkpoint);
    output.line(`checkpoint of ${view.size} entries  ${options.out}`);
  }
  output.document(view);
  return EXIT.ok;
}

/** `digicrm ledger entry`: one event, as it was hashed. */
export async function ledgerEntry(
  options: ConnectionOptions & { readonly index: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const view = await apiOf(connect(options)).ledgerEntry(asIndex(options.index));
  output.line(view.entry);
  output.document(view);
  return EXIT.ok;
}

/** `digicrm ledger proof`: that an event is in the tree; checked here before it is printed. */
export async function ledgerProof(
  options: Checked & { readonly about?: string; readonly index?: string; readonly size?: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const { about, index } = options;
  if ((about === undefined) === (index === undefined))
    throw new CliError(EXIT.usage, 'Give either --about or --index: which event is to be proved.');
  const size = options.size === undefined ? undefined : asIndex(options.size);
  const wanted = about === undefined ? { index: asIndex(index ?? '') } : { about };
  const view = await apiOf(connect(options)).inclusionProof({ ...wanted, size });
  const entry = Buffer.from(view.entry);
  const text = formatLogProof({ index: view.index, hashes: hashesOf(view), checkpoint: view.checkpoint });
  const trust = options.ledgerKey === undefined ? undefined : await trustGiven(options.ledgerKey);
  const place = refusedAsInvalid(() => {
    if (about !== undefined && eventIn(entry)?.about !== about)
      throw new LedgerRefusal('the API answered with an event about something else');
    return trust === undefined ? readProof(entry, text) : openProof(entry, text, trust.keys);
  });
  if (options.out !== undefined) await writeFile(options.out, text);
  const signature = trust === undefined ? '; its signature was NOT CHECKED: give --ledger-key' : ', signed';
  output.line(view.entry);
  output.line(
    `entry ${view.index} of ${place.checkpoint.origin}, in its tree of ${place.checkpoint.size} entries${signature}`,
  );
  output.document(view);
  return EXIT.ok;
}

/** `digicrm ledger consistency`: that the tree only grew between two checkpoints, for `verify-log` to check. */
export async function ledgerConsistency(
  options: Checked & { readonly from: string; readonly to?: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const api = apiOf(connect(options));
  const from = asIndex(options.from);
  const view = await api.consistencyProof({ from, to: options.to === undefined ? undefined : asIndex(options.to) });
  const trust = options.ledgerKey === undefined ? undefined : await trustGiven(options.ledgerKey);
  const newer = refusedAsInvalid(() => {
    const { text } = parseNote(view.checkpoint);
    return trust === undefined ? parseCheckpoint(text) : openCheckpoint(view.checkpoint, trust.keys);
  });
  if (view.from !== from || view.to !== newer.size)
    throw new CliError(EXIT.invalidCertificate, 'Not valid: the API answered with a proof for other sizes');
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(view, null, 2)}\n`);
  output.line(`proof that the tree of ${newer.size} entries begins with that of ${from}: ${view.hashes.length} hashes`);
  output.line(
    'check it with the older checkpoint that you kept: digicrm verify-log --older … --newer … --consistency …',
  );
  output.document(view);
  return EXIT.ok;
}

/** `digicrm ledger check`: that an entry is in the signed tree; uses neither network nor AWS. */
export async function ledgerCheck(
  options: { readonly entry: string; readonly proof: string; readonly ledgerKey: string; readonly origin?: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const { keys, origin } = await trustGiven(options.ledgerKey, options.origin);
  const entry = await readGiven(options.entry, 'entry');
  const proof = await textGiven(options.proof, 'proof');
  const { index, checkpoint } = refusedAsInvalid(() => openProof(entry, proof, keys, origin));
  output.line(`Included: entry ${index} of ${checkpoint.origin}, in its signed tree of ${checkpoint.size} entries`);
  output.document({ included: true, origin: checkpoint.origin, index, size: checkpoint.size });
  return EXIT.ok;
}

/** `digicrm ledger public-key`: the key that checkpoints are signed with, from KMS. */
export async function ledgerPublicKey(
  options: ConnectionOptions & { readonly out: string },
  { output }: CommandContext,
): Promise<ExitCode> {
  const connection = connect(options);
  const { region = 'ap-south-1', endpoint = null } = connection;
  await writeFile(options.out, await publicKeyPem({ region, endpoint, signingKeyId: need(connection, 'ledgerKeyId') }));
  output.line(`public key of the ledger  ${options.out}`);
  output.document({ file: options.out });
  return EXIT.ok;
}

/** A size or an index as the user gave it. */
export function asIndex(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new CliError(EXIT.usage, `"${text}" is no whole number from 0 on.`);
  return value;
}
