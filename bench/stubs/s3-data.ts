import { objectKey } from '../../lambda/shared/layout';
import { lowerBound, Tombstones } from './tombstones';

/** One version or delete marker. */
export interface Version {
  readonly key: string;
  readonly versionId: string;
  readonly deleteMarker: boolean;
  readonly latest: boolean;
  readonly size: number;
}

/** Part of a version listing. */
export interface VersionPage {
  readonly versions: readonly Version[];
  readonly truncated: boolean;
}

/**
 * The versions of one bucket, made from a count: the same count gives the same bucket.
 *
 * Files of a person have one to three versions; every eighth file was deleted by its user, so that
 * its newest "version" is a delete marker. Versions stand in the order in which S3 lists them: by
 * key, newest first.
 */
export class BucketData {
  private readonly keys: string[] = [];
  private readonly markers: boolean[] = [];
  private readonly live: Tombstones;

  constructor(tenantId: string, count: number, shards: number) {
    const files: { key: string; versions: number; deleted: boolean }[] = [];
    for (let made = 0, i = 0; made < count; i++) {
      const deleted = i % 8 === 7;
      const versions = Math.min(deleted ? 2 : 1 + (i % 3), count - made);
      files.push({ key: objectKey(tenantId, subjectId(i), rest(i), shards), versions, deleted });
      made += versions;
    }
    files.sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const file of files)
      for (let v = 0; v < file.versions; v++) {
        this.keys.push(file.key);
        this.markers.push(file.deleted && v === 0);
      }
    this.live = new Tombstones(this.keys.length);
  }

  get remaining(): number {
    return this.live.alive;
  }

  list(prefix: string, keyMarker: string, versionIdMarker: string, maxKeys: number): VersionPage {
    const versions: Version[] = [];
    let index = this.live.from(this.start(prefix, keyMarker, versionIdMarker));
    while (versions.length < maxKeys && this.keys[index]?.startsWith(prefix)) {
      versions.push(this.version(index));
      index = this.live.from(index + 1);
    }
    return { versions, truncated: this.keys[index]?.startsWith(prefix) ?? false };
  }

  /** Deletes one version. What is not there is no error, as in S3. */
  delete(key: string, versionId: string): void {
    const index = indexOf(versionId);
    if (this.keys[index] === key) this.live.kill(index);
  }

  private start(prefix: string, keyMarker: string, versionIdMarker: string): number {
    if (keyMarker < prefix) return lowerBound(this.keys, prefix);
    if (versionIdMarker !== '') return indexOf(versionIdMarker) + 1;
    // Without a version the listing goes on after the last version of the key.
    return lowerBound(this.keys, `${keyMarker}\u0000`);
  }

  private version(index: number): Version {
    const key = this.keys[index] ?? '';
    return {
      key,
      versionId: versionId(index),
      deleteMarker: this.markers[index] ?? false,
      latest: this.keys[index - 1] !== key,
      size: 20_000 + ((index * 7919) % 900_000),
    };
  }
}

const subjectId = (i: number) => `contact-${(Math.floor(i / 4) * 2654435761) % 4294967296}`;
const rest = (i: number) => `documents/2026/${String(1 + (i % 12)).padStart(2, '0')}/tax-invoice-${1_000_000 + i}.pdf`;

/** 32 characters as in S3; the last eight say where the version stands, so that no map is needed. */
function versionId(index: number): string {
  const hex = index.toString(16).padStart(8, '0');
  return `b7QmZ0aTKp4WsX9uLd2Rv8Ey${hex}`;
}

function indexOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16);
}
