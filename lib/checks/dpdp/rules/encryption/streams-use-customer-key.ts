import { isCustomerKey, ofPersonal } from '../../keys';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const streamsUseCustomerKey: Rule = {
  id: 'StreamsUseCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Streams and delivery streams are encrypted under a customer-managed key.',
  why: 'A stream keeps records for a day up to a year, and a key of AWS opens to whoever may read it; a stream whose data role is about nobody needs none.',
  fix: 'Set `StreamEncryption` to `KMS` with a `KeyId` of yours, or `DeliveryStreamEncryptionConfigurationInput` to `CUSTOMER_MANAGED_CMK` with its `KeyARN`.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::Kinesis::Stream', 'AWS::KinesisFirehose::DeliveryStream'],
  check: (resource, facts) => {
    const { type, properties } = resource;
    const is = (name: string, path: string, wanted: string) =>
      reach(properties[name], path).every((one) => one === wanted);
    const hasKey = (name: string, path: string) =>
      reach(properties[name], path).every((key) => isCustomerKey(key, resource));
    if (type === 'AWS::Kinesis::Stream')
      return ofPersonal(
        resource,
        facts,
        () => is('StreamEncryption', 'EncryptionType', 'KMS') && hasKey('StreamEncryption', 'KeyId'),
      );
    // What comes from a stream of Kinesis is kept there, and the delivery stream keeps nothing.
    if (!isAbsent(properties.KinesisStreamSourceConfiguration)) return 'not-applicable';
    const input = 'DeliveryStreamEncryptionConfigurationInput';
    return ofPersonal(resource, facts, () => is(input, 'KeyType', 'CUSTOMER_MANAGED_CMK') && hasKey(input, 'KeyARN'));
  },
};
