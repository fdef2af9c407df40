import type { Instruction } from '../../lambda/erasure/model';
import type { Connection } from './connection';
import { CliError, EXIT } from './exit';

export interface InstructionOptions {
  readonly by?: string;
  readonly role?: string;
  readonly authentication?: string;
}

/** Only a local cloud, with its invented data, may do without the proof of a real instruction. */
const LOCAL: Required<InstructionOptions> = { by: 'local-operator', role: 'tenant-admin', authentication: 'mfa' };

function value(options: InstructionOptions, connection: Connection, key: keyof InstructionOptions): string {
  const given = options[key] ?? (connection.stage === 'local' ? LOCAL[key] : undefined);
  if (given === undefined)
    throw new CliError(EXIT.usage, `Say who instructed this: --${key} is missing (see digicrm --help).`);
  return given;
}

/** Who instructs, for `confirm` and `cancel`. */
export function instructedBy(options: InstructionOptions, connection: Connection): string {
  return value(options, connection, 'by');
}

/** The proof of instruction for a new request, as of now. */
export function instructionOf(options: InstructionOptions, connection: Connection): Instruction {
  return {
    by: value(options, connection, 'by'),
    role: value(options, connection, 'role'),
    authentication: value(options, connection, 'authentication'),
    at: new Date().toISOString(),
  };
}
