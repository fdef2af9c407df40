import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allowKeyUse, keyPolicy, useByTaggedRoles } from '../keys/key-policy';
import { allowSigning, signingKey } from '../keys/signing-key';

/** Tag of the one role that signs certificates. */
export const SIGNER = 'digicrm:signer';
/** Tag of the roles that hash subject ids. */
export const SUBJECT_HASHER = 'digicrm:subject-hasher';

const HMAC = { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } };

/**
 * The two keys that make a certificate worth something. They outlive their stack: without the first no
 * certificate could be checked against AWS, without the second no hash could be matched to a person.
 */
export class CertificateKeys extends Construct {
  /** Signs certificates: ECDSA on P-256, which openssl and every browser can verify. */
  readonly signing: IKey;
  /** Turns subject ids into keyed hashes. Deleting it makes all of them anonymous. */
  readonly subjectHash: IKey;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.signing = signingKey(this, 'Signing', 'DigiCRM: signs erasure certificates', SIGNER);
    this.subjectHash = new Key(this, 'SubjectHash', {
      description: 'DigiCRM: keyed hashes of subject ids',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
      policy: keyPolicy(useByTaggedRoles(SUBJECT_HASHER, ['kms:GenerateMac'], HMAC)),
    });
  }

  /** Lets the role sign certificates and put the public key beside the signature. */
  grantSign(role: Role): void {
    allowSigning(role, this.signing, SIGNER);
  }

  /** Lets the role hash subject ids. */
  grantHash(role: Role): void {
    allowKeyUse(role, SUBJECT_HASHER, this.subjectHash.keyArn, ['kms:GenerateMac'], HMAC);
  }
}
