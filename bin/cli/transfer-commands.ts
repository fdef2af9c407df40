import type { Command } from 'commander';
import { Option } from 'commander';
import { transferRoles } from '../../policies/transfer-schema';
import { disclosures } from './disclosures';
import type { ExitCode } from './exit';
import { mayTransfer } from './may-transfer';
import type { CommandContext } from './program';
import { liftRestriction, listRestrictions, restrict } from './restrictions';

/** What the program lends to build commands with. */
export interface CommandTools {
  /** A command that talks to a deployment. */
  add(usage: string, description: string): Command;
  run<Options extends object>(
    action: (options: Options, context: CommandContext) => Promise<ExitCode>,
    argument?: string,
  ): (...given: unknown[]) => Promise<void>;
  /** Names, separated by commas. */
  names(text: string): string[];
}

/** Commands about processors: what is closed to them, what they received, and what they may have. */
export function addTransferCommands({ add, run, names }: CommandTools): void {
  add(
    'restrict',
    'close a country, a processor or a contract to transfers; says what it touches, and closes with --yes',
  )
    .option('--country <code>', 'every processor that works on data or keeps it there, by ISO 3166 code')
    .option('--processor <id>', 'one processor, at once: the kill switch')
    .option('--contract <id>', "one processor, after its contract's last day, which is --from")
    .requiredOption('--from <date>', 'first day in India on which it holds; a day that has passed holds at once')
    .requiredOption('--authority <reference>', 'on whose word, e.g. "G.S.R. 123(E)"; no names of people')
    .requiredOption('--approver <id>', 'opaque id of the person who approved it')
    .option('--yes', 'close it')
    .action(run(restrict));
  add('restrictions', 'list restrictions, standing and lifted').action(run(listRestrictions));
  add('lift <restriction>', 'agree that a restriction ends; it does when two people agree')
    .requiredOption('--approver <id>', 'opaque id of the person who agrees')
    .action(run(liftRestriction, 'id'));
  add('disclosures', 'say who received what about a person: ids and names of fields')
    .requiredOption('--tenant <id>', 'tenant in whose data she is')
    .requiredOption('--subject <id>', 'the person: the opaque id of the CRM')
    .action(run(disclosures));
  add('may-transfer', 'ask whether data may go to a processor; the answer is recorded')
    .requiredOption('--tenant <id>', 'tenant whose data it is')
    .requiredOption('--processor <id>', 'the processor, by its id in the register')
    .requiredOption('--purpose <id>', 'what for, by its id in the register')
    .addOption(new Option('--role <role>', 'data role').choices(transferRoles).makeOptionMandatory())
    .requiredOption('--field <names>', 'fields that would go, separated by commas', names)
    .option('--category <ids>', 'kinds of data beside those of the fields, separated by commas', names)
    .option('--subject <id>', 'whom it is about: the opaque id of the CRM')
    .requiredOption('--basis <id>', 'ground on which it would go, e.g. consent')
    .requiredOption('--evidence <id>', 'id of what proves the ground')
    .option('--dlt <ids>', 'for SMS: entity, header and template on the DLT platform, separated by commas', names)
    .action(run(mayTransfer));
}
