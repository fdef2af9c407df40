import { isCustomerKey, ofPersonal } from '../../keys';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isTrue, items } from '../../template';

export const dynamoDbUsesCustomerKey: Rule = {
  id: 'DynamoDbUsesCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Tables of personal data are encrypted under a customer-managed key.',
  why: 'A key of AWS opens to whoever may read the table; what the data role says is about nobody needs none, and what has no role counts as personal.',
  fix: 'Set `SSEEnabled` to true and `KMSMasterKeyId` to a key of yours in `SSESpecification`, of each replica as well.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  check: (resource, facts) =>
    ofPersonal(resource, facts, () => {
      const { SSESpecification, Replicas } = resource.properties;
      const isOn = reach(SSESpecification, 'SSEEnabled').every((one) => !isAbsent(one) && isTrue(one));
      const replicas = items(Replicas);
      const specifications = resource.type === 'AWS::DynamoDB::Table' ? [resource.properties] : replicas;
      return (
        isOn &&
        specifications.length > 0 &&
        specifications.every((one) =>
          reach(one, 'SSESpecification', 'KMSMasterKeyId').every((key) => isCustomerKey(key, resource)),
        )
      );
    }),
};
