import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { LogArchive, PublicKeys } from '../../../lambda/audit/ports';
import { validateDigests } from '../../../lambda/audit/validate';

export const BUCKET = 'log-archive';
export const PREFIX = 'cloudtrail/AWSLogs/111122223333/CloudTrail-Digest/';
export const TRAIL = 'digicrm-test';
export const HOME = 'ap-south-1';
/** The clock of validations: half an hour after a digest. */
export const NOW = new Date('2027-03-02T20:30:00Z');

const HOUR_MS = 3_600_000;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const second = (date: Date) => date.toISOString().replace('.000Z', 'Z');
const compact = (date: Date) => second(date).replace(/[-:]/g, '');
const folder = (date: Date) => second(date).slice(0, 10).replaceAll('-', '/');

export interface WrittenObject {
  body: Buffer;
  metadata: Record<string, string>;
}
export interface RsaKey {
  readonly fingerprint: string;
  readonly privateKey: KeyObject;
  readonly der: Buffer;
}
/** A digest document, to be changed by a test. */
export type Content = Record<string, unknown> & {
  logFiles: { s3Bucket: string; s3Object: string; hashValue: string; hashAlgorithm: string }[];
};

let number = 0;
/** A key as CloudTrail has them: RSA, and public in PKCS #1. */
export function rsaKey(): RsaKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  number += 1;
  return { fingerprint: `print-${number}`, privateKey, der: publicKey.export({ format: 'der', type: 'pkcs1' }) };
}

/** Objects of an archive, written the way CloudTrail's documentation says that it writes them. */
export class Archive {
  readonly objects = new Map<string, WrittenObject>();
  /** The archive as validations see it. */
  readonly port: LogArchive;

  constructor(readonly bucket = BUCKET) {
    this.port = {
      bucket,
      regions: async () => [...new Set(this.keys(PREFIX).map((key) => key.slice(PREFIX.length).split('/')[0] ?? ''))],
      digestKeys: (region, day) => Readable.from(this.keys(`${PREFIX}${region}/${folder(day)}/`)),
      oldestDigestKey: async (region) => this.keys(`${PREFIX}${region}/`)[0],
      read: async (key) => {
        const object = this.objects.get(key);
        // In small pieces, as a network would.
        return object && { metadata: object.metadata, body: pieces(object.body) };
      },
    };
  }

  keys(prefix: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

async function* pieces(body: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += 100) yield body.subarray(at, at + 100);
}

/** Writes one trail's logs and digests of one Region, hour after hour. */
export class TrailWriter {
  readonly digests: string[] = [];
  readonly logs: string[] = [];
  private end: Date;
  private previous: { key: string; hash: string; signature: string } | undefined;

  constructor(
    readonly archive: Archive,
    readonly key: RsaKey,
    readonly region = HOME,
    start = new Date('2027-02-28T20:00:00Z'),
  ) {
    this.end = start;
  }

  /** Digests of so many hours, each with two logs. */
  hours(count: number): this {
    for (let i = 0; i < count; i += 1) this.hour();
    return this;
  }

  /** Time without a digest. */
  pause(hours: number): this {
    this.end = new Date(this.end.getTime() + hours * HOUR_MS);
    return this;
  }

  /** Logging is stopped and started again: the next digest has no predecessor. */
  restart(): this {
    this.previous = undefined;
    return this;
  }

  hour(change: (content: Content) => void = () => undefined, suffix = ''): this {
    const start = this.end;
    this.end = new Date(start.getTime() + HOUR_MS);
    const name = `111122223333_CloudTrail-Digest_${this.region}_${TRAIL}_${HOME}_${compact(this.end)}${suffix}.json.gz`;
    const key = `${PREFIX}${this.region}/${folder(this.end)}/${name}`;
    const content: Content = {
      awsAccountId: '111122223333',
      digestStartTime: second(start),
      digestEndTime: second(this.end),
      digestS3Bucket: this.archive.bucket,
      digestS3Object: key,
      digestPublicKeyFingerprint: this.key.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      previousDigestS3Bucket: this.previous ? this.archive.bucket : null,
      previousDigestS3Object: this.previous?.key ?? null,
      previousDigestHashValue: this.previous?.hash ?? null,
      previousDigestHashAlgorithm: this.previous ? 'SHA-256' : null,
      previousDigestSignature: this.previous?.signature ?? null,
      logFiles: [this.log(`${suffix}a`), this.log(`${suffix}b`)],
    };
    change(content);
    this.previous = { key, ...put(this.archive, key, content, this.key) };
    this.digests.push(key);
    return this;
  }

  private log(id: string): Content['logFiles'][number] {
    const key = `cloudtrail/AWSLogs/111122223333/CloudTrail/${this.region}/${folder(this.end)}/log_${compact(this.end)}_${id}.json.gz`;
    const text = Buffer.from(
      JSON.stringify({ Records: Array.from({ length: 50 }, (_, i) => ({ eventID: `${id}-${i}` })) }),
    );
    this.archive.objects.set(key, { body: gzipSync(text), metadata: {} });
    this.logs.push(key);
    return { s3Bucket: this.archive.bucket, s3Object: key, hashValue: sha256(text), hashAlgorithm: 'SHA-256' };
  }
}

/** Puts a digest with a signature that is right for its content. */
export function put(archive: Archive, key: string, content: Content, by: RsaKey): { hash: string; signature: string } {
  const text = Buffer.from(JSON.stringify(content));
  const hash = sha256(text);
  const { digestEndTime, previousDigestSignature } = content;
  const signed = `${digestEndTime}\n${content.digestS3Bucket}/${content.digestS3Object}\n${hash}\n${previousDigestSignature ?? 'null'}`;
  const signature = sign('sha256', Buffer.from(signed), by.privateKey).toString('hex');
  const metadata = { signature, 'signature-algorithm': 'SHA256withRSA' };
  archive.objects.set(key, { body: gzipSync(text), metadata });
  return { hash, signature };
}

/** Changes a digest and leaves its signature. */
export function forge(archive: Archive, key: string, change: (content: Content) => void): void {
  const object = archive.objects.get(key);
  if (!object) throw new Error(`no ${key}`);
  const content = JSON.parse(gunzipSync(object.body).toString()) as Content;
  change(content);
  object.body = gzipSync(JSON.stringify(content));
}

/** Changes one byte of what is compressed in an object. */
export function changeByte(archive: Archive, key: string, at = 10): void {
  const object = archive.objects.get(key);
  if (!object) throw new Error(`no ${key}`);
  const text = gunzipSync(object.body);
  const place = at % text.length;
  text[place] = (text[place] ?? 0) ^ 1;
  object.body = gzipSync(text);
}

/** Validates at `NOW`; the home Region's keys are these, and no other Region's can be had. */
export function validate(archive: Archive, keys: readonly RsaKey[], now = NOW) {
  const known = new Map(keys.map(({ fingerprint, der }) => [fingerprint, new Uint8Array(der)]));
  const publicKeys: PublicKeys = { of: async (region) => (region === HOME ? known : undefined) };
  const clock = { now: () => now };
  return validateDigests({ archive: archive.port, publicKeys, clock, trailName: TRAIL, homeRegion: HOME });
}
