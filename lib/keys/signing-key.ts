import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { allowKeyUse, keyPolicy, useByTaggedRoles } from './key-policy';

const ECDSA = { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } };

/**
 * A key that signs: ECDSA on P-256, which openssl and every browser can verify. It outlives its stack, because what
 * it signed does.
 *
 * @param tag roles that carry it may sign
 */
export function signingKey(scope: Construct, id: string, description: string, tag: string): IKey {
  return new Key(scope, id, {
    description,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN,
    policy: keyPolicy(useByTaggedRoles(tag, ['kms:Sign'], ECDSA), readPublicKey()),
  });
}

/** Lets the role sign with the key, and put the public key beside the signature. */
export function allowSigning(role: Role, key: IKey, tag: string): void {
  allowKeyUse(role, tag, key.keyArn, ['kms:Sign'], ECDSA);
  role.addToPolicy(new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [key.keyArn] }));
}

/** The public key is public: any principal of the account may fetch it to check a signature. */
function readPublicKey(): PolicyStatement {
  return new PolicyStatement({
    sid: 'AccountReadsThePublicKey',
    principals: [new AccountRootPrincipal()],
    actions: ['kms:GetPublicKey', 'kms:Verify'],
    resources: ['*'],
  });
}
