import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

interface Version {
  readonly key: string;
  readonly versionId: string;
  readonly bytes: Uint8Array;
}

/** A versioned bucket in memory, as far as the ledger uses one: conditional writes, versions, every request counted. */
export class MemoryBucket {
  readonly versions: Version[] = [];
  requests = 0;
  /** Called before each request; what it throws, the request fails with. */
  before: () => void | Promise<void> = () => undefined;

  get s3(): S3Client {
    return { send: (command: object) => this.send(command) } as unknown as S3Client;
  }

  current(key: string): Version | undefined {
    return this.versions.findLast((version) => version.key === key);
  }

  /** As somebody with the bucket in hand would. */
  plant(key: string, bytes: Uint8Array): void {
    this.versions.push({ key, versionId: `v${this.versions.length}`, bytes });
  }

  private async send(command: object): Promise<unknown> {
    this.requests += 1;
    await this.before();
    if (command instanceof PutObjectCommand) {
      const { Key = '', Body, IfNoneMatch, IfMatch } = command.input;
      const standing = this.current(Key);
      if (IfNoneMatch === '*' && standing !== undefined) throw failure(412);
      if (IfMatch !== undefined && (standing === undefined || etag(standing) !== IfMatch)) throw failure(412);
      this.plant(Key, Buffer.from(Body as Uint8Array));
      return {};
    }
    if (command instanceof GetObjectCommand) {
      const { Key = '', VersionId } = command.input;
      const found =
        VersionId === undefined ? this.current(Key) : this.versions.find((each) => each.versionId === VersionId);
      if (found === undefined) throw failure(404);
      const text = async () => Buffer.from(found.bytes).toString();
      return { ETag: etag(found), Body: { transformToByteArray: async () => found.bytes, transformToString: text } };
    }
    if (command instanceof ListObjectVersionsCommand) {
      const { Prefix = '', KeyMarker = '' } = command.input;
      const Versions = this.versions
        .filter(({ key }) => key.startsWith(Prefix) && key > KeyMarker)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
      return { Versions };
    }
    throw new Error(`not known here: ${command.constructor.name}`);
  }
}

function etag({ bytes }: Version): string {
  return createHash('md5').update(bytes).digest('hex');
}

function failure(httpStatusCode: number): S3ServiceException {
  return new S3ServiceException({
    name: String(httpStatusCode),
    $fault: 'client',
    $metadata: { httpStatusCode },
    message: '',
  });
}
