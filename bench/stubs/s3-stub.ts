import { BucketData, type Version } from './s3-data';
import { type StubReply, type StubRequest, serve, type Traffic } from './server';
import { TokenBuckets } from './token-bucket';

/** An S3 with one bucket in memory, to be run as a child process. */

/** Body of `load`: a new bucket and how the service behaves. Resets the counters. */
export interface S3Load {
  readonly tenantId: string;
  readonly versions: number;
  /** Hash shards that the keys are spread over. */
  readonly shards: number;
  readonly latencyMs: number;
  /** Keys a second that may be deleted per partition; 0 = no limit. */
  readonly keysPerSecond: number;
  /** What one rate budget covers: `<tenant>/<shard>/`, or the whole bucket. */
  readonly partition: 'shard' | 'bucket';
  /** Every key of a delete call comes back as AccessDenied inside a 200. */
  readonly refuseDeletes: boolean;
}

/** Answer of `stats`. */
export interface S3Stats extends Traffic {
  readonly remaining: number;
  /** Keys in delete calls that were not throttled. */
  readonly keysSent: number;
}

const DEFAULTS: S3Load = {
  tenantId: 'tenant',
  versions: 0,
  shards: 16,
  latencyMs: 0,
  keysPerSecond: 0,
  partition: 'shard',
  refuseDeletes: false,
};

let load = DEFAULTS;
let bucket = new BucketData(load.tenantId, 0, load.shards);
let budgets: TokenBuckets | undefined;
let keysSent = 0;

serve({
  latencyMs: () => load.latencyMs,
  answer,
  control(verb, body, traffic): S3Stats {
    if (verb === 'load') {
      load = { ...DEFAULTS, ...(JSON.parse(body) as Partial<S3Load>) };
      bucket = new BucketData(load.tenantId, load.versions, load.shards);
      budgets = load.keysPerSecond > 0 ? new TokenBuckets(load.keysPerSecond) : undefined;
      keysSent = 0;
    }
    return { ...traffic, remaining: bucket.remaining, keysSent };
  },
});

function answer(request: StubRequest): StubReply {
  const { method, query } = request;
  if (method === 'GET' && query.has('versions')) return listObjectVersions(query);
  if (method === 'POST' && query.has('delete')) return deleteObjects(request.body);
  if (method === 'GET' && query.has('uploads')) return listMultipartUploads(query);
  if (method === 'GET' && query.has('tagging'))
    return xml(
      'GetBucketTagging',
      '<Tagging><TagSet><Tag><Key>aws-cdk:auto-delete-objects</Key><Value>true</Value></Tag></TagSet></Tagging>',
    );
  if (method === 'GET' && query.has('policy'))
    return {
      operation: 'GetBucketPolicy',
      status: 200,
      contentType: 'application/json',
      body: '{"Version":"2012-10-17","Statement":[]}',
    };
  if (method === 'PUT' && query.has('policy')) return xml('PutBucketPolicy', '', 204);
  return error('Unknown', 501, 'NotImplemented');
}

function listObjectVersions(query: URLSearchParams): StubReply {
  const prefix = query.get('prefix') ?? '';
  const maxKeys = Math.min(1000, Number(query.get('max-keys') ?? 1000));
  const page = bucket.list(prefix, query.get('key-marker') ?? '', query.get('version-id-marker') ?? '', maxKeys);
  const write = query.get('encoding-type') === 'url' ? encodeURIComponent : escapeXml;
  const last = page.versions.at(-1);
  const next =
    page.truncated && last !== undefined
      ? `<NextKeyMarker>${write(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.versionId}</NextVersionIdMarker>`
      : '';
  return xml(
    'ListObjectVersions',
    `<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix>${write(prefix)}</Prefix>` +
      `<MaxKeys>${maxKeys}</MaxKeys><IsTruncated>${page.truncated}</IsTruncated>${next}` +
      `${page.versions.map((version) => versionXml(version, write)).join('')}</ListVersionsResult>`,
  );
}

/** Some 400 bytes, like the real one. */
function versionXml(version: Version, write: (text: string) => string): string {
  const head =
    `<Key>${write(version.key)}</Key><VersionId>${version.versionId}</VersionId><IsLatest>${version.latest}</IsLatest>` +
    '<LastModified>2026-03-14T09:26:53.000Z</LastModified>';
  const owner = '<Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a</ID></Owner>';
  if (version.deleteMarker) return `<DeleteMarker>${head}${owner}</DeleteMarker>`;
  return (
    `<Version>${head}<ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>${version.size}</Size>` +
    `<StorageClass>STANDARD</StorageClass>${owner}</Version>`
  );
}

const OBJECT = /<Object>.*?<Key>(.*?)<\/Key>(?:<VersionId>(.*?)<\/VersionId>)?.*?<\/Object>/gs;

function deleteObjects(body: string): StubReply {
  const objects = [...body.matchAll(OBJECT)].map((m) => ({ key: unescapeXml(m[1] ?? ''), versionId: m[2] ?? '' }));
  if (objects.length === 0 || objects.length > 1000) return error('DeleteObjects', 400, 'MalformedXML');
  if (budgets !== undefined && !budgets.take(countByPartition(objects.map((o) => o.key))))
    return error('DeleteObjects', 503, 'SlowDown');
  keysSent += objects.length;
  const quiet = body.includes('<Quiet>true</Quiet>');
  const results = objects.map(({ key, versionId }) => {
    if (load.refuseDeletes)
      return `<Error><Key>${escapeXml(key)}</Key><VersionId>${versionId}</VersionId><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`;
    bucket.delete(key, versionId);
    return quiet ? '' : `<Deleted><Key>${escapeXml(key)}</Key><VersionId>${versionId}</VersionId></Deleted>`;
  });
  return xml(
    'DeleteObjects',
    `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${results.join('')}</DeleteResult>`,
  );
}

function countByPartition(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const partition = load.partition === 'bucket' ? '' : key.slice(0, key.indexOf('/', key.indexOf('/') + 1));
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  return counts;
}

function listMultipartUploads(query: URLSearchParams): StubReply {
  return xml(
    'ListMultipartUploads',
    `<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>bucket</Bucket>` +
      `<Prefix>${escapeXml(query.get('prefix') ?? '')}</Prefix><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>`,
  );
}

function xml(operation: string, body: string, status = 200): StubReply {
  const document = body === '' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { operation, status, contentType: 'application/xml', body: document };
}

function error(operation: string, status: number, code: string): StubReply {
  return xml(operation, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`, status);
}

function escapeXml(text: string): string {
  return /[&<>"]/.test(text)
    ? text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
    : text;
}

function unescapeXml(text: string): string {
  return text.includes('&')
    ? text
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&apos;/g, "'")
        .replace(/&amp;/g, '&')
    : text;
}
