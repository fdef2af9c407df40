import { ruleTexts } from './rule-texts';

/** Full ids of all rules of the packs that `cdk synth` runs, e.g. `AwsSolutions-S1` and `Dpdp-S3ReplicationInIndia`. */
export function knownRules(): ReadonlySet<string> {
  return new Set(ruleTexts().keys());
}
