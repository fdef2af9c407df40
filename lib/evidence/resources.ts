import type { Resource, Source, StoreEvidence } from './model';
import type { SourcePlaces } from './source-places';
import type { AppRecord, Outcomes, SynthesisedStack } from './synth-output';

/** Where each construct was created, by its path. */
export type PlaceOf = (at: string) => Source;

/** @returns the place of a construct, or of the resource that it is made of */
export function placesOf(stacks: readonly SynthesisedStack[], places: SourcePlaces): PlaceOf {
  const frames = new Map(stacks.flatMap(({ constructs }) => [...constructs].map(([at, one]) => [at, one.frames])));
  return (at) => {
    for (const path of [at, `${at}/Resource`, `${at}/Default`]) {
      const place = places.of(frames.get(path) ?? []);
      if (place !== null) return place;
    }
    return null;
  };
}

/** Every resource of the templates, with the rules that looked at it. */
export function resourcesOf(stacks: readonly SynthesisedStack[], outcomes: Outcomes, placeOf: PlaceOf): Resource[] {
  const rulesAt = new Map<string, string[]>();
  for (const { rule, compliant, broken } of outcomes.flatMap((pack) => pack.outcomes))
    for (const at of new Set([...compliant, ...broken])) rulesAt.set(at, [...(rulesAt.get(at) ?? []), rule]);
  return stacks
    .flatMap(({ name, template, constructs }) => {
      const pathOf = new Map([...constructs].map(([at, { logicalId }]) => [logicalId, at]));
      return Object.entries(template.Resources).map(([logicalId, { Type: type }]) => {
        const at = pathOf.get(logicalId) ?? `${name}/${logicalId}`;
        return { at, type, stack: name, source: placeOf(at), rules: (rulesAt.get(at) ?? []).sort() };
      });
    })
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

export function storesOf({ stores }: AppRecord, placeOf: PlaceOf): StoreEvidence[] {
  return stores.map((store) => ({ ...store, source: placeOf(store.at) }));
}
