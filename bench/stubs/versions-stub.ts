import { hashOf } from '../../lambda/shared/canonical';
import { objectKey } from '../../lambda/shared/layout';
import { VersionedBucket } from '../../test/support/versioned-bucket';
import { type StubReply, type StubRequest, serve, type Traffic } from './server';

/** An S3 with one versioned bucket in memory that takes delete markers, to be run as a child process. */

/** Body of `load`: a new bucket. Resets the counters. */
export interface VersionsLoad {
  readonly tenantId: string;
  /** Current objects; every eighth key more was deleted by the tenant. */
  readonly objects: number;
  readonly shards: number;
}

/** Answer of `stats`. */
export interface VersionsStats extends Traffic {
  readonly current: number;
  /** Versions and markers together. */
  readonly entries: number;
  /** Of all that is stored: equal hashes mean that nothing differs. */
  readonly sha256: string;
}

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
let bucket = new VersionedBucket(Date.now);
let tenantId = 'tenant';

serve({
  latencyMs: () => 0,
  answer,
  control(verb, body, traffic): VersionsStats {
    if (verb === 'load') fill(JSON.parse(body) as VersionsLoad);
    const entries = bucket.all(`${tenantId}/`);
    const current = bucket.current(`${tenantId}/`, '', Number.POSITIVE_INFINITY).keys.length;
    return { ...traffic, current, entries: entries.length, sha256: hashOf(entries) };
  },
});

function fill(load: VersionsLoad): void {
  ({ tenantId } = load);
  // Filled a minute ago: hiding must tell these markers from its own.
  const filledAt = Date.now() - 60_000;
  let filled = false;
  bucket = new VersionedBucket(() => (filled ? Date.now() : filledAt));
  for (let i = 0, objects = 0; objects < load.objects; i++) {
    const key = objectKey(tenantId, `contact-${i >> 2}`, `documents/invoice-${1_000_000 + i}.pdf`, load.shards);
    bucket.put(key);
    if (i % 8 === 7) bucket.mark(key);
    else objects++;
  }
  filled = true;
}

function answer({ method, query, body }: StubRequest): StubReply {
  if (method === 'GET' && query.get('list-type') === '2') return listObjects(query);
  if (method === 'GET' && query.has('versions')) return listVersions(query);
  if (method === 'POST' && query.has('delete')) return deleteObjects(body);
  return xml('Unknown', '<Error><Code>NotImplemented</Code></Error>', 501);
}

function listObjects(query: URLSearchParams): StubReply {
  const { keys, truncated } = bucket.current(query.get('prefix') ?? '', query.get('continuation-token') ?? '', 1_000);
  const next = truncated ? `<NextContinuationToken>${keys.at(-1)}</NextContinuationToken>` : '';
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('');
  return xml(
    'ListObjectsV2',
    `<ListBucketResult ${NAMESPACE}><EncodingType>url</EncodingType><IsTruncated>${truncated}</IsTruncated>${next}${contents}</ListBucketResult>`,
  );
}

function listVersions(query: URLSearchParams): StubReply {
  const versionId = query.get('version-id-marker') ?? undefined;
  const page = bucket.versions(query.get('prefix') ?? '', query.get('key-marker') ?? '', versionId, 1_000);
  const last = page.entries.at(-1);
  const next = `<NextKeyMarker>${last?.key}</NextKeyMarker><NextVersionIdMarker>${last?.versionId}</NextVersionIdMarker>`;
  const entries = page.entries.map(({ key, versionId, deleteMarker, modifiedAt }) => {
    const name = deleteMarker ? 'DeleteMarker' : 'Version';
    const time = new Date(modifiedAt).toISOString();
    return `<${name}><Key>${key}</Key><VersionId>${versionId}</VersionId><LastModified>${time}</LastModified></${name}>`;
  });
  return xml(
    'ListObjectVersions',
    `<ListVersionsResult ${NAMESPACE}><IsTruncated>${page.truncated}</IsTruncated>${page.truncated ? next : ''}${entries.join('')}</ListVersionsResult>`,
  );
}

function deleteObjects(body: string): StubReply {
  for (const [, key = '', versionId] of body.matchAll(/<Key>(.*?)<\/Key>(?:<VersionId>(.*?)<\/VersionId>)?/gs))
    if (versionId === undefined) bucket.mark(key);
    else bucket.remove(key, versionId);
  return xml('DeleteObjects', `<DeleteResult ${NAMESPACE}></DeleteResult>`);
}

function xml(operation: string, body: string, status = 200): StubReply {
  return { operation, status, contentType: 'application/xml', body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}
