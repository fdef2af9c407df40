import { isBucketWithObjects, isRefusedWithoutTls } from '../../resource-policies';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const s3OnlyOverTls: Rule = {
  id: 'S3OnlyOverTls',
  area: 'encryption',
  severity: 'error',
  title: 'Buckets refuse whatever comes without TLS.',
  why: 'S3 answers plain HTTP too, and then the object passes the network as it is.',
  fix: 'Deny `s3:*` on the bucket and its objects to everybody where `aws:SecureTransport` is false, on no other condition.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::S3::Bucket'],
  check: (resource) => (isRefusedWithoutTls(resource, ['s3:*', '*'], isBucketWithObjects) ? 'compliant' : 'broken'),
};
