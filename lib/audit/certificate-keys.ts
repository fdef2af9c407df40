import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allowKeyUse, keyPolicy, useByTaggedRoles } from '../keys/key-policy';

/** Tag of the one role that signs certificates. */
export const SIGNER = 'digicrm:signer';
/** Tag of the one role that hashes subject ids. */
export const SUBJECT_HASHER = 'digicrm:subject-hasher';

const ECDSA = { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } };
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
    this.signing = new Key(this, 'Signing', {
      description: 'DigiCRM: signs erasure certificates',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
      policy: keyPolicy(useByTaggedRoles(SIGNER, ['kms:Sign'], ECDSA), readPublicKey()),
    });
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
    allowKeyUse(role, SIGNER, this.signing.keyArn, ['kms:Sign'], ECDSA);
    role.addToPolicy(new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [this.signing.keyArn] }));
  }

  /** Lets the role hash subject ids. */
  grantHash(role: Role): void {
    allowKeyUse(role, SUBJECT_HASHER, this.subjectHash.keyArn, ['kms:GenerateMac'], HMAC);
  }
}

/** The public key is public: any principal of the account may fetch it to check a certificate. */
function readPublicKey(): PolicyStatement {
  return new PolicyStatement({
    sid: 'AccountReadsThePublicKey',
    principals: [new AccountRootPrincipal()],
    actions: ['kms:GetPublicKey', 'kms:Verify'],
    resources: ['*'],
  });
}
