/** Properties of a resource as its template has them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a resource does that leads out of the Regions, each in words that follow its name; empty when it stays. */
type Rule = (properties: Properties, isAllowed: (region: string) => boolean) => string[];

/** A Region that is not written but is the stack's own. */
const OWN = '<own>';

const RULES: Readonly<Record<string, Rule>> = {
  'AWS::S3::Bucket': ({ ReplicationConfiguration }, isAllowed) =>
    entries(at(ReplicationConfiguration, 'Rules')).flatMap((rule) => {
      const region = regionOfReference(at(rule, 'Destination', 'Bucket'));
      if (region === undefined) return ['replicates to a bucket of which synth cannot tell the Region'];
      return isAllowed(region) ? [] : [`replicates to a bucket in ${region}`];
    }),
  'AWS::S3::MultiRegionAccessPoint': () => ['serves buckets through an access point of many Regions'],
  'AWS::DynamoDB::GlobalTable': ({ Replicas }, isAllowed) =>
    entries(Replicas)
      .map(({ Region }) => textOf(Region))
      .filter((region) => !isAllowed(region))
      .map((region) => `is a global table with a replica in ${region}`),
  'Custom::DynamoDBReplica': ({ Region }, isAllowed) =>
    isAllowed(textOf(Region)) ? [] : [`makes a replica of a table in ${textOf(Region)}`],
  'AWS::KMS::Key': ({ MultiRegion }) => (MultiRegion === true ? ['is a key that works in many Regions'] : []),
  'AWS::KMS::ReplicaKey': () => ['is the replica of a key from another Region'],
  'AWS::SecretsManager::Secret': ({ ReplicaRegions }, isAllowed) =>
    entries(ReplicaRegions)
      .map(({ Region }) => textOf(Region))
      .filter((region) => !isAllowed(region))
      .map((region) => `is copied as a secret to ${region}`),
  'AWS::Backup::BackupPlan': ({ BackupPlan }, isAllowed) =>
    entries(at(BackupPlan, 'BackupPlanRule'))
      .flatMap((rule) => entries(rule.CopyActions))
      .map(({ DestinationBackupVaultArn: vault }) => regionOfReference(vault) ?? regionOfArn(vault))
      .filter((region) => !isAllowed(region))
      .map((region) => `copies backups to ${region}`),
  'AWS::Events::Rule': ({ Targets }, isAllowed) =>
    entries(Targets)
      .map(({ Arn }) => regionOfReference(Arn) ?? regionOfArn(Arn))
      .filter((region) => !isAllowed(region))
      .map((region) => `sends events to ${region}`),
  'AWS::Events::Endpoint': () => ['sends events to whichever of two Regions is well'],
  'AWS::WAFv2::WebACL': onlyRegional,
  'AWS::WAFv2::IPSet': onlyRegional,
  'AWS::WAFv2::RuleGroup': onlyRegional,
  'AWS::WAFv2::RegexPatternSet': onlyRegional,
  'AWS::ApiGateway::RestApi': ({ EndpointConfiguration }) => {
    const types = at(EndpointConfiguration, 'Types');
    const isEdge = !Array.isArray(types) || types.includes('EDGE');
    return isEdge ? ['answers from the edge locations of CloudFront: make its endpoint REGIONAL'] : [];
  },
  'AWS::ApiGateway::DomainName': ({ CertificateArn }) =>
    CertificateArn === undefined ? [] : ['is served from the edge, with a certificate of us-east-1'],
  'AWS::Cognito::UserPoolDomain': ({ CustomDomainConfig }) =>
    CustomDomainConfig === undefined ? [] : ['is served from the edge, with a certificate of us-east-1'],
  'AWS::CloudFormation::CustomResource': ({ Region }, isAllowed) =>
    Region === undefined || isAllowed(textOf(Region)) ? [] : [`works in ${textOf(Region)}`],
};

/** Services that have no Region to choose. */
const EDGE = /^AWS::(CloudFront|GlobalAccelerator|CloudFrontV2)::/;

/** Whether a resource type can lead out of a Region. */
export function isWatched(type: string): boolean {
  return EDGE.test(type) || Object.hasOwn(RULES, type);
}

/**
 * What a resource does that leads out of the Regions, in words that follow its name.
 * @param allowed Regions that are in India
 */
export function breachesOf(type: string, properties: Properties, allowed: readonly string[]): string[] {
  if (EDGE.test(type)) return ['is served from edge locations all over the world'];
  return RULES[type]?.(properties, (region) => region === OWN || allowed.includes(region)) ?? [];
}

function onlyRegional({ Scope }: Properties): string[] {
  return Scope === 'REGIONAL' ? [] : ['belongs to a web ACL of CloudFront, which logs in us-east-1'];
}

/** Region of the resource that a template refers to; undefined where it is no reference. */
function regionOfReference(value: unknown): string | undefined {
  if (at(value, 'Fn::GetAtt') !== undefined || at(value, 'Ref') !== undefined) return OWN;
  const output = at(value, 'Fn::GetStackOutput');
  return output === undefined ? undefined : textOf(at(output, 'Region') ?? OWN);
}

function regionOfArn(arn: unknown): string {
  const region = textOf(arn).split(':')[3];
  return region === undefined || region === '' ? 'a Region that synth cannot tell' : region;
}

/** A value in one line, with a placeholder for what is known only at deployment. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (at(value, 'Ref') === 'AWS::Region') return OWN;
  const join = at(value, 'Fn::Join');
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(textOf).join(String(join[0]));
  return 'a Region that synth cannot tell';
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Properties)[name] : undefined),
    value,
  );
}

function entries(value: unknown): Properties[] {
  return Array.isArray(value) ? (value as Properties[]) : [];
}
