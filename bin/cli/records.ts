import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoDbRows } from '../../lambda/recovery/adapters/dynamodb-rows';
import { TenantSuspendedError } from '../../lambda/recovery/errors';
import { type Row, type RowSource, readRows } from '../../lambda/recovery/records-reader';
import { clientConfig } from '../local/aws';
import { type Connection, type ConnectionOptions, connect, need } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';

export interface RecordsOptions extends ConnectionOptions {
  readonly tenant: string;
  readonly subject?: string;
  readonly store?: string;
  readonly values?: boolean;
}

/**
 * `digicrm records`: how many rows a tenant or a person has, with the operator's own credentials. The rows
 * themselves are personal data, so they are printed only with `--values`.
 */
export async function records(options: RecordsOptions, { output }: CommandContext): Promise<ExitCode> {
  const connection = connect(options);
  const counts: Record<string, number> = {};
  const found: Record<string, Row[]> = {};
  for (const source of sourcesOf(connection, options.store)) {
    const { id } = source.store;
    const rows = await rowsOf(source, options);
    counts[id] = rows.length;
    output.line(`${id}: ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`);
    if (options.values !== true) continue;
    found[id] = rows;
    for (const row of rows) output.line(`  ${JSON.stringify(row)}`);
  }
  output.document({
    tenant: options.tenant,
    subject: options.subject ?? null,
    counts,
    ...(options.values && { rows: found }),
  });
  return EXIT.ok;
}

async function rowsOf(source: RowSource, { tenant, subject }: RecordsOptions): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    for await (const page of readRows(source, tenant, subject)) rows.push(...page);
  } catch (error) {
    if (!(error instanceof TenantSuspendedError)) throw error;
    throw new CliError(EXIT.refused, `Tenant ${tenant} is suspended: its contract has ended.`, { cause: error });
  }
  return rows;
}

function sourcesOf(connection: Connection, storeId: string | undefined): RowSource[] {
  const inventory = need(connection, 'inventory');
  const tables = inventory.filter((store) => store.kind === 'dynamodb');
  const chosen = tables.filter((store) => storeId === undefined || store.id === storeId);
  if (chosen.length === 0) {
    const known = tables.map((store) => store.id).join(', ');
    throw new CliError(EXIT.usage, `There is no table "${storeId}": use one of ${known}.`);
  }
  const target = { region: need(connection, 'region'), endpoint: connection.endpoint ?? null };
  const db = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientConfig(target), maxAttempts: 5 }));
  return chosen.map((store) => dynamoDbRows(store, db));
}
