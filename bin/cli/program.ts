import { Command, InvalidArgumentError, Option } from 'commander';
import { statusSchema } from '../../lambda/erasure/model';
import { parseDayInIndia } from '../../lambda/retention/civil-date';
import type { Hold } from '../../lambda/retention/resolve';
import { certificate } from './certificate';
import { erase } from './erase';
import { EXIT_HELP, type ExitCode } from './exit';
import { explain } from './explain';
import { liftHold, listHolds, placeHold, showHold } from './holds';
import { addLedgerCommands } from './ledger-commands';
import { Output, type Streams } from './output';
import { evidence, processors } from './processors';
import { records } from './records';
import { replay } from './replay-erasures';
import { cancel, confirm, list, status } from './requests';
import { seed } from './seed';
import { restore, terminate, termination } from './tenants';
import { token } from './token';
import { addTransferCommands } from './transfer-commands';
import { verify } from './verify';
import { verifyLog } from './verify-log';

/** What every command gets beside its own options. */
export interface CommandContext {
  readonly output: Output;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('a whole number is expected');
  return value;
}

/** A positive number of seconds. */
function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number of seconds is expected');
  return value;
}

/** A calendar date, or an instant with its offset. */
function date(text: string): string {
  if (parseDayInIndia(text) === undefined)
    throw new InvalidArgumentError('a date such as 2027-06-01 or an instant such as 2027-06-01T10:00:00Z is expected');
  return text;
}

/** An instant with its offset: a date alone would leave out the erasures of its first hours somewhere. */
function moment(text: string): Date {
  if (text.length === 10 || parseDayInIndia(text) === undefined)
    throw new InvalidArgumentError('an instant with its offset such as 2027-06-01T10:00:00Z is expected');
  return new Date(text);
}

/** `MATTER=2027-09-01`; may be given more than once. */
function hold(text: string, earlier: readonly Hold[] = []): readonly Hold[] {
  const [holdId = '', reviewAt = ''] = text.split('=', 2);
  if (holdId === '') throw new InvalidArgumentError('an id and a review date are expected, as MATTER=2027-09-01');
  return [...earlier, { holdId, reviewAt: date(reviewAt) }];
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim());

/** Options of every command that talks to a deployment. */
function connected(command: Command): Command {
  return command
    .option('--outputs <file>', 'outputs file of the deployment (default: .local/outputs.json)')
    .option('--api-url <url>', 'base URL of the API (DIGICRM_API_URL)')
    .option('--endpoint <url>', 'AWS endpoint of a local engine (DIGICRM_ENDPOINT)')
    .option('--client <name>', 'API client to act as (DIGICRM_CLIENT, default: crm)');
}

/** Builds the command line. `setExit` is told the exit code of commands that end without an error but not well. */
export function buildProgram(streams: Streams, setExit: (code: ExitCode) => void): Command {
  const program = new Command('digicrm')
    .description('Erases personal data of DigiCRM and proves it.')
    // Errors are printed in one place, main.ts, so that they look alike.
    .configureOutput({ writeOut: streams.out, writeErr: streams.err, outputError: () => {} })
    .addHelpText('after', EXIT_HELP)
    .exitOverride();

  /** Runs a command's function with its options and sets the exit code that it returns. */
  function run<Options extends object>(
    action: (options: Options, context: CommandContext) => Promise<ExitCode>,
    ...named: readonly string[]
  ) {
    return async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const positional = Object.fromEntries(named.map((name, i) => [name, given[i]]));
      const options: Options & { json?: boolean } = { ...command.opts(), ...positional };
      setExit(await action(options, { output: new Output(streams, options.json === true) }));
    };
  }

  const add = (usage: string, description: string, parent = program) =>
    parent.command(usage).description(description).option('--json', 'print one JSON document and nothing else');

  connected(add('erase', 'ask for the erasure of a tenant or of one person'))
    .requiredOption('--tenant <id>', 'tenant whose data, or in whose data, is erased')
    .option('--subject <id>', 'erase only this person: the opaque id of the CRM, never a name, e-mail or phone')
    .option('--reason <code>', 'reason code (default: subject-request or tenant-request)')
    .option('--dry-run', 'make the plan and stop')
    .option('--yes', 'confirm a tenant erasure without asking')
    .option('--watch', 'follow the erasure to its end, store by store')
    .option('--timeout <seconds>', 'how long to wait', seconds, 600)
    .option('--by <id>', 'opaque id of the person who instructs')
    .option('--role <code>', 'role of that person, e.g. tenant-admin')
    .option('--authentication <code>', 'how that person had signed in, e.g. mfa')
    .option('--idempotency-key <key>', 'repeat a request without making a second one (default: a new key)')
    .action(run(erase));
  connected(add('status <id>', 'show where a request stands')).action(run(status, 'id'));
  connected(add('list', 'list the requests of a tenant, newest first'))
    .requiredOption('--tenant <id>', 'tenant whose requests are listed')
    .addOption(new Option('--status <status>', 'only requests in this state').choices(statusSchema.options))
    .action(run(list));
  connected(add('cancel <id>', 'cancel a request before its first deletion'))
    .option('--by <id>', 'opaque id of the person who instructs')
    .action(run(cancel, 'id'));
  connected(add('confirm <id>', 'confirm the plan of a tenant erasure'))
    .requiredOption('--plan-hash <hash>', 'hash of the plan that is confirmed')
    .option('--by <id>', 'opaque id of the person who instructs')
    .action(run(confirm, 'id'));
  connected(add('processors <id>', 'show which processors were told of an erasure, and which have answered')).action(
    run(processors, 'id'),
  );
  connected(add('evidence <id> <processor>', 'show that a processor erased; only the hash of the file is sent'))
    .requiredOption('--file <file>', 'what shows it, e.g. a letter; it is not sent')
    .requiredOption('--by <id>', 'opaque id of the person who saw it')
    .action(run(evidence, 'id', 'processor'));
  connected(add('certificate <id>', 'fetch the signed certificate'))
    .option('--out <file>', 'write it there, byte for byte (default: stdout)')
    .option('--public-key-out <file>', 'also fetch the public key from KMS, as PEM')
    .option('--wait-for-ledger', 'wait until the file carries the proof that the ledger has it')
    .option('--timeout <seconds>', 'how long to wait', seconds, 300)
    .action(run(certificate, 'id'));
  connected(add('terminate', "end a tenant's contract: nothing is usable, all of it restorable until it is erased"))
    .requiredOption('--tenant <id>', 'tenant whose contract ends')
    .option('--reason <code>', 'reason code (default: contract-ended)')
    .option('--last-processed <instant>', 'last use of the data, as 2027-06-01T10:00:00Z (default: now)', date)
    .option('--by <id>', 'opaque id of the person who instructs')
    .option('--role <code>', 'role of that person, e.g. tenant-admin')
    .option('--authentication <code>', 'how that person had signed in, e.g. mfa')
    .option('--idempotency-key <key>', 'repeat the same request (default: a new key)')
    .action(run(terminate));
  connected(add('termination', 'show where the termination of a tenant stands'))
    .requiredOption('--tenant <id>', 'tenant that was terminated')
    .option('--watch', 'wait until it is hidden, restored, erased or sealed, whichever it is on the way to')
    .option('--timeout <seconds>', 'how long to wait', seconds, 600)
    .action(run(termination));
  connected(add('restore', 'take a termination back, until the first deletion'))
    .requiredOption('--tenant <id>', 'tenant that is restored')
    .option('--login', 'because somebody who may decide signed in again')
    .option('--by <id>', 'opaque id of the person who instructs')
    .option('--role <code>', 'role of that person, e.g. tenant-admin')
    .option('--authentication <code>', 'how that person had signed in, e.g. mfa')
    .option('--watch', 'wait until it is restored')
    .option('--timeout <seconds>', 'how long to wait', seconds, 600)
    .action(run(restore));
  add('verify <file>', 'check a certificate offline, with public keys alone')
    .requiredOption('--public-key <file>', "the certificates' public key as PEM")
    .option('--ledger-key <file>', "the ledger's public key as PEM, or its keys one after the other")
    .option('--origin <name>', 'name of the ledger that it has to be, as its checkpoints begin')
    .option('--checkpoint <file>', 'another checkpoint of the ledger, which must agree with that of the certificate')
    .option('--consistency <file>', 'proof of consistency between the two')
    .action(run(verify, 'file'));
  add('verify-log', 'check offline that the ledger only grew, or a whole copy of it')
    .requiredOption('--ledger-key <file>', "the ledger's public key as PEM, or its keys one after the other")
    .option('--origin <name>', 'name of the ledger that it has to be, as its checkpoints begin')
    .option('--older <file>', 'the older of two checkpoints')
    .option('--newer <file>', 'the newer of two checkpoints')
    .option('--consistency <file>', 'proof of consistency between the two')
    .option('--folder <path>', 'folder with a copy of the log as it lies in storage')
    .action(run(verifyLog));
  connected(add('explain', 'say what may be done with data on a day, and by which rules'))
    .option('--class <id>', 'only this class of policies/data.yaml')
    .option('--all', 'every class (as without --class)')
    .option('--tenant <id>', 'look up what is known of this tenant')
    .option('--subject <id>', 'only this person: the opaque id of the CRM')
    .option('--offline', 'look nothing up: answer from the register and the facts given here')
    .option('--as-of <date>', 'the day in question (default: now)', date)
    .option('--reason <code>', 'reason code, termination, or none (default: what is known, else a request)')
    .option('--last-processed <date>', 'last use of the data (default: what is known, else that day)', date)
    .option('--field <names>', 'offline: only these fields, separated by commas', names)
    .option('--terminated-at <date>', 'offline: end of the contract', date)
    .option('--requested-at <date>', 'offline: when erasure was asked for', date)
    .option('--consent-withdrawn-at <date>', 'offline: when consent was withdrawn', date)
    .option('--financial-year-end <date>', 'offline: last day of the year of books', date)
    .option('--annual-return-due <date>', 'offline: due date of the GST annual return of books', date)
    .option('--entity-type <code>', 'offline: legal form of the operator, e.g. company')
    .option('--hold <id=date>', 'offline: a legal hold and its review date; may be repeated', hold)
    .action(run(explain));
  connected(add('replay-erasures', 'apply to a restored copy of a store what was erased since, before it may serve'))
    .requiredOption('--since <instant>', 'the moment the copy was restored to, or earlier', moment)
    .requiredOption('--store <id>', 'store of the inventory that the copy is one of, e.g. crm-records')
    .option('--table <name>', 'name of the restored table (default: the store itself)')
    .option('--bucket <name>', 'name of the restored bucket (default: the store itself)')
    .option('--dry-run', 'count what would be erased and stop')
    .action(run(replay));
  const holds = program.command('hold').description('legal holds, which stop the erasure of a scope');
  connected(add('place <id>', 'place a hold under an id of your choice, or change its words', holds))
    .requiredOption('--tenant <id>', 'tenant whose data, or in whose data, is held')
    .option('--subject <id>', 'hold only this person: the opaque id of the CRM')
    .option('--class <id>', 'hold only this class of policies/data.yaml')
    .requiredOption('--matter <reference>', 'the case, by its reference; no names')
    .requiredOption('--authority <reference>', 'court, authority or counsel on whose word it stands')
    .requiredOption('--approver <id>', 'opaque id of the person who approved it')
    .requiredOption('--review <date>', 'day in India on which somebody looks at it again', date)
    .action(run(placeHold, 'id'));
  connected(add('show <id>', 'show a hold', holds)).action(run(showHold, 'id'));
  connected(add('list', 'list the holds of a tenant', holds))
    .requiredOption('--tenant <id>', 'tenant whose holds are listed')
    .action(run(listHolds));
  connected(add('lift <id>', 'lift a hold for good; what waited for it goes on', holds))
    .requiredOption('--approver <id>', 'opaque id of the person who approved it')
    .action(run(liftHold, 'id'));
  addLedgerCommands(program, {
    add: (usage, description, parent) => connected(add(usage, description, parent)),
    offline: add,
    run,
    date,
  });
  addTransferCommands({ add: (usage, description) => connected(add(usage, description)), run, names });
  connected(add('token', 'print an access token')).action(run(token));
  connected(add('records', 'count the rows of a tenant or of one person, unless the tenant is suspended'))
    .requiredOption('--tenant <id>', 'tenant whose rows are read')
    .option('--subject <id>', 'only this person: the opaque id of the CRM')
    .option('--store <id>', 'only this table of the inventory')
    .option('--values', 'print the rows themselves, which are personal data')
    .action(run(records));
  connected(add('seed', 'fill a local cloud with invented CRM data'))
    .option('--tenants <ids>', 'tenant ids, separated by commas', names)
    .option('--records <count>', 'records per tenant', count)
    .option('--files <count>', 'files per tenant', count)
    .option('--invoices <count>', 'invoices to the user who pays, at most 4, which tax law keeps (default 0)', count)
    .option('--seed <number>', 'start of the random numbers: the same number gives the same data', count)
    .action(run(seed));
  return program;
}
