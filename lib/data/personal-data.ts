import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Store } from '../../lambda/shared/inventory';
import type { DataKey } from '../keys/data-key';

/** What every store of personal data must say about itself. */
export interface PersonalDataProps {
  /** Stable id in plans and certificates, e.g. `customer-files`. */
  readonly storeId: string;
  /** On whose word the data is erased. */
  readonly dataRole: Store['dataRole'];
  /** Class of policies/data.yaml; must have the same role there. */
  readonly dataClass: string;
  /** Why the data is kept, in one sentence; stands in the template. */
  readonly purpose: string;
  /** What a person's erasure takes here. @default 'own' - her own keys only */
  readonly subjectErasure?: Store['subjectErasure'];
  /** Key of the data role. */
  readonly key: DataKey;
}

/** Attribute tags, so that cost and access can be told apart by data class. */
export const TAGS = { dataRole: 'digicrm:data-role', dataClass: 'digicrm:data-class' } as const;

/** A store of personal data that the end of a contract hides and a restore reveals. */
export interface RecoverableStore {
  /** Lets the role hide a tenant's data in a way that can be taken back. It can destroy nothing. */
  grantHide(role: Role): void;
  /** Lets the role take back the hiding. */
  grantReveal(role: Role): void;
}

/** A store of personal data that legal holds can be about. */
export interface HoldableStore {
  /** Lets the role see which versions there are and set the S3 legal hold of each, where the store has any. */
  grantLegalHold(role: Role): void;
}

/** A store of personal data as the engine's roles may reach it. */
export interface ErasableStore {
  /** Lets the role see what there is, not what is in it. */
  grantCount(role: Role): void;
  /** Lets the role see what is left and what is locked. */
  grantVerify(role: Role): void;
  /** Lets the role erase. */
  grantErase(role: Role): void;
  /** Lets the role read what it then erases, so that it can be kept where a law wants it. */
  grantReadAndErase(role: Role): void;
}
