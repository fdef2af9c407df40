import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbStore } from '../../lambda/erasure/adapters/dynamodb-store';
import { kmsSubjectHasher } from '../../lambda/erasure/adapters/kms-hasher';
import { controlPastErasures } from '../../lambda/erasure/adapters/past-erasures';
import { AwsResidueReader } from '../../lambda/erasure/adapters/residue-reader';
import { S3Store } from '../../lambda/erasure/adapters/s3-store';
import { ErasureError } from '../../lambda/erasure/errors';
import { Pacer } from '../../lambda/erasure/pacer';
import { type ReplayDeps, type ReplayReport, replayErasures } from '../../lambda/erasure/replay';
import { controlHoldReader } from '../../lambda/holds/adapters/control-holds';
import { instant, systemClock, systemSleep } from '../../lambda/shared/clock';
import type { Store } from '../../lambda/shared/inventory';
import { loadRegister } from '../../policies/load';
import { type AwsTarget, clientConfig } from '../local/aws';
import { type Connection, type ConnectionOptions, connect, need } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';
import { drawn } from './replay-progress';
import { replayInWords } from './replay-words';

export interface ReplayCommandOptions extends ConnectionOptions {
  readonly since: Date;
  readonly store: string;
  readonly table?: string;
  readonly bucket?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * `digicrm replay-erasures`: applies to a restored copy of one store every erasure since the moment it was
 * restored to. Works with the operator's own AWS credentials and not by way of the API.
 */
export async function replay(options: ReplayCommandOptions, { output }: CommandContext): Promise<ExitCode> {
  if (options.since > systemClock.now())
    throw new CliError(EXIT.usage, '--since lies in the future: give the moment that the copy was restored to.');
  const connection = connect(options);
  const copy = restoredCopy(options, need(connection, 'inventory'));
  const dryRun = options.dryRun === true;
  const report = await drawn(copy.name, output.json, (onProgress) =>
    attempt(copy, () =>
      replayErasures({ storeId: copy.id, since: options.since, dryRun }, { ...portsOf(copy, connection), onProgress }),
    ),
  );
  output.line(replayInWords(copy.name, report, dryRun));
  output.document({ store: copy.id, copy: copy.name, since: instant(options.since), dryRun, ...report });
  return report.mayServe ? EXIT.ok : EXIT.notCompleted;
}

/** The store of the inventory, under the name of its copy. */
function restoredCopy({ store: id, table, bucket }: ReplayCommandOptions, inventory: readonly Store[]): Store {
  const store = inventory.find((each) => each.id === id);
  if (store === undefined) {
    const known = inventory.map((each) => each.id).join(', ');
    throw new CliError(EXIT.usage, `The deployment has no store "${id}": use one of ${known}.`);
  }
  const [given, other] = store.kind === 's3' ? [bucket, table] : [table, bucket];
  if (other !== undefined)
    throw new CliError(
      EXIT.usage,
      store.kind === 's3' ? `${id} is a bucket: use --bucket.` : `${id} is a table: use --table.`,
    );
  // A restored bucket has no Object Lock, and S3 calls the question after a lock there a mistake.
  return given === undefined ? store : { ...store, name: given, objectLock: false };
}

function portsOf(copy: Store, connection: Connection): ReplayDeps {
  const endpoint = connection.endpoint ?? null;
  const home = clientConfig({ region: need(connection, 'region'), endpoint });
  const control = DynamoDBDocumentClient.from(new DynamoDBClient(home));
  const kms = new KMSClient(home);
  const target: AwsTarget = { region: copy.region, endpoint };
  // The eraser paces itself, so its client does not repeat by itself; the second reader only reads.
  const eraser = clients(target, 1);
  const reader = clients(target, 3);
  const store =
    copy.kind === 's3' ? new S3Store(copy, eraser.s3, systemClock) : new DynamoDbStore(copy, eraser.dynamodb);
  const controlTable = need(connection, 'controlTable');
  const { pace } = loadRegister().erasure;
  const { rate } = copy.kind === 's3' ? pace.s3KeysPerSecond : pace.dynamodbItemsPerSecond;
  return {
    past: controlPastErasures(control, controlTable),
    store,
    holds: controlHoldReader(control, controlTable),
    reader: new AwsResidueReader(() => reader.s3, reader.dynamodb, systemClock),
    hasherOf: (keyId) => kmsSubjectHasher(kms, keyId),
    pacer: new Pacer({ ratePerSecond: rate, clock: systemClock, sleep: systemSleep }),
    clock: systemClock,
    sleep: systemSleep,
  };
}

function clients(target: AwsTarget, maxAttempts: number) {
  const config = { ...clientConfig(target), maxAttempts };
  return {
    s3: new S3Client({ ...config, forcePathStyle: target.endpoint !== null }),
    dynamodb: new DynamoDBClient(config),
  };
}

/** An erasure that broke off has said nothing about what is left. */
async function attempt(copy: Store, work: () => Promise<ReplayReport>): Promise<ReplayReport> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ErasureError)) throw error;
    throw new CliError(
      EXIT.notCompleted,
      `${error.message}. ${copy.name} may not serve: run the same command again, it goes on where it stopped.`,
      { cause: error },
    );
  }
}
