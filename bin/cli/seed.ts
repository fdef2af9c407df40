import { seedData } from '../local/seed';
import { type ConnectionOptions, connect, need } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';

export interface SeedCommandOptions extends ConnectionOptions {
  readonly tenants?: string[];
  readonly records?: number;
  readonly files?: number;
  readonly invoices?: number;
  readonly seed?: number;
}

/** `digicrm seed`: fills the stores with invented data, in a local cloud only. */
export async function seed(options: SeedCommandOptions, { output }: CommandContext): Promise<ExitCode> {
  const connection = connect(options);
  const endpoint = need(connection, 'endpoint');
  if (connection.stage !== 'local')
    throw new CliError(EXIT.usage, 'Invented data goes into a local cloud only: start one with npm run local.');
  const manifest = await seedData(
    {
      stage: connection.stage,
      endpoint,
      region: need(connection, 'region'),
      inventory: need(connection, 'inventory'),
      dataKeys: need(connection, 'dataKeys'),
    },
    {
      tenants: options.tenants,
      ...(options.records !== undefined && { records: options.records }),
      ...(options.files !== undefined && { files: options.files }),
      ...(options.invoices !== undefined && { invoices: options.invoices }),
      seed: options.seed,
      log: (line) => output.line(line),
    },
  );
  output.line(
    `Try: digicrm erase --tenant ${manifest.tenants[0]?.tenantId} --subject ${manifest.tenants[0]?.subjects[0]} --watch`,
  );
  output.document(manifest);
  return EXIT.ok;
}
