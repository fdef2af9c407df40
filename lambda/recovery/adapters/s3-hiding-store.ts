import { DeleteObjectCommand, DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { isBusyCode, nameOf, storeCall } from '../../erasure/adapters/aws-errors';
import { fitsXml, shardPrefixOf } from '../../erasure/adapters/s3-store';
import { StoreFaultError } from '../../erasure/errors';
import type { Ref, Refusal } from '../../erasure/ports';
import type { Store } from '../../shared/inventory';
import { tenantPrefix } from '../../shared/layout';
import type { HidingStore, ListPage } from '../ports';
import { readStoreDate } from './store-date';

/** Most keys of one DeleteObjects call, and of one list page. */
const BATCH = 1_000;

/** A versioned bucket whose current objects get delete markers. Nothing in it names a version, so nothing can be lost. */
export class S3HidingStore implements HidingStore {
  readonly batchSize = BATCH;

  constructor(
    readonly store: Store,
    private readonly s3: S3Client,
  ) {}

  async listCurrent(tenantId: string, cursor?: string): Promise<ListPage<Ref>> {
    const command = new ListObjectsV2Command({
      Bucket: this.store.name,
      Prefix: tenantPrefix(tenantId),
      ContinuationToken: cursor,
      // A key may hold characters that XML cannot carry.
      EncodingType: 'url',
      MaxKeys: BATCH,
    });
    const date = readStoreDate(command.middlewareStack, this.store.id);
    const page = await storeCall(this.store.id, () => this.s3.send(command));
    const decode = page.EncodingType === 'url' ? decodeKey : (key: string) => key;
    const things = (page.Contents ?? []).map(({ Key }): Ref => {
      // What is listed without a key could not be hidden.
      if (Key === undefined) throw new StoreFaultError(this.store.id);
      const key = decode(Key);
      return { kind: 'versions', key, part: '', partition: shardPrefixOf(key) };
    });
    if (page.IsTruncated === true && page.NextContinuationToken === undefined) throw new StoreFaultError(this.store.id);
    return { things, next: page.IsTruncated ? page.NextContinuationToken : undefined, at: date() };
  }

  async mark(batch: readonly Ref[]): Promise<Refusal[]> {
    const inXml = batch.filter(({ key }) => fitsXml(key));
    const refusals = await Promise.all([
      ...batch.filter(({ key }) => !fitsXml(key)).map((ref) => this.markAlone(ref)),
      ...(inXml.length > 0 ? [this.markBatch(inXml)] : []),
    ]);
    return refusals.flat();
  }

  private async markBatch(batch: readonly Ref[]): Promise<Refusal[]> {
    const { Errors = [] } = await storeCall(this.store.id, () =>
      this.s3.send(
        new DeleteObjectsCommand({
          Bucket: this.store.name,
          // Quiet: only refusals come back. They are read below; a 200 alone proves nothing.
          Delete: { Quiet: true, Objects: batch.map(({ key }) => ({ Key: key })) },
        }),
      ),
    );
    if (Errors.length === 0) return [];
    const byKey = new Map(batch.map((ref) => [ref.key, ref]));
    return Errors.map(({ Key = '', Code }): Refusal => {
      const ref = byKey.get(Key);
      // An error that names nothing we sent leaves open what was marked.
      if (ref === undefined) throw new StoreFaultError(this.store.id);
      return { ref, cause: Code === 'AccessDenied' ? 'denied' : isBusyCode(Code) ? 'busy' : 'fault' };
    });
  }

  private async markAlone(ref: Ref): Promise<Refusal[]> {
    try {
      const place = { Bucket: this.store.name, Key: ref.key };
      await storeCall(this.store.id, () => this.s3.send(new DeleteObjectCommand(place)));
      return [];
    } catch (error) {
      if (nameOf(error) === 'AccessDenied') return [{ ref, cause: 'denied' }];
      throw error;
    }
  }
}

/** S3 encodes as in a form: a space is a plus sign. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', '%20'));
}
