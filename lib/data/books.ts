import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Register, StageConfig } from '../../policies/schema';
import { DataKey } from '../keys/data-key';
import { Inventory } from './inventory';
import { ProtectedBucket } from './protected-bucket';

/** Properties of the Books. */
export interface BooksProps {
  /** The parsed register: numbers of the lifecycle. */
  readonly register: Pick<Register, 'retention'>;
  /** Whether anybody may end a lock early. */
  readonly lockMode: StageConfig['booksLock']['mode'];
  /** Bucket that receives the access logs. */
  readonly accessLogs: IBucket;
}

/** Tag of the roles that may use the key of the books. */
export const BOOKS_KEY_USER = 'digicrm:books-key-user';

/**
 * Statutory books: what laws keep of a document whose person was erased. Each object is locked to its own day;
 * there is no default retention, because a lock that is too long keeps personal data without a law.
 */
export class Books extends Construct {
  /** The bucket, as the engine's roles may reach it. */
  readonly bucket: BooksBucket;

  constructor(scope: Construct, id: string, props: BooksProps) {
    super(scope, id);
    const key = new DataKey(this, 'Key', {
      description: 'DigiCRM: statutory books (kept by tax and company law)',
      userTag: BOOKS_KEY_USER,
      services: ['s3'],
    });
    this.bucket = new BooksBucket(this, 'Bucket', key, props);
  }
}

/** The bucket of the books. */
export class BooksBucket extends ProtectedBucket {
  constructor(scope: Construct, id: string, key: DataKey, { register, lockMode, accessLogs }: BooksProps) {
    const { incompleteUploadDays } = register.retention.lifecycle;
    const about = { storeId: 'statutory-books', dataRole: 'books' as const, dataClass: 'statutory-books' };
    super(scope, id, {
      ...about,
      purpose: 'Fields of invoices that tax and company law keep after the person was erased.',
      key,
      accessLogs,
      objectLockEnabled: true,
      // What was marked deleted had reached its day; until then the lock keeps the version whatever this says.
      noncurrentDays: 1,
      incompleteUploadDays: incompleteUploadDays.days,
    });
    this.denyUnlocked(lockMode);
    Inventory.of(this).keep('books', this, {
      id: about.storeId,
      kind: 's3',
      name: this.bucketName,
      region: Stack.of(this).region,
      dataRole: about.dataRole,
      dataClass: about.dataClass,
      objectLock: true,
      subjectErasure: 'own',
      recovery: 'restorable',
      documents: null,
      keyArn: key.key.keyArn,
      lockMode,
    });
  }

  /** Lets the role add locked documents and read them back. It can neither unlock nor delete. */
  grantKeep(role: Role): void {
    this.grantOnObjects(role, ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject', 's3:GetObjectRetention']);
    this.dataKey.grantUse(role, 's3');
  }

  /** A document without a lock, or with one of another mode, would be no statutory book. */
  private denyUnlocked(lockMode: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DenyDocumentsWithoutALock',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects('*')],
        conditions: { StringNotEquals: { 's3:object-lock-mode': lockMode } },
      }),
    );
  }
}
