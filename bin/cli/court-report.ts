import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logKeys } from '../../lambda/ledger/verify';
import type { LogReader } from '../../lambda/ledger/watchman';
import { sha256Hex } from '../../lambda/shared/canonical';
import { systemClock } from '../../lambda/shared/clock';
import { publicKeyPem } from '../local/public-key';
import { type ConnectionOptions, connect, need } from './connection';
import { type Collected, collect, type Selection } from './court/collect';
import { pageOf } from './court/page';
import { type Report, reportOf, type Source } from './court/report';
import { CliError, EXIT, type ExitCode } from './exit';
import { textGiven } from './files';
import { refusedAsInvalid } from './ledger-files';
import { logBucket } from './log-bucket';
import { logFolder } from './log-folder';
import type { CommandContext } from './program';

export interface CourtReportOptions extends ConnectionOptions {
  readonly request?: string;
  readonly from?: string;
  readonly to?: string;
  readonly folder?: string;
  readonly ledgerKey?: string;
  readonly out: string;
}

const DAY_MS = 86_400_000;

/** `digicrm court-report`: a hash report for a request or a period, with all that it takes to check it offline. */
export async function courtReport(options: CourtReportOptions, { output }: CommandContext): Promise<ExitCode> {
  const selection = selectionOf(options);
  const { log, source, pem } = await sourceOf(options);
  const keys = refusedAsInvalid(() => logKeys(pem));
  const collected = await collect(log, { keys }, selection, (read, of) => {
    output.progress(`read ${read} of ${of} entries`);
  });
  output.progress('');
  const ders = keys.map(({ key }) => key.export({ format: 'der', type: 'spki' }));
  const { report, csv } = reportOf(collected, { selection, source, keys: ders, madeAt: systemClock.now() });
  await writeReport(options.out, collected, report, csv, pem);
  const { length } = report.records;
  output.line(`${length} ${length === 1 ? 'record' : 'records'} of ${report.ledger.origin}  ${options.out}`);
  if (length === 0) output.line('! Nothing of this is in the ledger: check the id or the period.');
  output.line(`the page is ${join(options.out, 'report.html')}; Part A has blanks for the person who signs`);
  output.document({ folder: options.out, records: length, hashesCsvSha256: report.hashesCsvSha256 });
  return EXIT.ok;
}

function selectionOf({ request, from, to }: CourtReportOptions): Selection {
  if (request !== undefined) {
    if ((from ?? to) !== undefined) throw new CliError(EXIT.usage, '--request goes without --from and --to.');
    return { requestId: request };
  }
  if (from === undefined || to === undefined) throw new CliError(EXIT.usage, 'Give --request, or --from and --to.');
  // A day alone is one in India; as an end it counts as a whole.
  const start = from.length === 10 ? startOfDay(from) : new Date(from);
  const end = to.length === 10 ? new Date(startOfDay(to).getTime() + DAY_MS) : new Date(to);
  if (start >= end) throw new CliError(EXIT.usage, '--to lies before --from.');
  return { from: start, before: end };
}

function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00+05:30`);
}

async function sourceOf(options: CourtReportOptions): Promise<{ log: LogReader; source: Source; pem: string }> {
  const { folder, ledgerKey } = options;
  if (folder !== undefined) {
    if (ledgerKey === undefined) throw new CliError(EXIT.usage, '--folder needs --ledger-key.');
    const source = {
      model: 'a copy of objects in Amazon S3 (bucket with versions and Object Lock)',
      id: 'name and Region of the bucket, to be filled in by the person who copied it',
      more: 'The records were read from a copy in a folder; its source has to be named.',
    };
    return { log: logFolder(folder), source, pem: await textGiven(ledgerKey, "ledger's public key") };
  }
  const connection = connect(options);
  const { name, log } = logBucket(connection);
  const { region = 'ap-south-1', endpoint = null } = connection;
  const key = { region, endpoint, signingKeyId: need(connection, 'ledgerKeyId') };
  const pem = ledgerKey === undefined ? await publicKeyPem(key) : await textGiven(ledgerKey, "ledger's public key");
  const source = {
    model: 'Amazon S3 bucket with versions and Object Lock, run by Amazon Web Services',
    id: `arn:aws:s3:::${name}, Region ${region}`,
    more: `Checkpoints are signed with the AWS KMS key ${key.signingKeyId} (ECC_NIST_P256).`,
  };
  return { log, source, pem };
}

async function writeReport(
  folder: string,
  { checkpoint, records }: Collected,
  report: Report,
  csv: string,
  pem: string,
): Promise<void> {
  await mkdir(folder).catch((cause: Error) => {
    throw new CliError(EXIT.usage, `Cannot make the folder ${folder}: it must not be there yet.`, { cause });
  });
  await mkdir(join(folder, 'records'));
  await mkdir(join(folder, 'proofs'));
  const files: [string, string | Uint8Array][] = [
    ['report.html', pageOf(report)],
    ['report.json', `${JSON.stringify(report, null, 2)}\n`],
    ['hashes.csv', csv],
    ['checkpoint', checkpoint.note],
    ['ledger.pem', pem],
    ...records.map(({ index, entry }): [string, Uint8Array] => [`records/${index}.json`, entry]),
    ...records.map(({ index, proof }): [string, string] => [`proofs/${index}.txt`, proof]),
  ];
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  await writeFile(
    join(folder, 'SHA256SUMS'),
    files.map(([name, content]) => `${sha256Hex(content)}  ${name}\n`).join(''),
  );
}
