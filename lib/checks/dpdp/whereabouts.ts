import type { Facts } from './facts';
import { follow, type Origin, OWN_REGION } from './follow';
import type { TemplateResource, Value } from './template';

/** A Region that is not written but is the stack's own. */
export const OWN = OWN_REGION;

/** In the words of a finding. */
export const UNKNOWN_REGION = 'a Region that synth cannot tell';

/** Name of a Region, literally. */
export const REGION_NAME =
  /\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov|eusc-de)-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d\b/;

/** Regions that a property which names one may have; none where it is left out. */
export function regionsNamed(value: Value, from: TemplateResource): readonly string[] {
  return follow(value, from).flatMap((origin) => {
    if (origin.kind === 'nothing') return [];
    if (origin.kind !== 'text') return [UNKNOWN_REGION];
    return [origin.text === OWN || !/[<>{}]/.test(origin.text) ? origin.text : UNKNOWN_REGION];
  });
}

/** Regions of what a reference or an ARN names; none where it is left out. */
export function regionsOf(value: Value, from: TemplateResource): readonly string[] {
  return follow(value, from).flatMap((origin) => (origin.kind === 'nothing' ? [] : [regionOf(origin, from)]));
}

function regionOf(origin: Origin, from: TemplateResource): string {
  if (origin.kind === 'unseen') return origin.region ?? OWN;
  if (origin.kind === 'text') return regionOfArn(origin.text);
  if (origin.kind !== 'resource') return UNKNOWN_REGION;
  const { resource } = origin;
  // A resource of one's own making answers whatever it likes.
  if (resource.type.startsWith('Custom::') || resource.type === 'AWS::CloudFormation::CustomResource')
    return UNKNOWN_REGION;
  return resource.region === from.region ? OWN : (resource.region ?? UNKNOWN_REGION);
}

function regionOfArn(arn: string): string {
  const [prefix, , , region = ''] = arn.split(':');
  // Its pseudo parameter has colons in it.
  if (prefix === 'arn' && /^[^:]*:[^:]*:[^:]*:<AWS::Region>:/.test(arn)) return OWN;
  return prefix === 'arn' && /^[a-z0-9-]+$/.test(region) ? region : UNKNOWN_REGION;
}

/** Those that are not in India; with `absent` where there are none at all but one has to be. */
export function strays(regions: readonly string[], facts: Facts, absent?: string): readonly string[] {
  if (regions.length === 0 && absent !== undefined) return [absent];
  return regions.filter((region) => region !== OWN && !facts.regions.includes(region));
}
