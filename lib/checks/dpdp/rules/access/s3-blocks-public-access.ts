import { reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

export const s3BlocksPublicAccess: Rule = {
  id: 'S3BlocksPublicAccess',
  area: 'exposure',
  severity: 'error',
  title: 'Buckets block public access in each of the four ways.',
  why: 'Otherwise one wrong policy or ACL shows personal data to everybody.',
  fix: 'Set all four properties of `PublicAccessBlockConfiguration` to true.',
  serves: [SOURCES.access, SOURCES.safeguards],
  types: ['AWS::S3::Bucket'],
  check: ({ properties }) =>
    BLOCKS.filter(
      (name) =>
        !reach(properties, 'PublicAccessBlockConfiguration', name).every((block) => block === true || block === 'true'),
    ),
};
