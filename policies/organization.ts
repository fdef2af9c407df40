import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

/**
 * Policies for an AWS Organization, as documents that AWS takes: policies/organization/*.json. They bind the
 * accounts of an Organization from outside, where no administrator of an account can reach them.
 */

const texts = z.union([z.string(), z.array(z.string()).min(1)]);

const statementSchema = z.strictObject({
  /** Names the statement in tests, documentation and denials. */
  Sid: z.string().regex(/^Deny[A-Za-z]+$/, 'a name such as DenyLeaving'),
  /** What is allowed is said by the policies of accounts; these only take away. */
  Effect: z.literal('Deny'),
  Principal: z.literal('*').optional(),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts,
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});

const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(statementSchema).min(1),
});

const exemptionsSchema = z.strictObject({
  exemptions: z.array(
    z.strictObject({
      /** As it stands in the Region policy's NotAction. */
      action: z.string().regex(/^[a-z0-9-]+:(\*|[A-Za-z]+\*?)$/, 'an action such as iam:* or ec2:DescribeRegions'),
      why: z.string().min(10),
      /** What could leave India that way. */
      risk: z.string().min(5),
      /** What else stops it. */
      control: z.string().min(10),
    }),
  ),
});

/** Policy of an Organization. */
export interface OrganizationPolicy {
  /** Name of its file, without the ending. */
  readonly name: string;
  /** `scp` binds the principals of accounts, `rcp` their resources. */
  readonly kind: 'scp' | 'rcp';
  readonly document: z.infer<typeof documentSchema>;
}
/** Global action that may be called outside India. */
export type Exemption = z.infer<typeof exemptionsSchema>['exemptions'][number];

/** Most characters of a policy, without white space. AWS Organizations, "Quotas", as of May 2026. */
export const MOST_CHARACTERS = { scp: 10_240, rcp: 5_120 } as const;

const FOLDER = join(__dirname, 'organization');

/**
 * The policies, for one Organization.
 *
 * @param organizationId e.g. `o-a1b2c3d4e5`; stands for `ORG_ID` in the files
 */
export function loadOrganizationPolicies(organizationId: string): OrganizationPolicy[] {
  if (!/^o-[a-z0-9]{10,32}$/.test(organizationId))
    throw new Error(`"${organizationId}" is not the id of an Organization: expected one such as o-a1b2c3d4e5.`);
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8').replaceAll('ORG_ID', organizationId);
      const document = documentSchema.parse(JSON.parse(text));
      return { name: file.replace('.json', ''), kind: file.startsWith('rcp-') ? 'rcp' : 'scp', document };
    });
}

/** The policy as AWS counts and keeps it. */
export function minified({ document }: OrganizationPolicy): string {
  return JSON.stringify(document);
}

/** Global actions that may be called outside India, with the risk of each. */
export function loadExemptions(): Exemption[] {
  return exemptionsSchema.parse(parse(readFileSync(join(FOLDER, 'exemptions.yaml'), 'utf8'))).exemptions;
}
