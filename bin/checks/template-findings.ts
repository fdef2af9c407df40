import * as z from 'zod';

/** One finding of cfn-lint. */
export interface LintFinding {
  /** Template, from the project's root. */
  readonly file: string;
  readonly line: number;
  readonly level: string;
  /** E.g. `E3006`. */
  readonly rule: string;
  readonly message: string;
  /** CloudFormation type of the resource that it is about. @default - it is about something else */
  readonly resourceType?: string;
}

const ignore = z.strictObject({
  rule: z.string().regex(/^[EWI]\d{4}$/),
  resourceType: z.string().optional(),
  reason: z.string().min(20),
});
export type Ignore = z.infer<typeof ignore>;

/** bin/checks/template-ignores.yaml */
export const ignoresSchema = z.array(ignore);

/** Findings that are open and ignored, and ignores that nothing needs. */
export interface Sifted {
  readonly open: readonly LintFinding[];
  readonly ignored: readonly LintFinding[];
  readonly unused: readonly Ignore[];
}

/** Tells what has to be mended from what may stay. */
export function sift(findings: readonly LintFinding[], ignores: readonly Ignore[]): Sifted {
  const covers = (entry: Ignore, finding: LintFinding) =>
    entry.rule === finding.rule && (entry.resourceType === undefined || entry.resourceType === finding.resourceType);
  const isIgnored = (finding: LintFinding) => ignores.some((entry) => covers(entry, finding));
  return {
    open: findings.filter((finding) => !isIgnored(finding)),
    ignored: findings.filter(isIgnored),
    unused: ignores.filter((entry) => !findings.some((finding) => covers(entry, finding))),
  };
}
