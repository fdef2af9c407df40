import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Store } from '../../shared/inventory';

/** The S3 client for a store: S3 answers for a bucket in the bucket's own Region alone. */
export type S3For = (store: Pick<Store, 'region'>) => S3Client;

/** One client for each Region, made when it is first asked for. */
export function regionalS3(config: Omit<S3ClientConfig, 'region'> = {}): S3For {
  const clients = new Map<string, S3Client>();
  return ({ region }) => {
    const known = clients.get(region);
    if (known !== undefined) return known;
    const client = new S3Client({ ...config, region });
    clients.set(region, client);
    return client;
  };
}
