import { Command, Option } from 'commander';

/** What was asked for on the command line. */
export interface EvidenceOptions {
  readonly stage: 'prod' | 'dev' | 'local';
  readonly out: string;
  readonly synth?: string;
  /** A report of jest; false = run none; undefined = run those without a result of this source. */
  readonly tests?: string | boolean;
  readonly integration?: boolean;
  readonly sourceUrl?: string;
  readonly compare?: string;
  readonly verify?: string;
}

const EXIT_HELP = `
Exit codes:
  0  the report is written, whatever it says
  1  no report could be made, or the one to verify was changed
  2  wrong usage
  3  compared with --compare, a promise, an obligation or a control says less`;

/** @param write where help and what commander says go */
export function evidenceCommand(write: { out(text: string): void; err(text: string): void }): Command {
  return new Command('npm run evidence --')
    .description('Writes the evidence report: what the register promises, and what shows that it holds.')
    .addOption(new Option('--stage <stage>', 'stage that is judged').choices(['prod', 'dev', 'local']).default('prod'))
    .option('--synth <folder>', 'synthesised app, instead of a current one below cdk.out or a new one')
    .option('--out <folder>', 'where the report is written', 'evidence')
    .option('--tests <file>', 'results that jest --json --outputFile wrote, instead of running tests')
    .option('--no-tests', 'run no tests: what has no result of this source is unproven')
    .option('--integration', 'also run integration tests that controls name, in the local cloud')
    .option('--source-url <address>', 'where the source of the commit can be read')
    .option('--compare <file>', 'earlier evidence.json; exit code 3 if something says less')
    .option('--verify <file>', 'only check that an evidence.json is as it was written')
    .addHelpText('after', EXIT_HELP)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: () => undefined });
}
