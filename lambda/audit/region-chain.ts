import { inParallel } from '../shared/in-parallel';
import { type Digest, type DigestContent, isSignedBy, readDigest } from './digest';
import { type DigestKey, digestKeyOf } from './digest-keys';
import { hashInflated } from './inflate';
import type { ProblemKind, Tally } from './integrity';
import type { LogArchive } from './ports';

/** What is needed to follow the digests of one Region. */
export interface RegionDeps {
  readonly archive: LogArchive;
  readonly region: string;
  readonly trailName: string;
  /** Keys by fingerprint. @default - the Region cannot be asked for its keys */
  readonly publicKeys?: ReadonlyMap<string, Uint8Array>;
  readonly tally: Tally;
}

/** Logs that are read at the same time. */
const CONCURRENCY = 16;

/** Follows the digests of one Region from the oldest to the newest, and reads every log that they list. */
export class RegionChain {
  constructor(private readonly deps: RegionDeps) {}

  /** The digests that CloudTrail writes every hour: each names the one before it, and none is missing. */
  async followHourly(keys: readonly DigestKey[]): Promise<void> {
    let before: Previous | undefined;
    for (const { key } of keys) {
      const digest = await this.look(key);
      if (digest) await this.checkLink(digest, before);
      before = digest ?? { key };
    }
  }

  /** The digests that CloudTrail adds: their chain may begin anywhere, and skips hours. */
  async followAdded(keys: readonly DigestKey[]): Promise<void> {
    for (const { key } of keys) {
      const digest = await this.look(key);
      const previous = digest && (await this.fetchNamed(digest));
      if (digest && isRead(previous)) this.compare(previous, digest);
    }
  }

  /** Reads a digest and its logs. Undefined when there is nothing to follow it by. */
  private async look(key: string): Promise<Digest | undefined> {
    const { archive, tally } = this.deps;
    tally.digests += 1;
    const object = await archive.read(key);
    const digest = object && (await readDigest(key, object));
    if (digest === undefined) {
      this.found(object ? 'digest-unreadable' : 'digest-missing', key);
      return undefined;
    }
    const { digestS3Bucket, digestS3Object } = digest.content;
    if (digestS3Bucket !== archive.bucket || digestS3Object !== key) this.found('digest-moved', key);
    this.checkSignature(digest);
    await inParallel(digest.content.logFiles, CONCURRENCY, (log) => this.checkLog(log));
    return digest;
  }

  private checkSignature(digest: Digest): void {
    const { publicKeys, tally } = this.deps;
    const key = publicKeys?.get(digest.content.digestPublicKeyFingerprint);
    if (digest.signature === undefined) this.found('signature-missing', digest.key);
    else if (publicKeys === undefined) tally.unsigned += 1;
    else if (key === undefined) this.found('key-unknown', digest.key);
    else if (!isSignedBy(digest, key)) this.found('signature-wrong', digest.key);
  }

  private async checkLog(log: DigestContent['logFiles'][number]): Promise<void> {
    const { archive, tally } = this.deps;
    tally.logs += 1;
    const object = log.s3Bucket === archive.bucket ? await archive.read(log.s3Object) : undefined;
    if (object === undefined) this.found('log-missing', log.s3Object);
    else if ((await hashInflated(object.body)) !== log.hashValue.toLowerCase()) this.found('log-changed', log.s3Object);
  }

  /** `before` is the digest before this one among those looked at; the first looks back beyond them. */
  private async checkLink(digest: Digest, before: Previous | undefined): Promise<void> {
    const named = digest.content.previousDigestS3Object;
    if (named === null) return this.checkStart(digest, before);
    const previous = named === before?.key ? before : await this.fetchNamed(digest);
    if (before && previous && previous !== before) this.found('chain-broken', digest.key);
    if (!isRead(previous)) return;
    this.compare(previous, digest);
    if (Date.parse(digest.content.digestStartTime) > Date.parse(previous.content.digestEndTime))
      this.found('hours-missing', digest.key);
  }

  /** Right for the first digest of all. Later, logging was stopped in between. */
  private async checkStart(digest: Digest, before: Previous | undefined): Promise<void> {
    const { archive, region, trailName } = this.deps;
    const oldest = before?.key ?? (await archive.oldestDigestKey(region));
    const ours = oldest !== undefined && digestKeyOf(oldest, region, trailName) !== undefined;
    if (ours && oldest !== digest.key) this.found('chain-restarted', digest.key);
  }

  /** The predecessor that a digest names, if it is there. Neither its own predecessor nor its logs are looked at. */
  private async fetchNamed({ content }: Digest): Promise<Previous | undefined> {
    const { archive } = this.deps;
    const { previousDigestS3Bucket: bucket, previousDigestS3Object: key } = content;
    if (key === null) return undefined;
    const object = bucket === archive.bucket ? await archive.read(key) : undefined;
    const previous = object && (await readDigest(key, object));
    if (previous) return previous;
    this.found(object ? 'digest-unreadable' : 'digest-missing', key);
    return object && { key };
  }

  private compare(previous: Digest, { content }: Digest): void {
    const sameHash = previous.hash === content.previousDigestHashValue?.toLowerCase();
    const sameSignature = previous.signature?.toLowerCase() === content.previousDigestSignature?.toLowerCase();
    if (!sameHash || !sameSignature) this.found('digest-changed', previous.key);
  }

  private found(kind: ProblemKind, key: string): void {
    this.deps.tally.found(kind, this.deps.region, key);
  }
}

/** A digest, or the name of one that could not be read. */
type Previous = Digest | { readonly key: string };

function isRead(digest: Previous | undefined): digest is Digest {
  return digest !== undefined && 'content' in digest;
}
