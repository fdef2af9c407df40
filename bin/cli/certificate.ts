import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type AnyCertificate, signedCertificateSchema } from '../../lambda/certificate/certificate';
import { hasAnswered } from '../../lambda/certificate/processors';
import { systemSleep } from '../../lambda/shared/clock';
import { publicKeyPem } from '../local/public-key';
import type { ApiClient } from './api';
import { apiOf, type ConnectionOptions, connect, need } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';
import { countsInWords, table } from './words';

/** What a certificate says, in a few lines. */
export function certificateInWords(certificate: AnyCertificate): string {
  const rows = certificate.stores.map((store) => [
    store.storeId,
    store.outcome,
    countsInWords(store.erased),
    countsInWords(store.sealed),
    countsInWords(store.held),
    countsInWords(store.left),
  ]);
  const retained = certificate.retained.flatMap(({ storeId, into, counts, until, law, keptFields }) => [
    `kept      ${countsInWords(counts)} of ${storeId} in the ${into === 'vault' ? 'vault' : 'statutory books'} until ${until}`,
    ...law.map(({ citation, effect }) => `  ${citation}: ${effect}`),
    ...keptFields.map(({ field, citation }) => `  field ${field}: ${citation}`),
  ]);
  const anonymised = certificate.anonymised.map(
    ({ storeId, rows, ruleId, fellBack }) =>
      `numbers   ${rows} rows of ${storeId} counted without names (${ruleId}); ${fellBack.reduce((n, each) => n + each.rows, 0)} only erased`,
  );
  const holds = certificate.holds.map(({ holdId, matter }) => `held by   ${holdId}, ${matter}`);
  return [
    `certificate of ${certificate.requestId}: ${certificate.outcome}`,
    `scope     ${certificate.scope} of ${certificate.tenantId}`,
    `requested ${certificate.requestedAt}, verified ${certificate.verifiedAt}, certified ${certificate.certifiedAt}`,
    `signed by ${certificate.signedBy.keyId} (${certificate.signedBy.algorithm}, ${certificate.signedBy.curve})`,
    table(['store', 'outcome', 'erased', 'sealed', 'held', 'left'], rows),
    ...retained,
    ...anonymised,
    ...holds,
    ...processorsInWords(certificate),
    `backups   hold nothing of it any more from ${certificate.backupsLapseOn} on`,
  ].join('\n');
}

/** Who has answered and who has not: a silent one is never left out. */
function processorsInWords(certificate: AnyCertificate): string[] {
  if (certificate.version === 2) return certificate.processors.map(({ processorId }) => `processor ${processorId}`);
  return certificate.processors.map((processor) => {
    const { processorId, state, answeredAt, deadline, evidenceSha256 } = processor;
    if (state === 'held') return `processor ${processorId}: not told, because of a legal hold`;
    if (evidenceSha256 !== null) return `processor ${processorId}: erased, shown at ${answeredAt} (${evidenceSha256})`;
    if (hasAnswered(processor)) return `processor ${processorId}: ${state} at ${answeredAt}`;
    return `processor ${processorId}: no answer by ${certificate.certifiedAt} (${state}), has until ${deadline}`;
  });
}

export interface CertificateOptions extends ConnectionOptions {
  readonly id: string;
  readonly out?: string;
  readonly publicKeyOut?: string;
  readonly waitForLedger?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

const ASK_AGAIN_MS = 2_000;

/** `digicrm certificate`: the exact bytes that the API gives, to a file or to stdout. */
export async function certificate(options: CertificateOptions, { output }: CommandContext): Promise<ExitCode> {
  const connection = connect(options);
  const bytes = await fetchCertificate(apiOf(connection), options);
  if (options.publicKeyOut !== undefined) {
    const { region = 'ap-south-1', endpoint = null } = connection;
    await writeFile(
      options.publicKeyOut,
      await publicKeyPem({ region, endpoint, signingKeyId: need(connection, 'signingKeyId') }),
    );
  }
  if (options.out === undefined) {
    // Already one JSON document; no line end is added, since it would change the file.
    output.raw(bytes.toString('utf8'));
    return EXIT.ok;
  }
  await writeFile(options.out, bytes);
  const inLedger = hasProof(bytes);
  output.line(`certificate ${options.out}`);
  if (options.publicKeyOut !== undefined) output.line(`public key  ${options.publicKeyOut}`);
  if (!inLedger) output.line('ledger      not there yet: fetch it again in a minute, or with --wait-for-ledger');
  output.document({
    requestId: options.id,
    file: options.out,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    publicKeyFile: options.publicKeyOut ?? null,
    ledger: inLedger ? 'included' : 'pending',
  });
  return EXIT.ok;
}

/** The file; with `waitForLedger` not before it carries its proof. @throws CliError when that takes too long */
export async function fetchCertificate(
  api: Pick<ApiClient, 'certificate'>,
  { id, waitForLedger, timeout }: Pick<CertificateOptions, 'id' | 'waitForLedger' | 'timeout'>,
  wait: (ms: number) => Promise<void> = systemSleep,
): Promise<Buffer> {
  for (let waited = 0; ; waited += ASK_AGAIN_MS) {
    const bytes = await api.certificate(id);
    if (waitForLedger !== true || hasProof(bytes)) return bytes;
    if (waited >= timeout * 1000)
      throw new CliError(
        EXIT.unreachable,
        `The ledger has not got the certificate within ${timeout} seconds. Without --wait-for-ledger you get it as it is.`,
      );
    await wait(ASK_AGAIN_MS);
  }
}

function hasProof(file: Buffer): boolean {
  const parsed = signedCertificateSchema.safeParse(JSON.parse(file.toString('utf8')));
  return parsed.success && parsed.data.ledger !== undefined;
}
