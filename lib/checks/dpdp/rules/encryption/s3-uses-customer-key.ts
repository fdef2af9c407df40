import { follow, remembered } from '../../follow';
import { isCustomerKey, ofPersonal } from '../../keys';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { at, items, type Template, type TemplateResource, textOf, type Value } from '../../template';

/** Buckets to which S3 or a load balancer writes access logs, which take S3's own encryption alone. */
const logTargets = new WeakMap<readonly Template[], ReadonlySet<TemplateResource>>();

export const s3UsesCustomerKey: Rule = {
  id: 'S3UsesCustomerKey',
  area: 'encryption',
  severity: 'error',
  title: 'Buckets of personal data are encrypted under a customer-managed key.',
  why: 'A key of AWS opens to whoever may read the bucket, so that one permission too many is enough; what the data role says is about nobody needs none, and what has no role counts as personal.',
  fix: 'Set `SSEAlgorithm` to `aws:kms` and `KMSMasterKeyID` to a key of yours in `BucketEncryption`.',
  serves: [SOURCES.encryption, SOURCES.safeguards],
  types: ['AWS::S3::Bucket'],
  check: (resource, facts) => {
    const takesLogs = remembered(logTargets, resource.app, () => logTargetsOf(resource.app)).has(resource);
    if (takesLogs) return 'not-applicable';
    return ofPersonal(resource, facts, () =>
      reach(resource.properties.BucketEncryption, 'ServerSideEncryptionConfiguration').every((rules) => {
        const defaults = items(rules).flatMap((rule) => reach(rule, 'ServerSideEncryptionByDefault'));
        return defaults.length > 0 && defaults.every((one) => isUnderKey(one, resource));
      }),
    );
  },
};

function isUnderKey(encryption: Value, resource: TemplateResource): boolean {
  const algorithms = reach(encryption, 'SSEAlgorithm');
  return (
    algorithms.every((algorithm) => algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse') &&
    isCustomerKey(at(encryption, 'KMSMasterKeyID'), resource)
  );
}

function logTargetsOf(app: readonly Template[]): ReadonlySet<TemplateResource> {
  const targets = new Set<TemplateResource>();
  const note = (name: Value, from: TemplateResource) => {
    for (const origin of follow(name, from))
      if (origin.kind === 'resource' && origin.resource !== from) targets.add(origin.resource);
  };
  for (const template of app) {
    for (const bucket of template.ofType('AWS::S3::Bucket'))
      for (const name of reach(bucket.properties.LoggingConfiguration, 'DestinationBucketName'))
        if (!isAbsent(name)) note(name, bucket);
    for (const balancer of template.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer'))
      for (const attribute of items(balancer.properties.LoadBalancerAttributes))
        if (/^(access|connection)_logs\.s3\.bucket$/.test(textOf(at(attribute, 'Key')) ?? ''))
          note(at(attribute, 'Value'), balancer);
  }
  return targets;
}
