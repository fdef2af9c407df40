import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Clock } from '../../shared/clock';
import type { Store } from '../../shared/inventory';
import { StoreFaultError } from '../errors';
import type { ErasableStore, Lane, Ref, Refusal } from '../ports';
import { isBusyCode, nameOf, storeCall } from './aws-errors';
import { isVersionLocked } from './s3-lock';
import { listVersionPage } from './version-page';

/** Most keys of one DeleteObjects call, and of one list page. */
const BATCH = 1_000;

type Page = { refs: Ref[]; next?: string };

/** A versioned bucket: all versions, delete markers and unfinished multipart uploads. */
export class S3Store implements ErasableStore {
  readonly batchSize = BATCH;

  constructor(
    readonly store: Store,
    private readonly s3: S3Client,
    private readonly clock: Clock,
  ) {}

  list(lane: Lane, cursor?: string): Promise<Page> {
    return lane.kind === 'uploads' ? this.listUploads(lane, cursor) : this.listVersions(lane, cursor);
  }

  async erase(batch: readonly Ref[]): Promise<Refusal[]> {
    const uploads = batch.filter((ref) => ref.kind === 'uploads');
    const versions = batch.filter((ref) => ref.kind !== 'uploads');
    const inXml = versions.filter((ref) => fitsXml(ref.key));
    const refusals = await Promise.all([
      ...uploads.map((ref) => this.abort(ref)),
      ...versions.filter((ref) => !fitsXml(ref.key)).map((ref) => this.deleteAlone(ref)),
      ...(inXml.length > 0 ? [this.deleteVersions(inXml)] : []),
    ]);
    return refusals.flat();
  }

  async isLocked(ref: Ref): Promise<boolean> {
    // Only versions can be locked, and only where the bucket has Object Lock.
    if (!this.store.objectLock || ref.kind !== 'versions') return false;
    return storeCall(this.store.id, () =>
      isVersionLocked(this.s3, this.store.name, ref.key, ref.part, this.clock.now()),
    );
  }

  private async listVersions(lane: Lane, cursor?: string): Promise<Page> {
    const [keyMarker, versionIdMarker] = cursor === undefined ? [lane.from] : parseCursor(cursor);
    const command = new ListObjectVersionsCommand({
      Bucket: this.store.name,
      Prefix: lane.prefix,
      KeyMarker: keyMarker,
      VersionIdMarker: versionIdMarker,
      MaxKeys: BATCH,
    });
    const { entries, next } = await storeCall(this.store.id, () => listVersionPage(this.s3, command));
    const { until } = lane;
    const within = (key: string) => until === undefined || key <= until;
    const refs = entries
      .filter(({ key }) => within(key))
      .map(({ kind, key, versionId }): Ref => ({ kind, key, part: versionId, partition: shardPrefixOf(key) }));
    const more = next !== undefined && within(next.keyMarker);
    return more ? { refs, next: toCursor(next.keyMarker, next.versionIdMarker) } : { refs };
  }

  private async listUploads(lane: Lane, cursor?: string): Promise<Page> {
    const [keyMarker, uploadIdMarker] = cursor === undefined ? [] : parseCursor(cursor);
    const page = await storeCall(this.store.id, () =>
      this.s3.send(
        new ListMultipartUploadsCommand({
          Bucket: this.store.name,
          Prefix: lane.prefix,
          KeyMarker: keyMarker,
          UploadIdMarker: uploadIdMarker,
          MaxUploads: BATCH,
        }),
      ),
    );
    const refs = (page.Uploads ?? []).map(({ Key, UploadId }): Ref => {
      // What is listed without key or id could neither be erased nor counted.
      if (Key === undefined || UploadId === undefined) throw new StoreFaultError(this.store.id);
      return { kind: 'uploads', key: Key, part: UploadId, partition: shardPrefixOf(Key) };
    });
    const more = page.IsTruncated === true && page.NextKeyMarker !== undefined;
    return more ? { refs, next: toCursor(page.NextKeyMarker, page.NextUploadIdMarker) } : { refs };
  }

  private async deleteVersions(batch: readonly Ref[]): Promise<Refusal[]> {
    const answer = await storeCall(this.store.id, () =>
      this.s3.send(
        new DeleteObjectsCommand({
          Bucket: this.store.name,
          // Quiet: only refusals come back. They are read below; a 200 alone proves nothing.
          Delete: { Quiet: true, Objects: batch.map(({ key, part }) => ({ Key: key, VersionId: part })) },
        }),
      ),
    );
    const errors = answer.Errors ?? [];
    if (errors.length === 0) return [];
    const byId = new Map(batch.map((ref) => [`${ref.part}\0${ref.key}`, ref]));
    return errors.flatMap(({ Key, VersionId, Code }): Refusal[] => {
      const ref = byId.get(`${VersionId ?? ''}\0${Key ?? ''}`);
      // An error that names nothing we sent leaves open what was deleted.
      if (ref === undefined) throw new StoreFaultError(this.store.id);
      if (Code === 'NoSuchKey' || Code === 'NoSuchVersion') return [];
      return [{ ref, cause: Code === 'AccessDenied' ? 'denied' : isBusyCode(Code) ? 'busy' : 'fault' }];
    });
  }

  private abort(ref: Ref): Promise<Refusal[]> {
    const upload = { Bucket: this.store.name, Key: ref.key, UploadId: ref.part };
    return this.alone(ref, () => this.s3.send(new AbortMultipartUploadCommand(upload)));
  }

  private deleteAlone(ref: Ref): Promise<Refusal[]> {
    const version = { Bucket: this.store.name, Key: ref.key, VersionId: ref.part };
    return this.alone(ref, () => this.s3.send(new DeleteObjectCommand(version)));
  }

  private async alone(ref: Ref, call: () => Promise<unknown>): Promise<Refusal[]> {
    try {
      await storeCall(this.store.id, call);
      return [];
    } catch (error) {
      if (nameOf(error) === 'NoSuchUpload') return [];
      if (nameOf(error) === 'AccessDenied') return [{ ref, cause: 'denied' }];
      throw error;
    }
  }
}

/** `<tenantId>/<shard>/`: what shares one of S3's rate budgets. Never a whole key, which would be remembered. */
export function shardPrefixOf(key: string): string {
  const first = key.indexOf('/');
  const second = key.indexOf('/', first + 1);
  return key.slice(0, (second < 0 ? first : second) + 1);
}

/** Characters that XML 1.0 cannot carry, not even escaped: one such key would spoil a whole batch. */
export function fitsXml(key: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(key);
}

function toCursor(keyMarker: string | undefined, idMarker: string | undefined): string {
  return JSON.stringify([keyMarker, idMarker]);
}

function parseCursor(cursor: string): [string | undefined, string | undefined] {
  const [keyMarker, idMarker] = JSON.parse(cursor) as [string | null, string | null];
  return [keyMarker ?? undefined, idMarker ?? undefined];
}
