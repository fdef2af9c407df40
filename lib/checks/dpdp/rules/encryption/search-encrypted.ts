import { isCustomerKey, isPersonal } from '../../keys';
import { reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { isTrue, textOf, textWithin } from '../../template';

export const searchEncrypted: Rule = {
  id: 'SearchEncrypted',
  area: 'encryption',
  severity: 'error',
  title: 'Search domains are encrypted at rest, between their nodes, and towards whoever asks.',
  why: 'An index is a second copy of everything that can be searched; that it has a key of yours matters where its data role is about people or unknown.',
  fix: 'Turn on `EncryptionAtRestOptions` with a `KmsKeyId`, `NodeToNodeEncryptionOptions` and `EnforceHTTPS`, with a `TLSSecurityPolicy` of TLS 1.2.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: [
    ...(['AWS::OpenSearchService::Domain', 'AWS::Elasticsearch::Domain'] as const),
    'AWS::OpenSearchServerless::SecurityPolicy',
  ],
  check: (resource, facts) => {
    const { type, properties } = resource;
    if (type === 'AWS::OpenSearchServerless::SecurityPolicy') {
      if (properties.Type !== 'encryption') return 'not-applicable';
      return /"KmsARN"\s*:/i.test(textWithin(properties.Policy)) ? [] : ['is not encrypted under a customer key'];
    }
    const isOn = (name: string, path: string) => reach(properties[name], path).every(isTrue);
    const findings: [boolean, string][] = [
      [isOn('EncryptionAtRestOptions', 'Enabled'), 'is not encrypted at rest'],
      [
        !isPersonal(resource, facts) ||
          reach(properties.EncryptionAtRestOptions, 'KmsKeyId').every((key) => isCustomerKey(key, resource)),
        'is not encrypted under a customer key',
      ],
      [isOn('NodeToNodeEncryptionOptions', 'Enabled'), 'is not encrypted between nodes'],
      [isOn('DomainEndpointOptions', 'EnforceHTTPS'), 'answers without HTTPS'],
      [
        reach(properties.DomainEndpointOptions, 'TLSSecurityPolicy').every((policy) =>
          /^Policy-Min-TLS-1-[23]/.test(textOf(policy) ?? ''),
        ),
        'answers with TLS older than 1.2',
      ],
    ];
    return findings.filter(([holds]) => !holds).map(([, words]) => words);
  },
};
