import { S3Client } from '@aws-sdk/client-s3';
import { s3LogReader } from '../../lambda/ledger/adapters/s3-log-reader';
import type { LogReader } from '../../lambda/ledger/watchman';
import { clientConfig } from '../local/aws';
import { type Connection, need } from './connection';

/** The log in the bucket of a deployment, with the operator's own AWS credentials and not by way of the API. */
export function logBucket(connection: Connection): { readonly name: string; readonly log: LogReader } {
  const name = need(connection, 'ledgerBucket');
  const endpoint = connection.endpoint ?? null;
  const config = clientConfig({ region: need(connection, 'region'), endpoint });
  return { name, log: s3LogReader(new S3Client({ ...config, forcePathStyle: endpoint !== null }), name) };
}
