import { CommanderError } from 'commander';
import { CliError, EXIT } from './exit';
import { Output, type Streams } from './output';
import { buildProgram } from './program';

const STANDARD: Streams = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Runs one command line and resolves with its exit code. */
export async function main(args: readonly string[], streams: Streams = STANDARD): Promise<number> {
  let code: number = EXIT.ok;
  const program = buildProgram(streams, (exitCode) => {
    code = exitCode;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const output = new Output(streams, args.includes('--json'));
    if (!(error instanceof CommanderError)) return output.failure(error);
    if (error.exitCode === 0) return EXIT.ok;
    // No command at all: the help has been printed.
    if (error.code === 'commander.help') return EXIT.usage;
    const message = error.message.replace(/^error: /, '');
    return output.failure(new CliError(EXIT.usage, `${message} (see digicrm --help)`, { cause: error }));
  }
}
