import { Stack, Tags } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import type { DataKey } from '../keys/data-key';
import { Inventory } from './inventory';
import { ProtectedBucket } from './protected-bucket';
import { forbid, otherThan, SEALER, VAULT_ERASER, withoutCase, withoutTags } from './vault-access';

/** Properties of a VaultBucket. */
export interface VaultBucketProps {
  /** The parsed register: numbers of the lifecycle. */
  readonly register: Pick<Register, 'retention'>;
  /** Key of the vault. */
  readonly key: DataKey;
  /** Bucket that receives the access logs. */
  readonly accessLogs: IBucket;
  /** The one role of people who may read. */
  readonly reader: IRole;
}

const ABOUT = { storeId: 'vault-objects', dataRole: 'tenant' as const, dataClass: 'sealed-data' };
const READ = ['s3:GetObject', 's3:GetObjectVersion'];

/** Sealed objects. Who may do what is written on the bucket itself, so that no role's own policy can give it more. */
export class VaultBucket extends ProtectedBucket {
  constructor(scope: Construct, id: string, { register, key, accessLogs, reader }: VaultBucketProps) {
    super(scope, id, {
      ...ABOUT,
      purpose: 'Versions of files whose use has ended and that a law still keeps.',
      key,
      accessLogs,
      // No default retention: each seal ends on a day of its own. A legal hold can be set on an object.
      objectLockEnabled: true,
      // A receipt names one version of a copy. Should another sealer have copied later, the named one is not
      // the current one, and must stay all the same.
      noncurrentDays: null,
      incompleteUploadDays: register.retention.lifecycle.incompleteUploadDays.days,
    });
    const objects = this.arnForObjects('*');
    for (const statement of [
      forbid('DenyReadingByOthers', READ, objects, withoutTags(SEALER), otherThan(reader)),
      forbid('DenyReadingWithoutACase', READ, objects, withoutTags(SEALER), withoutCase()),
      forbid('DenyWritingByOthers', ['s3:PutObject'], objects, withoutTags(SEALER)),
      forbid('DenyErasingByOthers', ['s3:DeleteObject', 's3:DeleteObjectVersion'], objects, withoutTags(VAULT_ERASER)),
    ])
      this.addToResourcePolicy(statement);
    Inventory.of(this).keep('vaultBucket', this, {
      id: ABOUT.storeId,
      kind: 's3',
      name: this.bucketName,
      region: Stack.of(this).region,
      dataRole: ABOUT.dataRole,
      dataClass: ABOUT.dataClass,
      objectLock: true,
      subjectErasure: 'own',
      recovery: 'restorable',
      documents: null,
      keyArn: key.key.keyArn,
    });
  }

  /** Lets the role put copies here and compare them with what they were made of. It cannot delete any. */
  grantSeal(role: Role): void {
    Tags.of(role).add(SEALER, 'true');
    this.grantOnObjects(role, [
      's3:PutObject',
      's3:PutObjectTagging',
      's3:GetObjectVersion',
      's3:AbortMultipartUpload',
    ]);
    // Without it S3 answers 403 and not 404 where a copy is missing.
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucketArn] }));
    this.dataKey.grantUse(role, 's3');
  }

  /** Lets the role erase what a seal's end takes. It cannot read. */
  override grantErase(role: Role): void {
    Tags.of(role).add(VAULT_ERASER, 'true');
    super.grantErase(role);
  }

  /** Lets the role read, if its session names a legal case. */
  grantReadForCase(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:ListBucket', 's3:ListBucketVersions'], resources: [this.bucketArn] }),
    );
    this.grantOnObjects(role, [...READ, 's3:GetObjectVersionTagging']);
  }
}
