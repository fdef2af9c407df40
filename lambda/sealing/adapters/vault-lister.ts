import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { storeCall } from '../../erasure/adapters/aws-errors';
import { nextMarker } from '../../erasure/adapters/residue-reader';
import type { ResidueKind } from '../../erasure/model';
import type { Target } from '../../erasure/ports';
import type { Keepers } from '../../shared/inventory';
import { partitionKey, shardNames, shardPrefix, sortKeyPrefix, tenantPrefix } from '../../shared/layout';
import { DATA_TABLE } from '../../shared/names';
import type { VaultLister, VaultThing } from '../seal-reader';
import { sealedObject, sealedRow } from '../vault-layout';

/**
 * Lists what lies in the vault by keys alone, and looks for a person under every shard. Keys that are not of the
 * sealer's making are left out: nothing but the sealer may write there.
 */
export class AwsVaultLister implements VaultLister {
  constructor(
    private readonly keepers: Pick<Keepers, 'vaultBucket' | 'vaultTable'>,
    private readonly s3: S3Client,
    private readonly db: DynamoDBClient,
  ) {}

  async *objects(target: Target, requestId: string): AsyncGenerator<VaultThing[]> {
    for (const prefix of this.prefixes(target, requestId)) {
      yield* this.uploads(prefix, requestId);
      yield* this.versions(prefix, requestId);
    }
  }

  async *rows(target: Target, requestId: string): AsyncGenerator<VaultThing[]> {
    const { vaultTable } = this.keepers;
    const own = target.scope === 'subject' ? `${sortKeyPrefix(subjectOf(target))}${requestId}#` : undefined;
    for (const shard of shardNames(vaultTable.shards)) {
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await storeCall(vaultTable.id, () =>
          this.db.send(
            new QueryCommand({
              TableName: vaultTable.name,
              KeyConditionExpression: own === undefined ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :sk)',
              ProjectionExpression: '#pk, #sk',
              ExpressionAttributeNames: { '#pk': DATA_TABLE.partitionKey, '#sk': DATA_TABLE.sortKey },
              ExpressionAttributeValues: {
                ':pk': { S: partitionKey(target.tenantId, shard) },
                ...(own !== undefined && { ':sk': { S: own } }),
              },
              ConsistentRead: true,
              ExclusiveStartKey,
            }),
          ),
        );
        const keys = (page.Items ?? []).map((item) => item[DATA_TABLE.sortKey]?.S ?? '');
        yield ofRequest(requestId, 'items', keys.map(sealedRow));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    }
  }

  private prefixes(target: Target, requestId: string): string[] {
    if (target.scope === 'tenant') return [tenantPrefix(target.tenantId)];
    const subject = subjectOf(target);
    return shardNames(this.keepers.vaultBucket.shards).map(
      (shard) => `${shardPrefix(target.tenantId, shard)}${subject}/${requestId}/`,
    );
  }

  private async *versions(Prefix: string, requestId: string): AsyncGenerator<VaultThing[]> {
    const { vaultBucket } = this.keepers;
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await storeCall(vaultBucket.id, () =>
        this.s3.send(new ListObjectVersionsCommand({ Bucket: vaultBucket.name, Prefix, KeyMarker, VersionIdMarker })),
      );
      yield ofRequest(requestId, 'versions', names(page.Versions));
      yield ofRequest(requestId, 'deleteMarkers', names(page.DeleteMarkers));
      KeyMarker = nextMarker(vaultBucket, page);
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
  }

  private async *uploads(Prefix: string, requestId: string): AsyncGenerator<VaultThing[]> {
    const { vaultBucket } = this.keepers;
    let KeyMarker: string | undefined;
    let UploadIdMarker: string | undefined;
    do {
      const page = await storeCall(vaultBucket.id, () =>
        this.s3.send(new ListMultipartUploadsCommand({ Bucket: vaultBucket.name, Prefix, KeyMarker, UploadIdMarker })),
      );
      yield ofRequest(requestId, 'uploads', names(page.Uploads));
      KeyMarker = nextMarker(vaultBucket, page);
      UploadIdMarker = page.NextUploadIdMarker;
    } while (KeyMarker !== undefined);
  }
}

function names(entries: readonly { Key?: string }[] = []) {
  return entries.map(({ Key = '' }) => sealedObject(Key));
}

function ofRequest(requestId: string, as: ResidueKind, found: readonly ReturnType<typeof sealedRow>[]): VaultThing[] {
  return found.flatMap((name) => (name?.requestId === requestId ? [{ ...name, as }] : []));
}

function subjectOf(target: Target): string {
  if (target.subjectId === undefined) throw new Error('a subject erasure needs a subject id');
  return target.subjectId;
}
