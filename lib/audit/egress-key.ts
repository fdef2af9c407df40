import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allowSigning, signingKey } from '../keys/signing-key';

/** Tag of the one role that signs what goes to processors. */
export const EGRESS_SIGNER = 'digicrm:egress-signer';

/**
 * Signs what goes to processors, so that they can tell it from what anybody else sends them. Another key than that
 * of certificates: whoever speaks to the outside must never be able to certify an erasure.
 */
export class EgressKey extends Construct {
  /** The key; processors are given its public half. */
  readonly key: IKey;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = signingKey(this, 'Signing', 'DigiCRM: signs what goes to processors', EGRESS_SIGNER);
  }

  /** Lets the role sign, and put the public key beside the signature. */
  grantSign(role: Role): void {
    allowSigning(role, this.key, EGRESS_SIGNER);
  }
}
