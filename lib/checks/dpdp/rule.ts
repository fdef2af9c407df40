import type { Facts } from './facts';
import type { TemplateResource } from './template';

/** Part of the law that a rule serves. */
export interface Source {
  /** E.g. `DPDP Rules 2025`. */
  readonly law: string;
  /** E.g. `rule 6(1)(a)`. */
  readonly provision: string;
}

/**
 * What a rule says of a resource: it holds; it is not of the rule's business; it is broken; or it is broken in ways
 * that have names, each of which is acknowledged by itself. No names mean that it holds.
 */
export type Verdict = 'compliant' | 'not-applicable' | 'broken' | readonly string[];

/** Subject that a rule is about; its folder below `rules` has the same name as the family that it is in. */
export type Area =
  | 'residency'
  | 'encryption'
  | 'keys'
  | 'inventory'
  | 'retention'
  | 'recovery'
  | 'minimisation'
  | 'access'
  | 'exposure'
  | 'logging'
  | 'monitoring';

/** A rule of the pack: one file each. */
export interface Rule {
  /** Unique and stable, e.g. `S3ReplicationInIndia`. The report calls it `Dpdp-S3ReplicationInIndia`. */
  readonly id: string;
  readonly area: Area;
  /** Both fail synth; a warning says that something may be well, which the rule cannot see. */
  readonly severity: 'error' | 'warning';
  /** What has to be, in one sentence: "Buckets replicate to Regions in India alone." */
  readonly title: string;
  /** What goes wrong otherwise, in one sentence. */
  readonly why: string;
  /** What to change, in one sentence, with the property's name. */
  readonly fix: string;
  readonly serves: readonly [Source, ...Source[]];
  /** CloudFormation types that it looks at; nothing else is given to `check`. `*` = every type. */
  readonly types: readonly [string, ...string[]];
  /** Judges one resource. Whatever it cannot tell is broken, not compliant. It may throw: that is a finding too. */
  check(resource: TemplateResource, facts: Facts): Verdict;
}
