import { Match } from 'aws-cdk-lib/assertions';
import { templatesOf } from '../support/stages';

const { audit } = templatesOf('prod');

describe('AuditStack', () => {
  it('signs with ECDSA on P-256 and hashes with HMAC-SHA-256', () => {
    audit.hasResourceProperties('AWS::KMS::Key', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    audit.hasResourceProperties('AWS::KMS::Key', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  });

  it('keeps access logs for 400 days, encrypted by S3, and lets S3 alone deliver them for this account', () => {
    audit.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 400 })] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    audit.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 's3:PutObject',
            Principal: { Service: 'logging.s3.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it('says why the access logs are free of personal data', () => {
    audit.hasResource('AWS::S3::Bucket', {
      Metadata: { 'digicrm:free-of-personal-data': Match.stringLikeRegexp('opaque') },
    });
  });
});
