import { documentOf } from '../../policy-documents';
import { isPublic, notPublic } from '../../public-grants';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

const PRIVATE = ['Private', 'LogDeliveryWrite', 'BucketOwnerRead', 'BucketOwnerFullControl', 'AwsExecRead'];

export const s3PolicyNotPublic: Rule = {
  id: 'S3PolicyNotPublic',
  area: 'exposure',
  severity: 'error',
  title: 'No policy and no ACL opens a bucket to everybody.',
  why: 'What everybody may read is a breach from the first object on.',
  fix: 'Name principals in `PolicyDocument`, or add a condition such as `aws:PrincipalOrgID`; leave `AccessControl` out.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::S3::BucketPolicy', 'AWS::S3::AccessPoint', 'AWS::S3::Bucket'],
  check(resource) {
    const { type, properties } = resource;
    if (type === 'AWS::S3::BucketPolicy') return notPublic(resource);
    if (type === 'AWS::S3::AccessPoint')
      return isPublic(documentOf(properties.Policy), resource) ? 'broken' : 'compliant';
    const acls = reach(properties.AccessControl);
    return acls.every((acl) => isAbsent(acl) || PRIVATE.includes(String(acl))) ? 'compliant' : 'broken';
  },
};
