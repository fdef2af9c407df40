import type { Rule } from '../../rule';
import { at, isTrue, possible } from '../../template';
import { CONTINUITY, LOSS } from './sources';
import { isOfClass, mayBePersonal } from './stores';

/** Nothing else brings back an object that was overwritten. */
export const s3VersionedWherePersonal: Rule = {
  id: 'S3VersionedWherePersonal',
  area: 'recovery',
  severity: 'error',
  title: 'Buckets of personal data keep versions.',
  why: 'Without versions one wrong write or deletion is a loss of personal data that nothing undoes, and a termination cannot be taken back.',
  fix: 'Set `VersioningConfiguration.Status` to Enabled.',
  serves: [CONTINUITY, LOSS],
  types: ['AWS::S3::Bucket'],
  check: (bucket, facts) => {
    if (!mayBePersonal(bucket, facts)) return 'not-applicable';
    // Copies that go within days can be made again.
    if (isOfClass(bucket, facts.expiringClasses, facts)) return 'not-applicable';
    const { VersioningConfiguration, ObjectLockEnabled } = bucket.properties;
    const isVersioned = possible(VersioningConfiguration).every((one) =>
      possible(at(one, 'Status')).every((status) => status === 'Enabled'),
    );
    // S3 switches versions on where Object Lock is on.
    return isVersioned || (VersioningConfiguration === undefined && isTrue(ObjectLockEnabled)) ? 'compliant' : 'broken';
  },
};
