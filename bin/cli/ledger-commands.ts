import type { Command } from 'commander';
import { courtReport } from './court-report';
import { ledgerCheck, ledgerCheckpoint, ledgerConsistency, ledgerEntry, ledgerProof, ledgerPublicKey } from './ledger';
import { ledgerDownload } from './ledger-download';
import type { CommandTools } from './transfer-commands';

/** What the program lends to build commands of the ledger with. */
export interface LedgerCommandTools extends Pick<CommandTools, 'run'> {
  /** A command that talks to a deployment, below another one where one is named. */
  add(usage: string, description: string, parent?: Command): Command;
  /** A command that does not. */
  offline(usage: string, description: string, parent: Command): Command;
  /** A calendar date, or an instant with its offset. */
  date(text: string): string;
}

const KEY = "the ledger's public key as PEM, or its keys one after the other";

/** Commands that read the ledger, and the report for a court. */
export function addLedgerCommands(program: Command, { add, offline, run, date }: LedgerCommandTools): void {
  const ledger = program.command('ledger').description('the ledger, and proofs that nobody rewrote it');
  add('checkpoint', 'the latest signed checkpoint; keep it where nobody of DigiCRM can change it', ledger)
    .option('--out <file>', 'write it there, word for word')
    .action(run(ledgerCheckpoint));
  add('entry <index>', 'one event, as it was hashed', ledger).action(run(ledgerEntry, 'index'));
  add('proof', 'prove that an event is in the tree', ledger)
    .option('--about <id>', 'the latest event about this, e.g. er-… or er-…/certificate/0001')
    .option('--index <number>', 'the event at this place')
    .option('--size <number>', 'in the tree of the checkpoint of this size (default: the latest)')
    .option('--ledger-key <file>', `${KEY}, to check the signature`)
    .option('--out <file>', 'write the proof there, as C2SP tlog-proof')
    .action(run(ledgerProof));
  add('consistency', 'prove that the tree only grew between two checkpoints', ledger)
    .requiredOption('--from <size>', 'size of the older checkpoint')
    .option('--to <size>', 'size of the newer checkpoint (default: the latest)')
    .option('--ledger-key <file>', `${KEY}, to check the signature of the newer one`)
    .option('--out <file>', 'write the proof there, for verify and verify-log')
    .action(run(ledgerConsistency));
  offline('check', 'check offline that an event is in the tree', ledger)
    .requiredOption('--entry <file>', 'the event, byte for byte as it was hashed')
    .requiredOption('--proof <file>', 'its proof, as C2SP tlog-proof')
    .requiredOption('--ledger-key <file>', KEY)
    .option('--origin <name>', 'name of the ledger that it has to be, as its checkpoints begin')
    .action(run(ledgerCheck));
  add('public-key', 'fetch the public key of the ledger from KMS', ledger)
    .requiredOption('--out <file>', 'write it there, as PEM')
    .action(run(ledgerPublicKey));
  add('download', 'copy the whole log as it lies in storage, with your AWS credentials', ledger)
    .requiredOption('--out <folder>', 'where to; for verify-log --folder')
    .action(run(ledgerDownload));
  add('court-report', 'hash report for a certificate under section 63 of the Bharatiya Sakshya Adhiniyam 2023')
    .option('--request <id>', 'everything that happened in an erasure')
    .option('--from <date>', 'everything from this day in India, or this instant, on', date)
    .option('--to <date>', 'up to the end of this day in India, or to this instant', date)
    .option('--folder <path>', 'from a copy of the log, with --ledger-key; needs neither network nor AWS')
    .option('--ledger-key <file>', `${KEY} (default: fetched from KMS)`)
    .requiredOption('--out <folder>', 'where to; it must not be there yet')
    .action(run(courtReport));
}
