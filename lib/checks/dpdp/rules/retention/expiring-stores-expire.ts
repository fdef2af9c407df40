import type { Rule } from '../../rule';
import { at, isTrue, type TemplateResource } from '../../template';
import { everCovered } from './lifecycle';
import { ERASURE } from './sources';
import { mayBeOfClass } from './stores';
import { isWithin } from './values';

/** The other side of the exception that their class has from S3NoExpiryByCreationDate. */
export const expiringStoresExpire: Rule = {
  id: 'ExpiringStoresExpire',
  area: 'retention',
  severity: 'error',
  title: 'Data that is made for a few days goes by itself.',
  why: 'An export or a payload has served its purpose when it was fetched, and nobody comes back to delete it.',
  fix: 'Set `ExpirationInDays` in a lifecycle rule of the whole bucket, or `TimeToLiveSpecification` with `Enabled` true on the table.',
  serves: [ERASURE],
  types: ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  check: (store, facts) => {
    if (!mayBeOfClass(store, facts.expiringClasses, facts)) return 'not-applicable';
    return expires(store, facts.recoveryWindowDays) ? 'compliant' : 'broken';
  },
};

function expires(store: TemplateResource, most: number): boolean {
  if (store.type === 'AWS::S3::Bucket')
    return everCovered(store, (rule) => isWithin(at(rule, 'ExpirationInDays'), 1, most));
  const timeToLive = store.properties.TimeToLiveSpecification;
  return at(timeToLive, 'AttributeName') !== undefined && isTrue(at(timeToLive, 'Enabled'));
}
