import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

/** What to list: a bucket, or the part of it below a prefix. */
export interface Place {
  readonly Bucket: string;
  readonly Prefix?: string;
}

/** Pages of a bucket's versions and delete markers. */
export async function* versionPages(client: S3Client, place: Place): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let from = {};
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ ...place, ...from }));
    yield page;
    if (!page.IsTruncated) return;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** Pages of a bucket's unfinished uploads. */
export async function* uploadPages(client: S3Client, place: Place): AsyncGenerator<ListMultipartUploadsCommandOutput> {
  let from = {};
  for (;;) {
    const page = await client.send(new ListMultipartUploadsCommand({ ...place, ...from }));
    yield page;
    if (!page.IsTruncated) return;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
