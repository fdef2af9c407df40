/** Patterns over the events of a trail, in the language of CloudWatch Logs' metric filters. */

/** Services that are not in a Region: their calls are recorded in us-east-1 or us-west-2 wherever they are made from. */
const GLOBAL_SERVICES = [
  'account',
  'billing',
  'ce',
  'cloudfront',
  'globalaccelerator',
  'health',
  'iam',
  'organizations',
  'route53',
  'signin',
  'sts',
  'support',
  'trustedadvisor',
];

const all = (...parts: string[]) => parts.join(' && ');
const any = (...parts: string[]) => `(${parts.join(' || ')})`;
const from = (service: string) => `$.eventSource = "${service}.amazonaws.com"`;
const called = (...names: string[]) => any(...names.map((name) => `$.eventName = "${name}"`));

function outside(regions: readonly string[]): string {
  return all(
    ...regions.map((region) => `$.awsRegion != "${region}"`),
    ...GLOBAL_SERVICES.map((service) => `$.eventSource != "${service}.amazonaws.com"`),
  );
}

/** A call to another Region that was denied. */
export function deniedOutside(regions: readonly string[]): string {
  const denied = any('$.errorCode = "*AccessDenied*"', '$.errorCode = "*UnauthorizedOperation*"');
  return `{ ${all(denied, outside(regions))} }`;
}

/** A call to another Region that changed something there. */
export function wroteOutside(regions: readonly string[]): string {
  return `{ ${all('$.readOnly IS FALSE', '$.errorCode NOT EXISTS', '$.eventType = "AwsApiCall"', outside(regions))} }`;
}

/** A key made unusable, or usable by others; tried or done. */
export function keyChanged(): string {
  const names = [
    'DisableKey',
    'ScheduleKeyDeletion',
    'PutKeyPolicy',
    'DisableKeyRotation',
    'DeleteImportedKeyMaterial',
  ];
  return `{ ${all(from('kms'), called(...names))} }`;
}

/** Anything that the account's root user does by itself. */
export function rootUsed(): string {
  const itself = ['$.userIdentity.invokedBy NOT EXISTS', '$.eventType != "AwsServiceEvent"'];
  return `{ ${all('$.userIdentity.type = "Root"', ...itself)} }`;
}

/** A trail stopped, removed or told to see less; tried or done. */
export function trailChanged(): string {
  const names = ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors'];
  return `{ ${all(from('cloudtrail'), called(...names))} }`;
}

/** A bucket's policy, lock, lifecycle or any other setting changed; tried or done. */
export function bucketChanged(bucketName: string): string {
  const names = ['PutBucket*', 'DeleteBucket*', 'PutObjectLockConfiguration', 'PutLifecycle*'];
  return `{ ${all(from('s3'), `$.requestParameters.bucketName = "${bucketName}"`, called(...names))} }`;
}
