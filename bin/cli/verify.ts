import { type Inclusion, verifyCertificate } from '../../lambda/certificate/verify';
import type { Checkpoint } from '../../lambda/ledger/note';
import { certificateInWords } from './certificate';
import { CliError, EXIT, type ExitCode } from './exit';
import { readGiven, textGiven } from './files';
import { checkConsistent, checkpointGiven, type Trust, trustGiven } from './ledger-files';
import type { CommandContext } from './program';

export interface VerifyOptions {
  readonly file: string;
  readonly publicKey: string;
  readonly ledgerKey?: string;
  readonly origin?: string;
  readonly checkpoint?: string;
  readonly consistency?: string;
}

/** `digicrm verify`: checks a certificate with public keys alone; uses neither network nor AWS. */
export async function verify(options: VerifyOptions, { output }: CommandContext): Promise<ExitCode> {
  if (options.consistency !== undefined && options.checkpoint === undefined)
    throw new CliError(EXIT.usage, '--consistency belongs to --checkpoint: give both.');
  if (options.ledgerKey === undefined && (options.checkpoint ?? options.origin) !== undefined)
    throw new CliError(EXIT.usage, 'The ledger can be checked with --ledger-key only.');
  const bytes = await readGiven(options.file, 'certificate');
  const key = await textGiven(options.publicKey, 'public key');
  const trust = options.ledgerKey === undefined ? undefined : await trustGiven(options.ledgerKey, options.origin);
  const result = verifyCertificate(bytes, key, trust);
  if (!result.ok) throw new CliError(EXIT.invalidCertificate, `Not valid: ${result.reason}`);
  const { certificate, inclusion } = result;
  const other = trust && (await otherCheckpoint(inclusion, trust, options));
  output.line('Valid.');
  output.line(certificateInWords(certificate));
  for (const line of inclusionInWords(inclusion, other)) output.line(line);
  output.document({ valid: true, certificate, ledger: inclusionAsJson(inclusion, other) });
  return EXIT.ok;
}

/** A second checkpoint of the ledger, once it is certain that both are of one history. */
async function otherCheckpoint(
  inclusion: Inclusion,
  trust: Trust,
  { checkpoint, consistency }: VerifyOptions,
): Promise<Checkpoint | undefined> {
  if (checkpoint === undefined) return undefined;
  if (inclusion.state !== 'included')
    throw new CliError(EXIT.usage, 'The file has no proof that --checkpoint could be compared with: read it again.');
  const given = await checkpointGiven(checkpoint, trust);
  const own = inclusion.checkpoint;
  const [older, newer] = given.size < own.size ? [given, own] : [own, given];
  await checkConsistent(older, newer, consistency);
  return given;
}

function inclusionInWords(inclusion: Inclusion, other: Checkpoint | undefined): string[] {
  switch (inclusion.state) {
    case 'no-proof':
      return ['ledger    not in the ledger yet, as far as this file says: read it again in a few minutes'];
    case 'not-checked':
      return ['ledger    NOT CHECKED: the file has a proof of inclusion; give --ledger-key to check it'];
    case 'included': {
      const { index, checkpoint } = inclusion;
      const consistent = `ledger    consistent with the checkpoint of ${other?.size} entries: it only grew between them`;
      return [
        `ledger    entry ${index} of ${checkpoint.origin}, in its signed tree of ${checkpoint.size} entries`,
        ...(other === undefined ? [] : [consistent]),
      ];
    }
  }
}

function inclusionAsJson(inclusion: Inclusion, other: Checkpoint | undefined) {
  if (inclusion.state !== 'included') return { state: inclusion.state };
  const { state, index, at, checkpoint } = inclusion;
  const { origin, size } = checkpoint;
  return { state, origin, index, size, at, consistentWith: other === undefined ? null : other.size };
}
